"""The Jobs port on the durable engine: what intake submits, and what shutdown needs."""

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
    """The names are kept in the engine's database: never rename one while its jobs may be unfinished."""
    return {"draw": drawing.run, "chore": thread_actions.run}


class DurableJobs:
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
        """Lets what draws and delivers come to its end within the limit; the rest resumes at the next start."""
        self._scheduler.close()
        await self._drawing.drain(at_most_s=at_most_s)
        await self._engine.close()
