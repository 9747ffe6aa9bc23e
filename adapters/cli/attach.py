"""How a short-lived command reaches Easel: the process that owns the data directory, or else this one."""

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
"""How often a job is followed from a process that went away to the next."""


@asynccontextmanager
async def running_easel(settings: Settings, *, patience_s: float = FIND_TIMEOUT_S) -> AsyncGenerator[TerminalClient]:
    """A client of a running Easel on this data directory; where none runs, Easel opens here for as long.

    Args:
        patience_s: how long a process may hold the directory without answering.

    Raises:
        AdminError: Easel cannot start, or one that holds the directory does not answer.
    """
    async with AsyncExitStack() as stack:
        deadline_s = asyncio.get_running_loop().time() + patience_s
        while (client := await _connect_or_start(settings, stack)) is None:
            # Held but silent: it is starting or stopping. Nothing tells us when, so we look again.
            if asyncio.get_running_loop().time() > deadline_s:
                raise AdminError(
                    "Another Easel holds this data directory and does not answer.",
                    hint="If it is stuck, stop it; its work goes on at the next start.",
                )
            await asyncio.sleep(_POLL_INTERVAL_S)
        yield client


async def draw(settings: Settings, wished: ImagineCommand, on_status: OnStatus) -> CommandOutcome:
    """Sees a wish through to its end. When the process that draws goes away, its job is followed to the next one.

    Ctrl-C asks for the job to be cancelled; a second one gives up on watching it.
    """
    interrupted, accepted = asyncio.Event(), asyncio.Event()
    on_interrupt(interrupted.set)

    def show(card: Card) -> None:
        accepted.set()
        on_status(card)

    for _ in range(_MAX_PROCESSES):
        async with running_easel(settings) as client:
            cancelling = asyncio.create_task(_cancel_after(interrupted, accepted, client, wished))
            try:
                return await imagine(client, wished, show)
            except Transient:
                continue
            finally:
                cancelling.cancel()
    raise AdminError("Easel was stopped again and again.", hint="Its log says why. The job goes on at the next start.")


async def ask_running(settings: Settings, ask: Callable[[TerminalClient], Awaitable[_T]]) -> _T:
    """Asks a running Easel, or one that opens here for as long as it takes.

    Raises:
        AdminError: none can be opened, or it was stopped before it answered.
    """
    async with running_easel(settings) as client:
        try:
            return await ask(client)
        except Transient as problem:
            raise AdminError("Easel was stopped before it answered.", hint="Try again.") from problem


async def _cancel_after(
    interrupted: asyncio.Event, accepted: asyncio.Event, client: TerminalClient, wished: ImagineCommand
) -> None:
    await interrupted.wait()
    await accepted.wait()  # a job that is not there yet cannot be cancelled
    with suppress(Transient):  # then the job is followed to the next process, and cancelled there
        await cancel(client, wished)


async def _connect_or_start(settings: Settings, stack: AsyncExitStack) -> TerminalClient | None:
    async with AsyncExitStack() as attempt:
        client = await attempt.enter_async_context(find_client(settings.data_dir))
        if client is None and _is_free(settings.data_dir):
            try:
                client = await attempt.enter_async_context(_start_here(settings))
            except AdminError:
                # Another command may have been faster in taking the directory: then it is our host.
                if _is_free(settings.data_dir):
                    raise
        if client is not None:
            stack.push_async_exit(attempt.pop_all())
    return client


@asynccontextmanager
async def _start_here(settings: Settings) -> AsyncGenerator[TerminalClient]:
    """Opens Easel in this process, with the terminal as the only platform that listens."""
    with pause_garbage_collection():
        from adapters.app.bootstrap import open_easel  # it imports everything, which takes seconds

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
    """Waits until it listens; raises what kept it from listening."""
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
