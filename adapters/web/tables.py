"""The tables of `web.db`, and SQLite's settings for it."""

from sqlalchemy import Index, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

_FIRST_PEOPLE = (("ada", "Ada", True), ("ben", "Ben", False), ("cleo", "Cleo", False))


class TableBase(DeclarativeBase):
    pass


class MessageRow(TableBase):
    """A message. `id` is the order of creation, `revision` the order of the last changes."""

    __tablename__ = "messages"
    __table_args__ = (
        # A page of a channel (root is NULL) or of a thread, in the order of ids.
        Index("ix_messages_page", "channel", "root"),
        # A covering index: counting replies does not read the rows, whose cards are large.
        Index("ix_messages_replies", "root", "is_shown", "audience", "author", "created_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    root: Mapped[int | None]
    audience: Mapped[str | None]
    author: Mapped[str | None]
    text: Mapped[str]
    attachments: Mapped[str]
    card: Mapped[str | None]
    is_shown: Mapped[bool]
    revision: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[str]


class PersonRow(TableBase):
    __tablename__ = "people"
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    is_admin: Mapped[bool]


async def create_tables(connection: AsyncConnection) -> None:
    await connection.execute(text("PRAGMA journal_mode = WAL"))
    await connection.run_sync(TableBase.metadata.create_all)
    first = [{"id": key, "name": name, "is_admin": is_admin} for key, name, is_admin in _FIRST_PEOPLE]
    await connection.execute(insert(PersonRow).values(first).on_conflict_do_nothing(index_elements=["id"]))


def set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # FULL: a message must survive a power failure, since it is not sent again once its job is `delivered`.
    for pragma in ("busy_timeout = 10000", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
