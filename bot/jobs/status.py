"""Keeps a job's status card up to date: place in the queue, elapsed time, progress and previews.

Updates are best effort. They are limited to the rate that the platform allows. Leaving the context waits for the last
update, so that none can overwrite the result.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog

from bot.domain.requests import Order
from bot.domain.retries import Retry
from bot.errors import EaselError
from bot.ports import Clock, Progress
from bot.presentation import cards
from bot.presentation.capabilities import Capabilities, Support
from bot.presentation.card import Card
from bot.presentation.retry_card import retry_status

# On platforms that cannot show a running clock, the elapsed time is updated this often.
_TICK_S = 5.0

# The further back a job is, the less often its card is updated: place 3 every 3 s if the platform allows four updates
# a second. So a queue needs about six updates a second, whether 50 jobs wait or 500.
_UPDATES_A_PLACE = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Drawing:
    since: datetime
    since_monotonic_s: float
    progress: Progress


class StatusLine:
    """Updates the status card in a background task. Use as `async with StatusLine(...) as status`.

    Args:
        order: the job's order.
        model_label: the display name of the model.
        capabilities: of the place that shows the card.
        clock: for the elapsed time.
        show: replaces the status card.
    """

    def __init__(
        self,
        order: Order,
        *,
        model_label: str,
        capabilities: Capabilities,
        clock: Clock,
        show: Callable[[Card], Awaitable[None]],
    ) -> None:
        self._order = order
        self._model_label = model_label
        self._capabilities = capabilities
        self._clock = clock
        self._show = show
        self._place: int | None = None
        self._drawing: _Drawing | None = None
        self._waits_for_base = False
        self._retry: Retry | None = None
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._wait_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_current(), name=f"status of {self._order.job}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._task is not None  # noqa: S101 -- entered before it is left
        self._stopping.set()
        self._wait_over.set()
        self._changed.set()
        await self._task

    def waits_for_base(self) -> None:
        self._waits_for_base = True
        self._changed.set()

    def queued(self, place: int) -> None:
        """Reports the place in the queue; 1 is next."""
        self._waits_for_base = False
        self._place = place
        self._changed.set()

    def started(self) -> None:
        self._drawing = _Drawing(self._clock.now(), self._clock.monotonic_s(), Progress())
        self._wait_over.set()
        self._changed.set()

    def progressed(self, progress: Progress) -> None:
        if self._drawing is None:
            return
        preview = progress.preview or self._drawing.progress.preview
        latest = Progress(progress.done, progress.fraction, preview)
        self._drawing = _Drawing(self._drawing.since, self._drawing.since_monotonic_s, latest)
        self._changed.set()

    def retrying(self, retry: Retry | None) -> None:
        """Reports a retry that waits; None when it begins."""
        self._retry = retry
        self._wait_over.set()
        self._changed.set()

    # Private

    async def _keep_current(self) -> None:
        shown: Card | None = None
        while True:
            await self._next_change()
            if self._stopping.is_set():
                return
            card = self._card()
            if card is not None and card != shown:
                try:
                    await self._show(card)
                    shown = card
                except EaselError as problem:
                    _log.info("status.not_shown", job=self._order.job, reason=problem.text)
                    if problem.retryable:
                        # Without a timer, the next change may come much later.
                        self._changed.set()
            await self._pause()

    async def _pause(self) -> None:
        interval_s = self._capabilities.min_edit_interval_s
        await _wait(self._stopping, interval_s)
        if self._place is not None:
            await _wait(self._wait_over, interval_s * (self._place * _UPDATES_A_PLACE - 1))

    async def _next_change(self) -> None:
        ticks = self._drawing is not None and self._capabilities.clock is not Support.FULL
        await _wait(self._changed, _TICK_S if ticks else None)
        self._changed.clear()

    def _card(self) -> Card | None:
        if self._retry is not None:
            return retry_status(self._order, model_label=self._model_label, retry=self._retry)
        if (drawing := self._drawing) is not None:
            return cards.drawing(
                self._order,
                model_label=self._model_label,
                since=drawing.since,
                elapsed_s=self._clock.monotonic_s() - drawing.since_monotonic_s,
                done=drawing.progress.done,
                fraction=drawing.progress.fraction,
                preview=drawing.progress.preview,
            )
        if self._waits_for_base:
            return cards.waiting_for_base(self._order, model_label=self._model_label)
        if self._place is None:
            return None
        return cards.queued(self._order, model_label=self._model_label, place=self._place)


async def _wait(event: asyncio.Event, at_most_s: float | None) -> None:
    try:
        async with asyncio.timeout(at_most_s):
            await event.wait()
    except TimeoutError:
        return
