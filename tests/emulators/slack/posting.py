"""What a person's client does to words and files before it sends them."""

import re
from dataclasses import dataclass, field

from tests.emulators.slack.pictures import look_into
from tests.emulators.slack.state import State
from tests.emulators.slack.things import File, FileMode, Profile

_MENTION = re.compile(r"(<@[UW][A-Z0-9]+>|<#C[A-Z0-9]+>|<!(?:here|channel|everyone)>)")
_URL = re.compile(r"https?://[^\s<>]+")


@dataclass(frozen=True, slots=True)
class FileToUpload:
    """A file in a person's hand. `name` and `mimetype` may lie.

    Attributes:
        mode: "hosted" as usual, "snippet" for long text that the client made a file of, or what Slack has instead of
            the bytes: a file elsewhere, a deleted one, one beyond the free plan's limit;
            "file_access" a file of another organisation, of which events hold a stub.
    """

    name: str
    data: bytes = field(repr=False)
    mimetype: str | None = None
    title: str | None = None
    mode: FileMode = "hosted"


def escaped(text: str) -> str:
    """What was typed as Slack stores it; mentions that the client made are left alone."""
    parts = _MENTION.split(text)
    return "".join(part if index % 2 else _typed(part) for index, part in enumerate(parts))


def as_command_text(text: str, names: dict[str, str], *, with_mentions: bool = True) -> str:
    """The same for the words after a command, where mentions are plain names and links no links."""
    if not with_mentions:
        return _entities(text)
    plain = _MENTION.sub(lambda match: f"@{names.get(match[0][2:-1], match[0][2:-1])}", text)
    return _entities(plain)


def _typed(text: str) -> str:
    parts: list[str] = []
    end = 0
    for link in _URL.finditer(text):
        parts += [_entities(text[end : link.start()]), f"<{_entities(link[0])}>"]
        end = link.end()
    return "".join(parts) + _entities(text[end:])


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def uploaded(state: State, person: Profile, given: FileToUpload, *, to_app: bool = False) -> File:
    """The file as Slack has it then; `to_app` where it was handed to the app in a form."""
    now_s = state.clock.now_s()
    file = File(
        id=state.ids.new("F"),
        team=person.team,
        owner=person.id,
        name=given.name,
        title=given.title if given.title is not None else given.name,
        data=given.data,
        mode=given.mode,
        created_s=now_s,
        ready_at_s=now_s + state.processing_delay_s,
        is_uploaded=True,
        is_complete=True,
        was_sent_to_app=to_app,
    )
    look_into(file, claimed=given.mimetype)
    state.files[file.id] = file
    return file
