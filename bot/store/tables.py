"""The tables of the state database, with the constraints that keep states, times and references consistent.

Every query in this package uses a key or an index defined here, so that its cost does not grow with the database.
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
    # Empty for everybody: a UNIQUE constraint treats two NULLs as different.
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
    Column("typed", Coded(str), nullable=False),  # JSON can contain NUL; PostgreSQL's text cannot
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
    # The SVG that the picture was rasterised from. It is deleted with the picture, so it has no row in `pictures`.
    Column("svg_id", String(64), index=True),
    CheckConstraint("position >= 0", name="position"),
)

# Attached pictures that a version was drawn from, kept so that "Again" works until the version is deleted.
# Only their content is known, so they have no row in `pictures`.
version_inputs = Table(
    "version_inputs",
    metadata,
    Column("version_id", String, ForeignKey("versions.id"), primary_key=True),
    Column("picture_id", String(64), primary_key=True, index=True),
    CheckConstraint("length(picture_id) = 64", name="sha256"),
)

# Images of a thread's version tree, and the messages that show them. Deleted when one of the versions is deleted.
thread_trees = Table(
    "thread_trees",
    metadata,
    Column("thread_id", String, ForeignKey("threads.id"), primary_key=True),
    Column("message", Coded(MessageRef), nullable=False),
    Column("picture_id", String(64), primary_key=True, index=True),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    CheckConstraint("length(picture_id) = 64", name="sha256"),
)

# One row per drawing job: the primary key makes sure that a job is settled or released only once.
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

# JSON objects that the platforms' adapters store. The core does not read them.
notes = Table(
    "notes",
    metadata,
    Column("platform", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("note", JSON, nullable=False),
    # Both NULL in rows written by a process of the previous release; such rows never expire.
    Column("kind", String),
    Column("written_at", UtcDateTime),
    Index("ix_notes_kind", "platform", "kind", "written_at"),
)

# Questions whether a message in a thread is an edit.
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
