"""Stores the messages and people of the playground, as Slack's servers do for Slack.

Uses `web.db`, separate from Easel's state, since core tables must not depend on a platform. Pictures are in Easel's
store; a message holds only their ids.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError

from adapters.shared.recent_map import RecentMap
from adapters.web import errors, limits
from adapters.web.message import Message, Replies
from adapters.web.parse import PLATFORM, TEAM
from adapters.web.render import AttachmentJson, CardJson, attachment_json
from adapters.web.tables import create_tables, messages, people
from bot.domain.people import Person, Place
from bot.domain.pictures import Attachment
from bot.ports import Clock
from bot.sqlite.threads import SqliteThreads, Transaction

CHANNELS = ("studio", "random")

_T = TypeVar("_T")


class Conversation:
    """Durable messages and people. `next_change` signals changes."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._threads = SqliteThreads(URL.create("sqlite", database=str(path)), wal=True)
        self._opening = asyncio.Lock()
        self._is_open = False
        self._next_change = asyncio.Event()
        self._people: tuple[Person, ...] | None = None
        self._private_messages: RecentMap[str, Message] = RecentMap(limits.MAX_PRIVATE_MESSAGES)
        self._private_count = 0

    async def close(self) -> None:
        await self._threads.close()

    async def add_person(self, name: str) -> Person:
        """Adds a person, or returns the one who already has that name."""
        known = await self.people()
        for person in known:
            if person.name.casefold() == name.casefold():
                return person
        if len(known) >= limits.MAX_PEOPLE:
            raise errors.too_many_people(limits.MAX_PEOPLE)
        person = Person(PLATFORM, TEAM, secrets.token_hex(4), name)
        row = {"id": person.id, "name": name, "is_admin": False}
        await self._write(lambda connection: connection.execute(people.insert(), row))
        self._people = None
        return person

    async def people(self) -> Sequence[Person]:
        # Cached: needed at every request, and only this process changes the file.
        if self._people is None:
            query = select(people).order_by(people.c.position)
            self._people = await self._read(
                lambda connection: tuple(_to_person(row) for row in connection.execute(query))
            )
        return self._people

    async def add_hidden(
        self, key: str, place: Place, *, author: Person, text: str, attachments: Sequence[Attachment]
    ) -> str:
        """Stores a person's message without showing it. Call `show` or `delete_hidden` next. Idempotent by `key`."""
        files = json.dumps([attachment_json(attachment) for attachment in attachments])
        return await self._insert(f"in:{key}", place, author=author.id, text=text, attachments=files, is_shown=False)

    async def show(self, message: str) -> None:
        await self._change(message, is_shown=True)

    async def delete_hidden(self, message: str) -> None:
        """Deletes a message that was added hidden and never shown."""
        hidden = delete(messages).where(messages.c.id == int(message), ~messages.c.is_shown)
        await self._write(lambda connection: connection.execute(hidden))

    async def post(self, key: str, place: Place, card: CardJson) -> str:
        """Stores a message of Easel. Idempotent by `key`. Returns its id."""
        return await self._insert(f"out:{key}", place, card=json.dumps(card))

    async def replace(self, message: str, card: CardJson) -> bool:
        """Replaces the card of a message. False if there is no such message."""
        return is_stored(message) and await self._change(message, card=json.dumps(card))

    def add_private(self, place: Place, card: CardJson) -> Message:
        """Adds a private answer, in memory only, so that its pictures and buttons work."""
        self._private_count += 1
        message = Message(f"w{self._private_count}", place, None, "", (), card, 0, self._clock.now())
        self._private_messages[message.id] = message
        return message

    async def message(self, message: str, *, viewer: str) -> Message | None:
        """The message; None if it does not exist or this person may not see it."""
        if not is_stored(message):
            whisper = self._private_messages.get(message)
            return whisper if whisper and whisper.place.audience == viewer else None
        rows = await self._select(_visible_to(viewer), messages.c.id == int(message), limit=1)
        return rows[0] if rows else None

    async def history(self, place: Place, *, viewer: str, before: int | None) -> list[Message]:
        """The page of a channel or thread before message `before` (None: the newest page), oldest first."""
        root = messages.c.root.is_(None) if place.thread is None else messages.c.root == int(place.thread)
        older = [messages.c.id < before] if before is not None else []
        where = (_visible_to(viewer), messages.c.channel == place.channel, root, *older)
        page = await self._select(*where, limit=limits.PAGE_MESSAGES, order=messages.c.id.desc())
        return page[::-1]

    async def changed_since(self, revision: int, *, viewer: str) -> list[Message]:
        """The messages that changed after `revision`, in order of change."""
        where = (_visible_to(viewer), messages.c.revision > revision)
        return await self._select(*where, limit=limits.STREAM_BATCH, order=messages.c.revision)

    async def revision(self) -> int:
        query = select(func.coalesce(func.max(messages.c.revision), 0))
        return await self._read(lambda connection: connection.scalar(query)) or 0

    async def replies(self, roots: Sequence[str], *, viewer: str) -> dict[str, Replies]:
        """The summaries of replies by root message; roots without replies are omitted."""
        grouped = (
            select(messages.c.root, messages.c.author, func.count(), func.max(messages.c.created_at))
            .where(_visible_to(viewer), messages.c.root.in_([int(root) for root in roots]))
            .group_by(messages.c.root, messages.c.author)
            .order_by(func.min(messages.c.id))
        )
        found: dict[str, Replies] = {}
        for root, author, count, last in await self._read(lambda connection: connection.execute(grouped).all()):
            last_at = datetime.fromisoformat(last)
            so_far = found.get(str(root), Replies(0, (), last_at))
            authors = (*so_far.authors, author)
            found[str(root)] = Replies(so_far.count + count, authors, max(so_far.last_at, last_at))
        return found

    def next_change(self) -> asyncio.Event:
        """An event that is set at the next change. Get it before reading, to miss no change."""
        return self._next_change

    def announce_change(self) -> None:
        """Sets the event of `next_change`: something changed, or streams should close."""
        self._next_change.set()
        self._next_change = asyncio.Event()

    async def _insert(
        self,
        key: str,
        place: Place,
        *,
        author: str | None = None,
        text: str = "",
        attachments: str = "[]",
        card: str | None = None,
        is_shown: bool = True,
    ) -> str:
        row = {
            "key": key,
            "channel": place.channel,
            "root": int(place.thread) if place.thread else None,
            "audience": place.audience or _inherited_audience(place.thread),
            "author": author,
            "text": text,
            "attachments": attachments,
            "card": card,
            "is_shown": is_shown,
            "revision": _next_revision(),
            "created_at": self._clock.now().isoformat(),
        }
        new = insert(messages).values(row).on_conflict_do_nothing(index_elements=["key"]).returning(messages.c.id)

        def write(connection: Connection) -> int:
            found = connection.scalar(new)
            return found or connection.execute(select(messages.c.id).where(messages.c.key == key)).scalar_one()

        found = await self._write(write)
        self.announce_change()
        return str(found)

    async def _change(self, message: str, **values: str | bool) -> bool:
        change = update(messages).where(messages.c.id == int(message)).values(revision=_next_revision(), **values)
        changed = await self._write(lambda connection: connection.execute(change).rowcount)
        self.announce_change()
        return bool(changed)

    async def _select(
        self, *where: ColumnElement[bool], limit: int, order: ColumnElement[int] | None = None
    ) -> list[Message]:
        query = select(messages).where(*where).order_by(order).limit(limit)
        return await self._read(lambda connection: [_to_message(row) for row in connection.execute(query)])

    async def _read(self, work: Transaction[_T]) -> _T:
        await self._open()
        return await _translate(self._threads.read(work))

    async def _write(self, work: Transaction[_T]) -> _T:
        await self._open()
        return await _translate(self._threads.write(work))

    async def _open(self) -> None:
        """Creates what is missing in the file when it is first used."""
        async with self._opening:
            if self._is_open:
                return
            try:
                await self._threads.write(create_tables)
            except DatabaseError as error:
                raise errors.conversation_cannot_open() from error
            self._is_open = True


