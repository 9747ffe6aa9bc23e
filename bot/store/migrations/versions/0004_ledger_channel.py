"""The channel that a job's cost belongs to, for jobs from before as far as their orders are still there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_FILL = {
    "sqlite": """UPDATE ledger SET channel =
        (SELECT json_extract(jobs."order", '$.place.channel') FROM jobs WHERE jobs.id = ledger.job_id)""",
    "postgresql": """UPDATE ledger SET channel =
        (SELECT jobs."order"->'place'->>'channel' FROM jobs WHERE jobs.id = ledger.job_id)""",
}


def upgrade() -> None:
    op.add_column("ledger", sa.Column("channel", sa.String(), nullable=True))
    op.execute(_FILL[op.get_bind().dialect.name])
