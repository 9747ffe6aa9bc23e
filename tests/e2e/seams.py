"""Where a life can be told to end: calls in the real code, each checkpoint with a name of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import bot.store.jobs
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.platform import DiscordPlatform
from adapters.discord.posting.delivery import MessageDelivery
from adapters.discord.rest import DiscordRest, MultipartFile
from adapters.slack.events.interactivity import InteractivityEvents
from adapters.slack.platform import SlackPlatform
from adapters.slack.posting.uploads import Uploads
from adapters.slack.web_api.client import SlackApi
from adapters.web.platform import WebPlatform
from bot.jobs.drawing import DrawingWorkflow
from bot.jobs.engine import Engine
from bot.jobs.status import StatusLine
from bot.providers.sketch.provider import SketchProvider
from bot.store.blobs import Blobs
from bot.store.jobs import JobRows
from bot.store.platform_state import StoredPlatformState
from bot.store.threads import Threads
from bot.store.trees import PostedTrees
from bot.store.versions import Versions

_BOTH = ("before", "after")


@dataclass(frozen=True, slots=True)
class Seam:
    """A call in the real code, after or before which a life can end. `fits` chooses among its calls.

    "Before" is "after" the call that precedes it, so it is a moment of its own only where none of these does.
    """

    owner: object
    name: str
    fits: Callable[..., bool] = lambda *_args, **_kwargs: True
    moments: tuple[str, ...] = ("after",)


DRAWN: Mapping[str, Seam] = {
    "submit": Seam(Engine, "submit", moments=_BOTH),
    "open": Seam(JobRows, "open"),
    "post": Seam(WebPlatform, "post"),
    "set_status": Seam(JobRows, "set_status"),
    "begin_drawing": Seam(JobRows, "begin_drawing"),
    "draw": Seam(SketchProvider, "draw", moments=_BOTH),
    "stroke": Seam(StatusLine, "progressed", moments=("before",)),
    "put": Seam(Blobs, "put"),
    "record": Seam(JobRows, "record_drawn"),
    "commit of the record": Seam(bot.store.jobs, "add_version", moments=("after",)),
    "result": Seam(WebPlatform, "update", lambda _self, _message, card: card.tone == "done", moments=_BOTH),
    "commit of the end": Seam(bot.store.jobs, "close"),
    "deliver": Seam(JobRows, "deliver"),
    "end of the workflow": Seam(DrawingWorkflow, "run"),
}
"""On the way of a picture, in this order."""
CHORES: Mapping[str, Seam] = {
    "submit of a chore": Seam(Engine, "submit", lambda _self, workflow, *_: workflow == "chore", moments=_BOTH),
    "set_head": Seam(Threads, "set_head"),
    "back": Seam(WebPlatform, "post", lambda _self, _place, card, **_: card.title.startswith("Back at"), moments=_BOTH),
    "tree": Seam(WebPlatform, "post", lambda _self, _place, card, **_: "in this thread" in card.title, moments=_BOTH),
    "add of the tree": Seam(PostedTrees, "add"),
    "delete": Seam(Versions, "delete", moments=_BOTH),
    "deleted": Seam(WebPlatform, "update", lambda _self, _message, card: "was deleted" in card.title, moments=_BOTH),
    "forget of the trees": Seam(PostedTrees, "forget"),
}
"""On the way of `undo`, then of `tree`, then of a deletion."""


def _calls(name: str) -> Callable[..., bool]:
    return lambda _self, _team, method, **_: method == name


def _notes(kind: str) -> Callable[..., bool]:
    return lambda _self, key, _note: key.startswith(f"{kind}:")


def _stages(stage: str) -> Callable[..., bool]:
    return lambda _self, _key, note: note.get("stage") == stage


NOTE_OF_THE_MESSAGE = Seam(StoredPlatformState, "put", _notes("post"))

_POST = Seam(SlackApi, "call", _calls("chat.postMessage"), moments=_BOTH)
DRAWN_IN_SLACK: Mapping[str, Seam] = {
    "submit": DRAWN["submit"],
    # Before it the key is noted and nothing was said; after it the message is there, and nobody has noted where.
    "postMessage": _POST,
    "postMessage in a thread": Seam(
        SlackApi,
        "call",
        lambda _self, _team, method, **arguments: method == "chat.postMessage" and arguments["thread_ts"] is not None,
    ),
    "note of the message": NOTE_OF_THE_MESSAGE,
    "upload": Seam(Uploads, "upload"),
    "note of the upload": Seam(StoredPlatformState, "put", _stages("uploaded")),
    "completion": Seam(SlackApi, "call", _calls("files.completeUploadExternal"), moments=_BOTH),
    "note of the share": Seam(StoredPlatformState, "put", _stages("shared")),
    "Slack's result": Seam(SlackPlatform, "update", lambda _self, _message, card: card.tone == "done"),
    "deliver": DRAWN["deliver"],
}
"""On the way of a picture that is asked for in a channel of Slack, and of one that is asked for in a thread."""
PRESSED_IN_SLACK: Mapping[str, Seam] = {
    "form": Seam(InteractivityEvents, "submit"),
    "press": Seam(InteractivityEvents, "press", lambda _self, _team, press: "delete" in press.actions[0].action_id),
    "deletion of a file": Seam(SlackApi, "call", _calls("files.delete"), moments=_BOTH),
    "Slack's deletion": Seam(SlackPlatform, "update", lambda _self, _message, card: "was deleted" in card.title),
}
"""On the way of a form that draws, and of a button that deletes: "after" is before the client is told."""
PRIVATE_IN_SLACK: Mapping[str, Seam] = {
    "private postMessage": Seam(_POST.owner, _POST.name, _POST.fits),
    "note of the root": Seam(StoredPlatformState, "put", _notes("root")),
    "private completion": Seam(SlackApi, "call", _calls("files.completeUploadExternal")),
}
"""On the way of a picture whose card is in its asker's conversation with Easel."""


