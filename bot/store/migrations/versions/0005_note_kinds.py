"""What kind a note is of, and when it was written, so that it can go when nobody needs it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Tokens of Discord's interactions say until when they work: for a quarter of an hour after they were noted. Of other
# notes nobody knows when they were written. They count as written when the last job was accepted, or long ago where
# there never was a job.
_FILL = {
    "sqlite": """UPDATE notes SET
        kind = CASE instr(key, ':') WHEN 0 THEN key ELSE substr(key, 1, instr(key, ':') - 1) END,
        written_at = coalesce(
            CASE WHEN platform = 'discord' AND (key LIKE 'token:%' OR key LIKE 'via:%')
                THEN strftime('%Y-%m-%d %H:%M:%S.000000', json_extract(note, '$.until_s') - 900, 'unixepoch')
            WHEN platform = 'discord' AND key LIKE 'copies:%'
                THEN strftime('%Y-%m-%d %H:%M:%S.000000', json_extract(note, '$.answers[#-1][3]') - 900, 'unixepoch')
            END,
            (SELECT max(accepted_at) FROM jobs),
            '1970-01-01 00:00:00.000000')""",
    "postgresql": """UPDATE notes SET
        kind = split_part(key, ':', 1),
        written_at = coalesce(
            CASE WHEN platform = 'discord' AND (key LIKE 'token:%' OR key LIKE 'via:%')
                THEN to_timestamp((note->>'until_s')::float8 - 900)
            WHEN platform = 'discord' AND key LIKE 'copies:%'
                THEN to_timestamp((note->'answers'->-1->>3)::float8 - 900)
            END,
            (SELECT max(accepted_at) FROM jobs),
            to_timestamp(0))""",
}


def upgrade() -> None:
    op.add_column("notes", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("notes", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    # As the driver's own text: otherwise a colon in it would begin a parameter.
    op.get_bind().exec_driver_sql(_FILL[op.get_bind().dialect.name])
    op.create_index("ix_notes_kind", "notes", ["platform", "kind", "written_at"])
