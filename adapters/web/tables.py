"""The tables of `web.db`. Their names and columns are those of files that exist, so they do not change."""

from typing import Final

from sqlalchemy import Boolean, Column, Connection, Index, Integer, MetaData, String, Table
from sqlalchemy.dialects.sqlite import insert

_FIRST_PEOPLE: Final = (("ada", "Ada", True), ("ben", "Ben", False), ("cleo", "Cleo", False))

_metadata = MetaData()

# `id` is the order in which messages were said, `revision` the order in which they last changed.
messages = Table(
    "messages",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("root", Integer),
    Column("audience", String),
    Column("author", String),
    Column("text", String, nullable=False),
    Column("attachments", String, nullable=False),
    Column("card", String),
    Column("is_shown", Boolean, nullable=False),
    Column("revision", Integer, nullable=False, index=True),
    Column("created_at", String, nullable=False),
    # A page of a channel (root is NULL) or of a thread, in the order of ids.
    Index("ix_messages_page", "channel", "root"),
    # Counting the replies of a long thread needs no look at its cards, which are large.
    Index("ix_messages_replies", "root", "is_shown", "audience", "author", "created_at"),
)

people = Table(
    "people",
    _metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("is_admin", Boolean, nullable=False),
)


def create_tables(connection: Connection) -> None:
    """Creates what is missing, with the first people."""
    _metadata.create_all(connection)
    first = [{"id": key, "name": name, "is_admin": is_admin} for key, name, is_admin in _FIRST_PEOPLE]
    connection.execute(insert(people).values(first).on_conflict_do_nothing(index_elements=["id"]))