async def _translate(transaction: Awaitable[_T]) -> _T:
    try:
        return await transaction
    except OperationalError as error:
        raise errors.conversation_unavailable() from error


def is_stored(message: str) -> bool:
    """Whether this can be the id of a stored message: at most 18 digits, which SQLite's integers hold."""
    return message.isascii() and message.isdecimal() and len(message) < 19


def _next_revision() -> ScalarSelect[int]:
    # Computed within the writing statement, which holds SQLite's write lock: revisions are unique and increasing.
    return select(func.coalesce(func.max(messages.c.revision), 0) + 1).scalar_subquery()


def _inherited_audience(root: str | None) -> ScalarSelect[str | None] | None:
    # Replies to a private message are private, too.
    return select(messages.c.audience).where(messages.c.id == int(root)).scalar_subquery() if root else None


def _visible_to(viewer: str) -> ColumnElement[bool]:
    return messages.c.is_shown & or_(messages.c.audience.is_(None), messages.c.audience == viewer)


def _to_message(row: Row[Any]) -> Message:
    place = Place(PLATFORM, TEAM, row.channel, str(row.root) if row.root else None, row.audience)
    return Message(
        id=str(row.id),
        place=place,
        author=row.author,
        text=row.text,
        attachments=tuple(cast(list[AttachmentJson], json.loads(row.attachments))),
        card=cast(CardJson, json.loads(row.card)) if row.card else None,
        revision=row.revision,
        created_at=datetime.fromisoformat(row.created_at),
    )


def _to_person(row: Row[Any]) -> Person:
    return Person(PLATFORM, TEAM, row.id, row.name, row.is_admin)
