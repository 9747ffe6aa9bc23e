"""Real Easels that can be told where to die.

One process imports everything, and every life is a fork of it: a start costs a tenth of what Python's imports do.
It reads one JSON object a line, the order for a life, and writes one for each sign of it; an empty one is echoed:

    {"life": 3, "env": {"EASEL_DATA_DIR": ...}, "die": "after record", "ahead_s": 0, "draws": "/tmp/draws", "log": ...}
    {"life": 3, "sign": "born", "pid": 4711}
    {"life": 3, "sign": "ready", "address": "http://127.0.0.1:40123/?token=..."}
    {"life": 3, "sign": "rested"}
    {"life": 3, "sign": "dying"}

SIGUSR1 lets a life say that it has finished all the work that it has accepted; SIGTERM lets it then stop as usual.
"""

import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from functools import partial, wraps
from inspect import isawaitable
from pathlib import Path
from typing import Any, TypedDict

from dbos import DBOS

from adapters.app.bootstrap import open_easel
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.grammar.talk_table import talk_table
from bot.ports import Drawing, Inputs, OnProgress
from bot.providers.sketch.provider import SketchProvider
from bot.settings.reading import load_settings
from tests.clock import hold_the_date
from tests.e2e.seams import ALL_SEAMS

_UNFINISHED = ["PENDING", "ENQUEUED", "DELAYED"]


class Orders(TypedDict):
    life: int
    env: dict[str, str]
    die: str | None
    ahead_s: float
    draws: str
    log: str


def main() -> None:
    talk_table()
    gc.freeze()  # what was imported is shared with every life for as long as no collection writes to it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: they leave without a trace
    for line in sys.stdin:
        if line == "{}\n":
            os.write(sys.stdout.fileno(), b"{}\n")
            continue
        orders: Orders = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_live(orders))
        _tell(sys.stdout.fileno(), orders, sign="born", pid=pid)


def _live(orders: Orders) -> int:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signs = os.dup(1)
    log = os.open(orders["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    _count_drawings(Path(orders["draws"]))
    hold_the_date(ahead=timedelta(seconds=orders["ahead_s"]))
    if orders["die"] is not None:
        _arm(orders["die"], lambda: _tell(signs, orders, sign="dying"))
    try:
        asyncio.run(_serve(orders["env"], partial(_tell, signs, orders)))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


async def _serve(env: Mapping[str, str], tell: Callable[..., None]) -> None:
    loop, asked_to_rest, asked_to_finish = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, asked_to_rest.set)
    loop.add_signal_handler(signal.SIGTERM, asked_to_finish.set)
    async with open_easel(load_settings(env, None)) as easel:
        serving = asyncio.create_task(easel.serve(partial(_tell_when_ready, tell)))
        finishing = asyncio.create_task(_finish(asked_to_finish))
        resting = asyncio.create_task(_rest(asked_to_rest, lambda: tell(sign="rested")))
        await asyncio.wait((serving, finishing), return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, finishing, resting):
            task.cancel()
        await asyncio.wait((serving, finishing, resting))
        if not serving.cancelled():
            serving.result()


def _tell_when_ready(tell: Callable[..., None], line: str) -> None:
    begin, _, address = line.partition(": ")
    if begin.removesuffix(".") == "Easel is ready":
        tell(sign="ready", address=address)


async def _finish(asked: asyncio.Event) -> None:
    await asked.wait()
    for workflow in await DBOS.list_workflows_async(status=_UNFINISHED):
        handle = await DBOS.retrieve_workflow_async(workflow.workflow_id)
        await handle.get_result(polling_interval_sec=0.05)


async def _rest(asked: asyncio.Event, say: Callable[[], None]) -> None:
    while True:
        await _finish(asked)
        asked.clear()
        say()


def _arm(checkpoint: str, say: Callable[[], None]) -> None:
    moment, _, name = checkpoint.partition(" ")
    seam = ALL_SEAMS[name]
    original: Callable[..., Any] = getattr(seam.owner, seam.name)

    def die() -> None:
        say()
        os.kill(os.getpid(), signal.SIGKILL)

    async def then_die(result: Awaitable[object]) -> None:
        await result
        die()

    @wraps(original)
    def call(*args: object, **kwargs: object) -> object:
        if not seam.fits(*args, **kwargs):
            return original(*args, **kwargs)
        if moment == "before":
            die()
        result = original(*args, **kwargs)
        if not isawaitable(result):
            die()
        return then_die(result)

    setattr(seam.owner, seam.name, call)


def _count_drawings(draws: Path) -> None:
    """Notes each prompt before it is drawn, in a file that outlives us."""
    original = SketchProvider.draw

    def draw(
        self: SketchProvider, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress
    ) -> Coroutine[Any, Any, Drawing]:
        with draws.open("a") as notes:
            notes.write(f"{request.prompt}\n")
        return original(self, request, inputs, asker=asker, on_progress=on_progress)

    SketchProvider.draw = draw


def _tell(signs: int, orders: Orders, **sign: object) -> None:
    os.write(signs, json.dumps({"life": orders["life"], **sign}).encode() + b"\n")


if __name__ == "__main__":
    main()
