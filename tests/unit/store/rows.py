"""Rows for the tests of the store: say what matters, the rest is plausible."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.domain.ids import EventKey, ModelName, PictureId, PlatformName, ThreadId, VersionId, job_id_for
from bot.domain.jobs import Thread, Version
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Picture, Size
from bot.domain.requests import AppliedSettings, Order, Request
from bot.store.database import Database
from bot.store.jobs import JobRows
from bot.store.ledger import Ledger
from bot.store.preferences import Preferences
from bot.store.threads import Threads
from bot.store.versions import Versions

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WEB = PlatformName("web")
CHANNEL = Place(WEB, "T1", "general")
ANNA = Person(WEB, "T1", "anna", "Anna", is_admin=True)
BEN = Person(WEB, "T1", "ben", "Ben")
CENT = UsdMicros(10_000)


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def a_picture(content: str, *, svg: str | None = None) -> Picture:
    drawing = None if svg is None else an_id(svg)
    return Picture(an_id(content), "png", Size(1024, 768), len(content) + 100, drawing)


def an_id(content: str) -> PictureId:
    return PictureId(hashlib.sha256(content.encode()).hexdigest())


def a_message(message: str, *, place: Place = CHANNEL) -> MessageRef:
    return MessageRef(place, message)


def a_thread(name: str, *, root: str | None = None) -> Thread:
    return Thread(ThreadId(name), Place(WEB, "T1", "general", thread=root), head=None, is_ours=True)


def a_request(prompt: str = "a fox", *, base: Picture | None = None, references: tuple[Picture, ...] = ()) -> Request:
    return Request(
        prompt,
        ModelName("sketch"),
        Size(1024, 1024),
        "high",
        base=None if base is None else base.id,
        references=tuple(picture.id for picture in references),
    )


def an_order(
    key: str,
    *,
    thread: str = "t1",
    person: Person = ANNA,
    estimate: UsdMicros | None = CENT,
    kind: Literal["imagine", "edit", "share"] = "imagine",
    accepted_at: datetime = NOON,
    model: str = "sketch",
) -> Order:
    return Order(
        job=job_id_for(EventKey(key)),
        key=EventKey(key),
        kind=kind,
        person=person,
        place=CHANNEL,
        thread=ThreadId(thread),
        request=Request("a fox", ModelName(model), Size(1024, 1024), "high"),
        typed="a fox --quality high",
        accepted_at=accepted_at,
        estimate=estimate,
    )


@dataclass(frozen=True, slots=True)
class Store:
    """Every part of the store on one database, and a short way to a finished version."""

    threads: Threads
    versions: Versions
    jobs: JobRows
    ledger: Ledger
    preferences: Preferences

    @classmethod
    def on(cls, database: Database) -> "Store":
        return cls(Threads(database), Versions(database), JobRows(database), Ledger(database), Preferences(database))

    async def draw(
        self,
        key: str,
        *,
        thread: str = "t1",
        pictures: tuple[Picture, ...] | None = None,
        parent: VersionId | None = None,
        request: Request | None = None,
        cost: UsdMicros | None = CENT,
        at: datetime = NOON,
        order: Order | None = None,
        applied: AppliedSettings | None = None,
    ) -> Version:
        """The version of a new job in the thread; its picture is its own unless said otherwise."""
        accepted = order or an_order(key, thread=thread, accepted_at=at)
        opened = await self.jobs.open(accepted, a_thread(thread), at=at)
        return await self.jobs.record_drawn(
            opened.order,
            request=request or a_request(),
            applied=applied or AppliedSettings(),
            pictures=(a_picture(key),) if pictures is None else pictures,
            parent=parent,
            cost=cost,
            seconds=2.5,
            notes=("using 1024x1024",),
            at=at,
        )
