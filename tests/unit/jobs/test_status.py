"""The living status card: current, never faster than the platform allows, and silent once the result is due."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.ids import EventKey, ModelName, PlatformName, ThreadId, job_id_for
from bot.domain.people import Person, Place
from bot.domain.pictures import Size
from bot.domain.requests import Order, Request
from bot.domain.retries import Retry
from bot.errors import Transient
from bot.jobs.clock import SystemClock
from bot.jobs.status import StatusLine
from bot.ports import Progress
from bot.presentation.capabilities import Capabilities, Support
from bot.presentation.card import Card, Preview
from tests.clock import PATIENCE_S

WEB = PlatformName("web")
KEY = EventKey("web:1")
ORDER = Order(
    job=job_id_for(KEY),
    key=KEY,
    kind="imagine",
    person=Person(WEB, "playground", "ada", "Ada"),
    place=Place(WEB, "playground", "studio"),
    thread=ThreadId("thread"),
    request=Request("a fox", ModelName("sketch"), Size(64, 64), "low", n=2),
    typed="a fox",
    accepted_at=datetime(2026, 11, 22, tzinfo=UTC),
    estimate=None,
)
FREE_OF_LIMITS = Capabilities(
    max_text_chars=1000,
    max_pictures=10,
    max_image_bytes=1000,
    formats=frozenset({"png"}),
    max_buttons=5,
    min_edit_interval_s=0,
    previews=Support.FULL,
    edits=Support.FULL,
    forms=Support.FULL,
    clock=Support.FULL,
)


class Wall:
    """Where cards are shown; `shown` wakes whoever waits for the next one."""

    def __init__(self) -> None:
        self.cards: list[Card] = []
        self.busy = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.may_finish.set()
        self.problem: Transient | None = None
        self._news = asyncio.Event()

    async def show(self, card: Card) -> None:
        self.busy.set()
        await self.may_finish.wait()
        self.busy.clear()
        if self.problem is not None:
            problem, self.problem = self.problem, None
            self._news.set()
            raise problem
        self.cards.append(card)
        self._news.set()

    async def news(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._news.wait()
        self._news.clear()


def status_on(wall: Wall, capabilities: Capabilities = FREE_OF_LIMITS) -> StatusLine:
    return StatusLine(ORDER, model_label="Sketch", capabilities=capabilities, clock=SystemClock(), show=wall.show)


async def test_the_place_in_the_queue_is_shown() -> None:
    """Third in line reads so, and the next one is next."""
    wall = Wall()
    async with status_on(wall) as status:
        status.queued(3)
        await wall.news()
        status.queued(1)
        await wall.news()

    assert [card.title for card in wall.cards] == ["Number 3 in the queue", "Next in the queue"]


async def test_who_waits_far_back_is_told_less_often_than_who_is_next() -> None:
    """While the place of one near the front is shown four times, that of one far back is shown once."""
    near, far = Wall(), Wall()
    hurried = replace(FREE_OF_LIMITS, min_edit_interval_s=0.002)
    async with status_on(near, hurried) as first, status_on(far, hurried) as last:
        last.queued(10_000)
        await far.news()
        for place in (4, 3, 2, 1):
            first.queued(place)
            last.queued(9_999)
            await near.news()

    assert len(near.cards) == 4
    assert [card.title for card in far.cards] == ["Number 10000 in the queue"]


async def test_who_waited_far_back_is_told_at_once_that_drawing_began() -> None:
    """However long the next update was put off, the beginning is shown now."""
    wall = Wall()
    async with status_on(wall, replace(FREE_OF_LIMITS, min_edit_interval_s=0.01)) as status:
        status.queued(10_000)
        await wall.news()
        status.started()
        await wall.news()

    assert [card.since is None for card in wall.cards] == [True, False]


async def test_drawing_shows_the_clock_the_progress_and_the_latest_preview() -> None:
    """A preview stays until a better one comes."""
    wall = Wall()
    async with status_on(wall) as status:
        status.started()
        await wall.news()
        status.progressed(Progress(done=0, fraction=0.25, preview=Preview(b"rough", "png")))
        await wall.news()
        status.progressed(Progress(done=1, fraction=0.5))
        await wall.news()

    first, second, third = wall.cards
    assert (first.title, first.since is not None) == ("Drawing 00:00 · image 1 of 2", True)
    assert (second.progress, second.preview) == (0.25, Preview(b"rough", "png"))
    assert (third.title, third.preview) == ("Drawing 00:00 · image 2 of 2", Preview(b"rough", "png"))


async def test_nothing_is_shown_after_the_line_is_left() -> None:
    """An update under way ends before the result may be shown, and no other follows it."""
    wall = Wall()
    status = status_on(wall)
    await status.__aenter__()
    wall.may_finish.clear()
    status.queued(2)
    await wall.busy.wait()
    leaving = asyncio.create_task(status.__aexit__(None, None, None))
    status.queued(1)
    wall.may_finish.set()
    await leaving

    assert [card.title for card in wall.cards] == ["Number 2 in the queue"]


async def test_changes_in_between_are_coalesced() -> None:
    """While the platform's interval runs, only the latest state is kept."""
    wall = Wall()
    async with status_on(wall, replace(FREE_OF_LIMITS, min_edit_interval_s=0.05)) as status:
        status.queued(9)
        await wall.news()
        for place in (8, 7, 6, 5):
            status.queued(place)
        await wall.news()

    assert [card.title for card in wall.cards] == ["Number 9 in the queue", "Number 5 in the queue"]


async def test_an_update_that_fails_is_tried_again() -> None:
    """What a busy platform did not take is shown in the next turn, although nothing changed meanwhile."""
    wall = Wall()
    wall.problem = Transient("The platform is out of reach.")
    async with status_on(wall) as status:
        status.queued(2)
        await wall.news()
        await wall.news()

    assert [card.title for card in wall.cards] == ["Number 2 in the queue"]


async def test_a_retry_is_said_while_it_is_waited_for() -> None:
    """Before drawing begins as well as while it goes on; then the card goes on as before."""
    wall = Wall()
    fetching = Retry("Slack did not send the file.", attempt=2, attempts=5, delay_s=1.0)
    drawing = Retry("No answer from OpenAI.", attempt=3, attempts=5, delay_s=7.2)
    async with status_on(wall) as status:
        status.queued(1)
        await wall.news()
        status.retrying(fetching)
        await wall.news()
        status.retrying(None)
        status.started()
        await wall.news()
        status.retrying(drawing)
        await wall.news()
        status.retrying(None)
        await wall.news()
    assert [card.title for card in wall.cards] == [
        "Next in the queue",
        "Slack did not send the file. Retrying, attempt 2 of 5, in 1 s",
        "Drawing 00:00 · image 1 of 2",
        "No answer from OpenAI. Retrying, attempt 3 of 5, in 8 s",
        "Drawing 00:00 · image 1 of 2",
    ]
