"""Fills a store and a conversation with many rows: one is made by Easel itself, SQL multiplies it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Table

from adapters.web.tables import messages
from bot.domain.ids import EventKey, ModelName, PictureId, PlatformName, ThreadId, VersionId, job_id_for
from bot.domain.jobs import Thread
from bot.domain.money import FREE
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Picture, Size
from bot.domain.requests import AppliedSettings, Order, Request
from bot.store.database import Database
from bot.store.jobs import JobRows
from bot.store.tables import jobs, pictures, threads, version_pictures, versions
from tests import clock

ROOT = "1"
_WEB = PlatformName("web")
_PLACE = Place(_WEB, "playground", "studio")
_ADA = Person(_WEB, "playground", "ada", "Ada")
_KEY = EventKey("web:filling")
_NOW = clock.BEGINNING
_REQUEST = Request("a red fox", ModelName("sketch"), Size(1024, 1024), "medium")
_PICTURE = Picture(PictureId(f"{0:064}"), "png", Size(1024, 1024), 2_000_000)
_OTHER_THREADS_LENGTH = 100

THREAD = Thread(ThreadId(job_id_for(_KEY)), _PLACE.in_thread(ROOT), head=None, is_ours=True)


async def fill_state(database: Database, file: Path, *, thread: int, everywhere: int) -> None:
    """`everywhere` versions with a picture each; the first `thread` of them are in THREAD."""
    job = job_id_for(_KEY)
    order = Order(job, _KEY, "imagine", _ADA, THREAD.place, THREAD.id, _REQUEST, "a red fox", _NOW, FREE)
    rows = JobRows(database)
    await rows.open(order, THREAD, at=_NOW)
    await rows.record_drawn(
        order,
        request=_REQUEST,
        applied=AppliedSettings(),
        pictures=[_PICTURE],
        parent=None,
        cost=FREE,
        seconds=1.0,
        notes=(),
        at=_NOW,
    )
    await rows.deliver(job, VersionId(job), MessageRef(_PLACE, ROOT), opens=None, at=_NOW)
    which = f"CASE WHEN n < {thread} THEN thread_id ELSE 'thread-' || ((n - {thread}) / {_OTHER_THREADS_LENGTH}) END"
    number = f"CASE WHEN n < {thread} THEN n + 1 ELSE (n - {thread}) % {_OTHER_THREADS_LENGTH} + 1 END"
    name = "'job-' || n"
    with closing(sqlite3.connect(file)) as connection:
        others = -(-(everywhere - thread) // _OTHER_THREADS_LENGTH)
        _multiply(connection, threads, range(others), {"id": "'thread-' || n", "root": "'root-' || n"})
        more = range(1, everywhere)
        _multiply(connection, jobs, more, {"id": name, "key": name, "thread_id": which})
        columns = {"id": name, "job_id": name, "thread_id": which, "number": number, "message_key": "'message-' || n"}
        _multiply(connection, versions, more, columns)
        _multiply(connection, pictures, more, {"id": "printf('%064d', n)"})
        _multiply(connection, version_pictures, more, {"version_id": name, "picture_id": "printf('%064d', n)"})
        if thread > 1:
            connection.execute("UPDATE threads SET head_id = ? WHERE id = ?", (f"job-{thread - 1}", THREAD.id))
        connection.commit()


def fill_conversation(file: Path, *, thread: int, everywhere: int) -> None:
    """A root message with `thread` replies, and as many messages more as make `everywhere`."""
    table = messages
    card = '{"tone":"done","title":"v1 for Ada","text":"","quote":"a red fox","fields":[],"notes":[],"code":"",'
    card += '"pictures":[],"buttons":[],"since":null,"progress":null}'
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO messages (id, key, channel, text, attachments, card, is_shown, revision, created_at)"
            " VALUES (1, 'first', 'studio', '', '[]', ?, 1, 1, ?)",
            (card, _NOW.isoformat()),
        )
        root = f"CASE WHEN n <= {thread} THEN {ROOT} END"
        names = {"id": "n + 1", "key": "'message-' || n", "revision": "n + 1", "root": root}
        _multiply(connection, table, range(1, max(thread, everywhere) + 1), names)
        connection.commit()


def _multiply(connection: sqlite3.Connection, table: Table, numbers: range, changed: Mapping[str, str]) -> None:
    """Copies the only row of `table` once for each n of `numbers`, with the columns in `changed` computed from n."""
    if not numbers:
        return
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(changed.get(column.name, f'"{column.name}"') for column in table.columns)
    # Names come from the schema and expressions from above: nothing here was typed by anybody.
    connection.execute(
        f"WITH RECURSIVE numbers(n) AS (VALUES ({numbers.start}) UNION ALL"  # noqa: S608
        f" SELECT n + 1 FROM numbers WHERE n < {numbers.stop - 1})"
        f' INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM "{table.name}", numbers'
    )
