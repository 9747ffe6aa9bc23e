"""The schema. It refuses nonsense by itself: states agree with times, lineage points at rows that exist.

Every query of this package runs on a key or an index named here, so that its cost does not grow with the store.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.domain.events import MessagePosted
from bot.domain.people import MessageRef, Person
from bot.domain.requests import AppliedSettings, Order, PromptSpec, Request, VersionName
from bot.store.columns import Coded, UtcDateTime

# Constraints need names before a migration can change them on both databases.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

threads = Table(
    "threads",
    metadata,
    Column("id", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    # Empty for everybody, since two NULLs are never the same place to a UNIQUE constraint.
    Column("audience", String, nullable=False),
    Column("root", String),
    Column("head_id", String, ForeignKey("versions.id", use_alter=True)),
    Column("is_ours", Boolean, nullable=False),
    UniqueConstraint("platform", "team", "channel", "audience", "root"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("thread_id", String, ForeignKey("threads.id"), nullable=False),
    Column("state", String, nullable=False),
    Column("order", Coded(Order), nullable=False),
    Column("request", Coded(Request)),
    Column("status", Coded(MessageRef)),
    Column("reason", Text),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    CheckConstraint("state IN ('queued', 'drawing', 'drawn', 'delivered', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state IN ('delivered', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"),
    CheckConstraint("state NOT IN ('drawing', 'drawn', 'delivered') OR started_at IS NOT NULL", name="started"),
    Index(
        "ix_jobs_unfinished",
        "thread_id",
        "accepted_at",
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
)

versions = Table(
    "versions",
    metadata,
    Column("id", String, primary_key=True),
    Column("thread_id", String, ForeignKey("threads.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("parent_id", String, ForeignKey("versions.id")),
    Column("job_id", String, ForeignKey("jobs.id"), nullable=False, unique=True),
    Column("author", Coded(Person), nullable=False),
    Column("request", Coded(Request), nullable=False),
    Column("typed", Coded(str), nullable=False),  # as JSON it may hold a NUL, which PostgreSQL's text may not
    Column("notes", Coded(tuple[str, ...]), nullable=False),
    Column("cost_usd_micros", BigInteger),
    Column("seconds", Float, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Column("message", Coded(MessageRef)),
    Column("message_key", String, index=True),
    Column("applied", Coded(AppliedSettings)),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("parent_id <> id", name="parent"),
    CheckConstraint("cost_usd_micros >= 0", name="cost"),
    CheckConstraint("seconds >= 0", name="seconds"),
    CheckConstraint("(message IS NULL) = (message_key IS NULL)", name="message"),
    UniqueConstraint("thread_id", "number"),
    Index(
        "ix_versions_living",
        "created_at",
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

pictures = Table(
    "pictures",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("format", String, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("bytes_count", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("length(id) = 64", name="sha256"),
    CheckConstraint("width_px > 0 AND height_px > 0 AND bytes_count > 0", name="size"),
)

version_pictures = Table(
    "version_pictures",
    metadata,
    Column("version_id", String, ForeignKey("versions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("picture_id", String, ForeignKey("pictures.id"), nullable=False, index=True),
    # The drawing that the picture was rasterised from. It goes with the picture, hence no row of its own in `pictures`.
    Column("svg_id", String(64), index=True),
    CheckConstraint("position >= 0", name="position"),
)

# Attached pictures that a version was drawn from, kept so that "Again" works as long as the version lives.
# They are known by their bytes alone, hence no row in `pictures`.
version_inputs = Table(
    "version_inputs",
    metadata,
    Column("version_id", String, ForeignKey("versions.id"), primary_key=True),
    Column("picture_id", String(64), primary_key=True, index=True),
    CheckConstraint("length(picture_id) = 64", name="sha256"),
)

# A picture of the thread's versions, and the message that shows it: both go when one of the versions is deleted.
thread_trees = Table(
    "thread_trees",
    metadata,
    Column("thread_id", String, ForeignKey("threads.id"), primary_key=True),
    Column("message", Coded(MessageRef), nullable=False),
    Column("picture_id", String(64), primary_key=True, index=True),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    CheckConstraint("length(picture_id) = 64", name="sha256"),
)

# One row per drawing job, so that "settled or released, once" is the shape of the table and not a promise.
ledger = Table(
    "ledger",
    metadata,
    Column("job_id", String, ForeignKey("jobs.id"), primary_key=True),
    Column("person", String, nullable=False),
    Column("person_name", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("team", String, nullable=False),
    Column("channel", String),
    Column("model", String, nullable=False),
    Column("pictures", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reserved_usd_micros", BigInteger),
    Column("settled_usd_micros", BigInteger),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    CheckConstraint("outcome IN ('open', 'settled', 'estimated', 'released')", name="outcome"),
    CheckConstraint("(outcome = 'open') = (closed_at IS NULL)", name="closed"),
    CheckConstraint("outcome IN ('settled', 'estimated') OR settled_usd_micros IS NULL", name="settled"),
    CheckConstraint("reserved_usd_micros >= 0 AND settled_usd_micros >= 0 AND pictures >= 0", name="amounts"),
    Index("ix_ledger_opened_at", "opened_at"),
    Index("ix_ledger_person", "person", "opened_at"),
    Index("ix_ledger_team", "platform", "team", "opened_at"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("person", String, primary_key=True),
    Column("wish", Coded(PromptSpec), nullable=False),
)

# What a platform's adapter must remember, in its own words: no core table may know a platform.
notes = Table(
    "notes",
    metadata,
    Column("platform", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("note", JSON, nullable=False),
    # Both NULL for what a process of the version before writes while it still runs; it is kept for good.
    Column("kind", String),
    Column("written_at", UtcDateTime),
    Index("ix_notes_kind", "platform", "kind", "written_at"),
)

# Whether words in a thread are an edit, asked of whoever said them.
questions = Table(
    "questions",
    metadata,
    Column("id", String, primary_key=True),
    Column("message", Coded(MessagePosted), nullable=False),
    Column("version", Coded(VersionName)),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("answer", String),
    CheckConstraint("answer IN ('draw', 'leave')", name="answer"),
)
