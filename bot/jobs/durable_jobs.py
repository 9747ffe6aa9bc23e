"""Implements `bot.ports.Jobs` with the durable engine, and the shutdown of jobs."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.ids import EventKey, JobId
from bot.domain.requests import Order
from bot.domain.thread_actions import ThreadAction
from bot.jobs.drawing import DrawingWorkflow
from bot.jobs.engine import Engine, Workflow
from bot.jobs.scheduler import Scheduler
from bot.jobs.serialization import encode
from bot.jobs.thread_actions import ThreadActionWorkflow


def workflows(drawing: DrawingWorkflow, thread_actions: ThreadActionWorkflow) -> Mapping[str, Workflow]:
    """Returns the workflows by name. The engine's database stores these names, so never change them."""
    return {"draw": drawing.run, "chore": thread_actions.run}


class DurableJobs:
    """Submits jobs to the engine, and cancels and stops them."""

    def __init__(self, engine: Engine, drawing: DrawingWorkflow, scheduler: Scheduler) -> None:
        self._engine = engine
        self._drawing = drawing
        self._scheduler = scheduler

    async def submit(self, work: Order | ThreadAction) -> None:
        match work:
            case Order():
                await self._engine.submit("draw", work.key, encode(work))
            case ThreadAction():
                await self._engine.submit("chore", work.key, encode(work))

    async def knows(self, key: EventKey) -> bool:
        return await self._engine.knows(key)

    async def cancel(self, job: JobId) -> bool:
        return await self._drawing.cancel(job)

    async def purge(self, *, ended_before: datetime) -> int:
        return await self._engine.purge(ended_before=ended_before)

    async def stop(self, *, at_most_s: float) -> None:
        """Stops all jobs. Waits up to `at_most_s` for drawing and delivery; the next start resumes the others."""
        self._scheduler.close()
        await self._drawing.drain(at_most_s=at_most_s)
        await self._engine.close()