def _asks(verb: str, ending: str) -> Callable[..., bool]:
    """A call of Discord's, by its verb and how its path ends."""
    return lambda _self, method, path, **_: method == verb and path.endswith(ending)


def _brings_the_result(
    _self: DiscordRest, method: str, _path: str, *, files: Sequence[MultipartFile] = (), **_: object
) -> bool:
    """A change that brings pictures, and no previews of them."""
    return method == "PATCH" and any(each.name.startswith("easel-") for each in files)


DRAWN_IN_DISCORD: Mapping[str, Seam] = {
    "submit": DRAWN["submit"],
    "end of thinking": Seam(DiscordRest, "call", _asks("DELETE", "/messages/@original"), moments=("before",)),
    # Before it nothing was said; after it somebody must find out whether anything was.
    "note of the key": Seam(StoredPlatformState, "add", _notes("post"), moments=_BOTH),
    "message": Seam(DiscordRest, "call", _asks("POST", "/channels/{channel_id}/messages")),
    "note of the message": NOTE_OF_THE_MESSAGE,
    "set_status": DRAWN["set_status"],
    "record": DRAWN["record"],
    "edit": Seam(DiscordRest, "call", _brings_the_result),
    "thread": Seam(DiscordRest, "call", _asks("POST", "/threads")),
    "note of the thread": Seam(StoredPlatformState, "put", _notes("thread")),
    "deliver": DRAWN["deliver"],
}
"""On the way of a picture that is asked for by a command in a channel of Discord, in this order."""
SAID_IN_DISCORD: Mapping[str, Seam] = {
    "submit of words": Seam(Engine, "submit", lambda _self, _workflow, key, _: ":message:" in key, moments=_BOTH),
    "message in a thread": Seam(MessageDelivery, "send", lambda _self, place, *_, **__: place.thread is not None),
}
"""On the way of a picture that is asked for in a thread."""
PRIVATE_IN_DISCORD: Mapping[str, Seam] = {
    "submit of a command": Seam(Engine, "submit", lambda _self, _workflow, key, _: ":interaction:" in key),
    "promise": Seam(InteractionResponse, "promise_followup"),
    "private message": DRAWN_IN_DISCORD["message"],
    "note of the place": Seam(StoredPlatformState, "put", _notes("at")),
    "end of private thinking": Seam(DiscordRest, "call", _asks("DELETE", "/messages/@original")),
}
"""On the way of a picture whose card is in its asker's conversation with Easel."""
SILENT_IN_DISCORD: Mapping[str, Seam] = {
    "silent promise": PRIVATE_IN_DISCORD["promise"],
    "answer": Seam(DiscordRest, "call", _asks("PATCH", "/messages/@original")),
    "note of the voice": Seam(StoredPlatformState, "put", _notes("via")),
    "note of the promise": Seam(
        StoredPlatformState, "put", lambda _self, key, note: key.startswith("token:") and not note["promised"]
    ),
    "silent record": DRAWN["record"],
    "silent edit": DRAWN_IN_DISCORD["edit"],
}
"""On the way of a picture that is asked for where Easel may not post, and answers through the command itself."""
PRESSED_IN_DISCORD: Mapping[str, Seam] = {
    "modal": Seam(InteractionResponse, "form"),
    "question": Seam(InteractionResponse, "card"),
    "submit of a deletion": Seam(CHORES["submit of a chore"].owner, "submit", CHORES["submit of a chore"].fits),
    "Discord's deletion": Seam(DiscordPlatform, "update", lambda _self, _message, card: "was deleted" in card.title),
    "cancel": Seam(DrawingWorkflow, "cancel"),
}
"""On the way of what buttons and forms ask for: after it is stored, and before the client is told."""

ALL_SEAMS: Mapping[str, Seam] = {
    **DRAWN,
    **CHORES,
    **DRAWN_IN_SLACK,
    **PRESSED_IN_SLACK,
    **PRIVATE_IN_SLACK,
    **DRAWN_IN_DISCORD,
    **SAID_IN_DISCORD,
    **PRIVATE_IN_DISCORD,
    **SILENT_IN_DISCORD,
    **PRESSED_IN_DISCORD,
}
