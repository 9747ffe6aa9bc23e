"""Connects a command to the Easel process that owns the data directory, or starts Easel in this process."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from adapters.app.preload import pause_garbage_collection
from adapters.app.signals import on_interrupt
from adapters.terminal.client import TerminalClient, find_client
from adapters.terminal.imagine import ImagineCommand, OnStatus, cancel, imagine
from adapters.terminal.limits import FIND_TIMEOUT_S
from adapters.terminal.render import CommandOutcome
from bot.errors import AdminError, Transient
from bot.presentation.card import Card
from bot.settings.settings import Settings
from bot.store.lock import DirectoryLock

_T = TypeVar("_T")

_POLL_INTERVAL_S = 0.1
_MAX_PROCESSES = 5
"""The most processes that a job is followed through when Easel restarts."""


@asynccontextmanager
async def running_easel(settings: Settings, *, patience_s: float = FIND_TIMEOUT_S) -> AsyncGenerator[TerminalClient]:
    """A client of the Easel that runs on this data directory; if none runs, starts one here for the duration.

    Args:
        patience_s: how long to wait for a process that holds the directory but does not answer.

    Raises:
        AdminError: Easel cannot start, or the process that holds the directory does not answer.
    """
    async with AsyncExitStack() as stack:
        deadline_s = asyncio.get_running_loop().time() + patience_s
        while (client := await _connect_or_start(settings, stack)) is None:
            # The directory is locked, but nothing answers: Easel is starting or stopping, so poll.
            if asyncio.get_running_loop().time() > deadline_s:
                raise AdminError(
                    "Another Easel holds this data directory and does not answer.",
                    hint="If it is stuck, stop it; its work goes on at the next start.",
                )
            await asyncio.sleep(_POLL_INTERVAL_S)
        yield client


async def draw(settings: Settings, command: ImagineCommand, on_status: OnStatus) -> CommandOutcome:
    """Runs a command to its end. If the Easel process stops, continues with the next one.

    Ctrl-C cancels the job; a second one ends this process.
    """
    interrupted, accepted = asyncio.Event(), asyncio.Event()
    on_interrupt(interrupted.set)

    def show(card: Card) -> None:
        accepted.set()
        on_status(card)

    for _ in range(_MAX_PROCESSES):
        async with running_easel(settings) as client:
            cancelling = asyncio.create_task(_cancel_after(interrupted, accepted, client, command))
            try:
                return await imagine(client, command, show)
            except Transient:
                continue
            finally:
                cancelling.cancel()
    raise AdminError("Easel was stopped again and again.", hint="Its log says why. The job goes on at the next start.")


async def ask_running(settings: Settings, ask: Callable[[TerminalClient], Awaitable[_T]]) -> _T:
    """Sends a query to a running Easel, or one that is started here.

    Raises:
        AdminError: Easel cannot start, or was stopped before it answered.
    """
    async with running_easel(settings) as client:
        try:
            return await ask(client)
        except Transient as problem:
            raise AdminError("Easel was stopped before it answered.", hint="Try again.") from problem


async def _cancel_after(
    interrupted: asyncio.Event, accepted: asyncio.Event, client: TerminalClient, command: ImagineCommand
) -> None:
    await interrupted.wait()
    await accepted.wait()  # before that, there is no job to cancel
    with suppress(Transient):  # `draw` retries with the next process
        await cancel(client, command)


async def _connect_or_start(settings: Settings, stack: AsyncExitStack) -> TerminalClient | None:
    """A client of the running Easel, or of one that is started here; None if the directory is locked, but silent."""
    async with AsyncExitStack() as attempt:
        client = await attempt.enter_async_context(find_client(settings.data_dir))
        if client is None and _is_free(settings.data_dir):
            try:
                client = await attempt.enter_async_context(_start_here(settings))
            except AdminError:
                # Another command may have locked the directory meanwhile: connect to that one.
                if _is_free(settings.data_dir):
                    raise
        if client is not None:
            stack.push_async_exit(attempt.pop_all())
    return client


@asynccontextmanager
async def _start_here(settings: Settings) -> AsyncGenerator[TerminalClient]:
    """Starts Easel in this process, with the terminal as the only running platform."""
    with pause_garbage_collection():
        from adapters.app.bootstrap import open_easel  # takes seconds

    async with open_easel(settings) as easel:
        listening = asyncio.create_task(easel.platforms.terminal.run(easel.intake.handle))
        try:
            await _wait_until_listening(listening, easel.platforms.terminal.started)
            async with find_client(settings.data_dir) as client:
                if client is None:
                    raise AdminError("Easel started, but its own listener does not answer.")
                yield client
        finally:
            listening.cancel()
            await asyncio.wait([listening])


async def _wait_until_listening(listening: asyncio.Task[None], started: asyncio.Event) -> None:
    """Waits until the terminal platform listens; raises its error if it fails."""
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait([listening, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if listening.done():
        listening.result()


def _is_free(data_dir: Path) -> bool:
    try:
        with DirectoryLock(data_dir):
            return True
    except AdminError:
        return False
