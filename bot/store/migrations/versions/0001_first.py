"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("bytes_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) = 64", name=op.f("ck_pictures_sha256")),
        sa.CheckConstraint("width_px > 0 AND height_px > 0 AND bytes_count > 0", name=op.f("ck_pictures_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
    )
    op.create_table(
        "preferences",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_preferences")),
    )
    op.create_table(
        "threads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=True),
        sa.Column("head_id", sa.String(), nullable=True),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint(
            "platform",
            "team",
            "channel",
            "audience",
            "root",
            name=op.f("uq_threads_platform_team_channel_audience_root"),
        ),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=True),
        sa.Column("status", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('delivered', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name=op.f("ck_jobs_finished")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'drawing', 'drawn', 'delivered', 'failed', 'cancelled')", name=op.f("ck_jobs_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('drawing', 'drawn', 'delivered') OR started_at IS NOT NULL", name=op.f("ck_jobs_started")
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_jobs_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index(
        "ix_jobs_unfinished",
        "jobs",
        ["thread_id", "accepted_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "ledger",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reserved_usd_micros", sa.BigInteger(), nullable=True),
        sa.Column("settled_usd_micros", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome = 'open') = (closed_at IS NULL)", name=op.f("ck_ledger_closed")),
        sa.CheckConstraint("outcome IN ('open', 'settled', 'estimated', 'released')", name=op.f("ck_ledger_outcome")),
        sa.CheckConstraint(
            "outcome IN ('settled', 'estimated') OR settled_usd_micros IS NULL", name=op.f("ck_ledger_settled")
        ),
        sa.CheckConstraint(
            "reserved_usd_micros >= 0 AND settled_usd_micros >= 0 AND pictures >= 0", name=op.f("ck_ledger_amounts")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_ledger_job_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_opened_at", "ledger", ["opened_at"], unique=False)
    op.create_index("ix_ledger_person", "ledger", ["person", "opened_at"], unique=False)
    op.create_index("ix_ledger_team", "ledger", ["platform", "team", "opened_at"], unique=False)
    op.create_table(
        "versions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("author", sa.JSON(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("cost_usd_micros", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message", sa.JSON(), nullable=True),
        sa.Column("message_key", sa.String(), nullable=True),
        sa.CheckConstraint("(message IS NULL) = (message_key IS NULL)", name=op.f("ck_versions_message")),
        sa.CheckConstraint("cost_usd_micros >= 0", name=op.f("ck_versions_cost")),
        sa.CheckConstraint("number > 0", name=op.f("ck_versions_number")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_versions_parent")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_versions_seconds")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_versions_job_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["versions.id"], name=op.f("fk_versions_parent_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_versions_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("job_id", name=op.f("uq_versions_job_id")),
        sa.UniqueConstraint("thread_id", "number", name=op.f("uq_versions_thread_id_number")),
    )
    op.create_index(
        "ix_versions_living",
        "versions",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(op.f("ix_versions_message_key"), "versions", ["message_key"], unique=False)
    op.create_table(
        "version_inputs",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("picture_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(picture_id) = 64", name=op.f("ck_version_inputs_sha256")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_version_inputs_version_id")),
        sa.PrimaryKeyConstraint("version_id", "picture_id", name=op.f("pk_version_inputs")),
    )
    op.create_index(op.f("ix_version_inputs_picture_id"), "version_inputs", ["picture_id"], unique=False)
    op.create_table(
        "thread_trees",
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("picture_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(picture_id) = 64", name=op.f("ck_thread_trees_sha256")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_thread_trees_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "picture_id", name=op.f("pk_thread_trees")),
    )
    op.create_index(op.f("ix_thread_trees_created_at"), "thread_trees", ["created_at"], unique=False)
    op.create_index(op.f("ix_thread_trees_picture_id"), "thread_trees", ["picture_id"], unique=False)
    op.create_table(
        "version_pictures",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.String(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_version_pictures_position")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_version_pictures_picture_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_version_pictures_version_id")),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_version_pictures")),
    )
    op.create_index(op.f("ix_version_pictures_picture_id"), "version_pictures", ["picture_id"], unique=False)
    # The one circle: a thread names its newest version, a version its thread.
    with op.batch_alter_table("threads") as threads:
        threads.create_foreign_key(op.f("fk_threads_head_id"), "versions", ["head_id"], ["id"])
