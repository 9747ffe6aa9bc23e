"""Real Easels that can be told where to die.

One process imports everything, and every life is a fork of it: a start costs a tenth of what Python's imports do.
It reads one JSON object a line, the order for a life, and writes one for each sign of it; an empty one is echoed:

    {"life": 3, "env": {"EASEL_DATA_DIR": ...}, "die": "after record", "draws": "/tmp/draws", "log": "/tmp/log"}
    {"life": 3, "sign": "born", "pid": 4711}
    {"life": 3, "sign": "ready", "address": "http://127.0.0.1:40123/?token=..."}
    {"life": 3, "sign": "dying"}

SIGTERM lets a life finish all the work that it has accepted, and then stop as usual.
"""

import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypedDict

from dbos import DBOS

import bot.store.jobs
from adapters.bootstrap import Ready, open_easel
from adapters.slack.api import SlackApi
from adapters.slack.controls import Controls
from adapters.slack.transport import SlackPlatform
from adapters.slack.uploads import Uploads
from adapters.web.transport import WebPlatform
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.jobs.engine import Engine
from bot.jobs.status import StatusLine
from bot.ports import Drawing, Inputs, OnProgress
from bot.providers.sketch.provider import SketchProvider
from bot.settings.reading import load_settings
from bot.store.blobs import Blobs
from bot.store.jobs import JobRows
from bot.store.notes import PlatformNotes
from bot.store.threads import Threads
from bot.store.trees import Trees
from bot.store.versions import Versions

_BOTH = ("before", "after")
_UNFINISHED = ["PENDING", "ENQUEUED", "DELAYED"]


class Orders(TypedDict):
    life: int
    env: dict[str, str]
    die: str | None
    draws: str
    log: str


@dataclass(frozen=True, slots=True)
class Seam:
    """A call in the real code, after or before which a life can end. `fits` chooses among its calls.

    "Before" is "after" the call that precedes it, so it is a moment of its own only where none of these does.
    """

    owner: object
    name: str
    fits: Callable[..., bool] = lambda *_args, **_kwargs: True
    moments: tuple[str, ...] = ("after",)


SEAMS: Mapping[str, Seam] = {
    "submit": Seam(Engine, "submit", moments=_BOTH),
    "submit of a chore": Seam(Engine, "submit", lambda _self, workflow, *_: workflow == "chore", moments=_BOTH),
    "open": Seam(JobRows, "open"),
    "post": Seam(WebPlatform, "post"),
    "set_status": Seam(JobRows, "set_status"),
    "announce step": Seam(DBOS, "run_step_async", lambda options, _: options["name"] == "announce"),
    "begin_drawing": Seam(JobRows, "begin_drawing"),
    "draw": Seam(SketchProvider, "draw", moments=_BOTH),
    "stroke": Seam(StatusLine, "progressed", moments=("before",)),
    "put": Seam(Blobs, "put"),
    "record": Seam(JobRows, "record_drawn"),
    "commit of the record": Seam(bot.store.jobs, "add_version", moments=("after",)),
    "draw step": Seam(DBOS, "run_step_async", lambda options, _: options["name"] == "draw"),
    "result": Seam(WebPlatform, "update", lambda _self, _message, card: card.tone == "done", moments=_BOTH),
    "set_message": Seam(Versions, "set_message"),
    "finish": Seam(JobRows, "finish"),
    "deliver step": Seam(DBOS, "run_step_async", lambda options, _: options["name"] == "deliver"),
    "set_head": Seam(Threads, "set_head"),
    "back": Seam(WebPlatform, "post", lambda _self, _place, card, **_: card.title.startswith("Back at"), moments=_BOTH),
    "add of the tree": Seam(Trees, "add"),
    "tree": Seam(
        WebPlatform, "post", lambda _self, _place, card, **_: card.title.startswith("The versions"), moments=_BOTH
    ),
    "delete": Seam(Versions, "delete", moments=_BOTH),
    "forget of the trees": Seam(Trees, "forget"),
    "deleted": Seam(WebPlatform, "update", lambda _self, _message, card: "was deleted" in card.title, moments=_BOTH),
}


