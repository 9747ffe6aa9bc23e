"""Loads versions from rows and adds new ones to their thread. All functions run inside the caller's transaction."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select, union, update

from bot.domain.ids import PictureId, ThreadId, VersionId
from bot.domain.jobs import Version
from bot.domain.people import MessageRef
from bot.domain.pictures import Picture, Size
from bot.domain.requests import AppliedSettings, Request
from bot.store.tables import pictures, threads, version_inputs, version_pictures, versions
from bot.store.upsert import insert_or_update

_LOCK_THREAD = select(threads.c.id).where(threads.c.id == bindparam("thread")).with_for_update()
_NEWEST_NUMBER = select(func.max(versions.c.number)).where(versions.c.thread_id == bindparam("thread"))
_INSERT_VERSION = versions.insert()
_INSERT_PICTURES = version_pictures.insert()
_SET_HEAD = update(threads).where(threads.c.id == bindparam("thread"))


def message_key(message: MessageRef) -> str:
    """Returns a string that identifies a message. Omits thread and audience, which platforms do not always report."""
    place = message.place
    return json.dumps([place.platform, place.team, place.channel, message.message], ensure_ascii=False)


def named_pictures(request: Request) -> set[PictureId]:
    """Returns the IDs of all input files of a request."""
    named = (request.base, request.base_svg, *request.references, request.mask, request.markup)
    return {picture for picture in named if picture is not None}


def lock_thread(connection: Connection, thread: ThreadId) -> None:
    """Locks the thread's row, so that one transaction at a time changes its numbers and head. No-op on SQLite."""
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK_THREAD, {"thread": thread})


def load_versions(connection: Connection, chosen: ColumnElement[bool]) -> list[Version]:
    """Loads the versions that match `chosen`, ordered by thread and number. Deleted versions have no pictures."""
    query = select(versions).where(chosen).order_by(versions.c.thread_id, versions.c.number)
    rows = connection.execute(query).all()
    if not rows:
        return []
    shown = _pictures_of(connection, chosen)
    return [_version_of(row, shown[row.id]) for row in rows]


def add_version(connection: Connection, version: Version) -> Version:
    """Stores a version with the next number of its thread and makes it the head. Lock the thread first."""
    newest = connection.scalar(_NEWEST_NUMBER, {"thread": version.thread}) or 0
    numbered = replace(version, number=newest + 1)
    connection.execute(_INSERT_VERSION, _columns_of(numbered))
    _link_pictures(connection, numbered)
    connection.execute(_SET_HEAD, {"thread": version.thread, "head_id": version.id})
    return numbered


def _link_pictures(connection: Connection, version: Version) -> None:
    rows = {
        picture.id: {
            "id": picture.id,
            "format": picture.format,
            "width_px": picture.size.width_px,
            "height_px": picture.size.height_px,
            "bytes_count": picture.bytes_count,
            "created_at": version.created_at,
        }
        for picture in sorted(version.pictures, key=lambda picture: picture.id)
    }
    # Not DO NOTHING: the update locks a row that another process may delete together with its last version.
    # Sorted, so that two processes that share pictures do not deadlock.
    kept = insert_or_update(connection, pictures, ("id",), ("format",))
    for row in rows.values():
        connection.execute(kept, row)
    links = [
        {"version_id": version.id, "position": position, "picture_id": picture.id, "svg_id": picture.svg}
        for position, picture in enumerate(version.pictures)
    ]
    if links:
        connection.execute(_INSERT_PICTURES, links)
    _link_inputs(connection, version)


def _link_inputs(connection: Connection, version: Version) -> None:
    """Links the attached input pictures. Inputs that are pictures of other versions are deleted with those."""
    named = named_pictures(version.request)
    if not named:
        return
    shown = [
        select(column).where(column.in_(named)) for column in (version_pictures.c.picture_id, version_pictures.c.svg_id)
    ]
    attached = named.difference((connection.scalars(union(*shown))).all())
    if attached:
        links = [{"version_id": version.id, "picture_id": picture} for picture in sorted(attached)]
        connection.execute(version_inputs.insert(), links)


def _pictures_of(connection: Connection, chosen: ColumnElement[bool]) -> defaultdict[VersionId, list[Picture]]:
    query = (
        select(version_pictures.c.version_id, version_pictures.c.svg_id, pictures)
        .join_from(versions, version_pictures, version_pictures.c.version_id == versions.c.id)
        .join(pictures, pictures.c.id == version_pictures.c.picture_id)
        .where(chosen)
        .order_by(version_pictures.c.version_id, version_pictures.c.position)
    )
    found = defaultdict[VersionId, list[Picture]](list)
    for row in connection.execute(query):
        picture = Picture(PictureId(row.id), row.format, Size(row.width_px, row.height_px), row.bytes_count, row.svg_id)
        found[VersionId(row.version_id)].append(picture)
    return found


def _columns_of(version: Version) -> dict[str, object]:
    return {
        "id": version.id,
        "thread_id": version.thread,
        "number": version.number,
        "parent_id": version.parent,
        "job_id": version.job,
        # Admin rights may change: they are not stored.
        "author": replace(version.author, is_admin=False),
        "request": version.request,
        "typed": version.typed,
        "notes": version.notes,
        "cost_usd_micros": version.cost,
        "seconds": version.seconds,
        "created_at": version.created_at,
        "applied": version.applied,
    }


def _version_of(row: Row[Any], shown: Sequence[Picture]) -> Version:
    return Version(
        id=row.id,
        thread=row.thread_id,
        number=row.number,
        parent=row.parent_id,
        job=row.job_id,
        author=row.author,
        request=row.request,
        typed=row.typed,
        notes=row.notes,
        pictures=tuple(shown),
        cost=row.cost_usd_micros,
        seconds=row.seconds,
        created_at=row.created_at,
        deleted_at=row.deleted_at,
        message=row.message,
        applied=row.applied or AppliedSettings(),
    )