def _calls(name: str) -> Callable[..., bool]:
    return lambda _self, _team, method, **_: method == name


def _notes(kind: str) -> Callable[..., bool]:
    return lambda _self, key, _note: key.startswith(f"{kind}:")


def _stages(stage: str) -> Callable[..., bool]:
    return lambda _self, _key, note: note.get("stage") == stage


_POST = Seam(SlackApi, "call", _calls("chat.postMessage"), moments=_BOTH)
DRAWN_IN_SLACK: Mapping[str, Seam] = {
    "submit": SEAMS["submit"],
    # Before it the key is noted and nothing was said; after it the message is there, and nobody has noted where.
    "postMessage": _POST,
    "postMessage in a thread": Seam(
        SlackApi,
        "call",
        lambda _self, _team, method, **arguments: method == "chat.postMessage" and arguments["thread_ts"] is not None,
    ),
    "note of the message": Seam(PlatformNotes, "put", _notes("post")),
    "upload": Seam(Uploads, "upload"),
    "note of the upload": Seam(PlatformNotes, "put", _stages("uploaded")),
    "completion": Seam(SlackApi, "call", _calls("files.completeUploadExternal"), moments=_BOTH),
    "note of the share": Seam(PlatformNotes, "put", _stages("shared")),
    "Slack's result": Seam(SlackPlatform, "update", lambda _self, _message, card: card.tone == "done"),
    "set_message": SEAMS["set_message"],
    "deliver step": SEAMS["deliver step"],
}
"""On the way of a picture that is asked for in a channel of Slack, and of one that is asked for in a thread."""
PRESSED_IN_SLACK: Mapping[str, Seam] = {
    "form": Seam(Controls, "submit"),
    "press": Seam(Controls, "press", lambda _self, _team, body: "delete" in body["actions"][0]["action_id"]),
    "deletion of a file": Seam(SlackApi, "call", _calls("files.delete"), moments=_BOTH),
    "Slack's deletion": Seam(SlackPlatform, "update", lambda _self, _message, card: "was deleted" in card.title),
}
"""On the way of a form that draws, and of a button that deletes: "after" is before the client is told."""
PRIVATE_IN_SLACK: Mapping[str, Seam] = {
    "private postMessage": Seam(_POST.owner, _POST.name, _POST.fits),
    "note of the root": Seam(PlatformNotes, "put", _notes("root")),
    "private completion": Seam(SlackApi, "call", _calls("files.completeUploadExternal")),
}
"""On the way of a picture whose card is in its asker's conversation with Easel."""


def main() -> None:
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
    if orders["die"] is not None:
        _arm(orders["die"], lambda: _tell(signs, orders, sign="dying"))
    try:
        asyncio.run(_serve(orders["env"], lambda ready: _tell(signs, orders, sign="ready", address=ready.playground)))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


async def _serve(env: Mapping[str, str], on_ready: Callable[[Ready], None]) -> None:
    asked_to_finish = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_finish.set)
    async with open_easel(load_settings(env, None)) as easel:
        serving = asyncio.create_task(easel.serve(on_ready))
        finishing = asyncio.create_task(_finish(asked_to_finish))
        await asyncio.wait((serving, finishing), return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, finishing):
            task.cancel()
        await asyncio.wait((serving, finishing))
        if not serving.cancelled():
            serving.result()


async def _finish(asked: asyncio.Event) -> None:
    await asked.wait()
    for workflow in await DBOS.list_workflows_async(status=_UNFINISHED):
        handle = await DBOS.retrieve_workflow_async(workflow.workflow_id)
        await handle.get_result(polling_interval_sec=0.05)


def _arm(checkpoint: str, say: Callable[[], None]) -> None:
    moment, _, name = checkpoint.partition(" ")
    seam = {**SEAMS, **DRAWN_IN_SLACK, **PRESSED_IN_SLACK, **PRIVATE_IN_SLACK}[name]
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
        return then_die(original(*args, **kwargs))

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
