"""Slack as its own client shows it: people at the emulator, who type, press and fill in, over either transport."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Literal, Self

from bot.presentation.capabilities import Capabilities
from tests.contract.driver import LIMIT_S, Ability, Answered, Driver, File, FormSeen, PictureSeen, Seen
from tests.contract.running import Running
from tests.emulators.slack.forms import SubmitOutcome
from tests.emulators.slack.person import Outcome, Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.things import Channel, Message, View

_Json = dict[str, Any]
_PLATFORM_FORMATS = {"jpg": "jpeg"}
_FACT = re.compile(r"(Quality|Effort|Cost|Estimate) (.+)|(?P<Size>\d+x\d+)|(?P<Took>[\d.]+ s)")
_BAR = re.compile(r"[▰▱]+ +(\d+)%")
_SPOKEN = {None, "file_share", "thread_broadcast", "bot_message"}
_NAME = re.compile(r"@(Ada|Ben|Cleo)\b", re.IGNORECASE)


class SlackDriver(Driver):
    """Each driver has a channel of its own, and people of its own in it."""

    abilities = frozenset(Ability) - {Ability.MARKS, Ability.POINTING}
    transport: ClassVar[Literal["socket", "http"]]

    def __init__(self, running: Running, channel: Channel) -> None:
        self.emulator = running.slack
        self._capabilities = running.slack_capabilities
        self.channel = channel
        self._people: dict[str, Person] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, running: Running) -> AsyncGenerator[Self]:
        slack = running.slack
        slack.delivery = cls.transport
        yield cls(running, slack.add_channel(f"studio-{len(slack.channels)}"))
        await slack.quiet()
        wrongs = [*slack.problems, *(f"rang somebody up: {ping}" for ping in slack.pings)]
        slack.forgive()
        if wrongs:
            raise AssertionError("what no app should do:\n" + "\n".join(wrongs))

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def command(
        self, text: str, *, images: Sequence[File] = (), as_: str = "Ada", below: Seen | None = None, times: int = 1
    ) -> Answered:
        if images:  # a command takes none: people call Easel by its name instead
            return await self._say(f"<@{self.emulator.team.bot_user_id}> {text}", as_, images, below, times)
        if below is not None:  # nor does it work in a thread, so there its text is a message
            return await self._say(f"/imagine {text}", as_, (), below, times)
        outcome = await self.person(as_).command(self.channel, text, times=times, as_typed=True)
        await self.emulator.quiet()
        return self._answered(outcome, as_)

    async def say(self, text: str, *, to_us: bool = False, as_: str = "Ada") -> Answered:
        return await self._say(self._called(text, to_us), as_, (), None, 1)

    async def reply(
        self,
        to: Seen,
        text: str,
        *,
        images: Sequence[File] = (),
        as_: str = "Ada",
        to_us: bool = False,
        pointing_at: Seen | None = None,
        times: int = 1,
    ) -> Answered:
        assert pointing_at is None, "one can answer a thread only"
        return await self._say(self._called(text, to_us), as_, images, to, times)

    async def press(self, on: Seen, label: str, *, as_: str = "Ada", times: int = 1) -> Answered:
        person, button = self.person(as_), json.loads(on.buttons[label])
        before = self._private(person)
        modal = person.modal
        try:
            await person.press(
                button["channel"], button["ts"], button["action_id"], times=times, as_shown=button["blocks"]
            )
        except LookupError:
            # Somebody who does not see a message has no button of it, and no other way to send what it would.
            return Answered(Seen("", None, only_for=as_, tone="error", title="There is nothing to press."))
        await self.emulator.quiet()
        form = person.modal
        if form is not None and form is not modal:
            return Answered(form=_form_seen(form))
        return self._heard(person, before)

    async def reacted(self, text: str, *, as_: str = "Ada") -> bool:
        said = [
            message
            for message in self.person(as_).sees_everywhere()
            if message.user == self.person(as_).id and message.text.endswith(text)
        ]
        return bool(said[-1].reactions)

    async def submit(
        self, form: FormSeen, values: Mapping[str, str], *, images: Sequence[File] = (), as_: str = "Ada"
    ) -> Answered:
        person = self.person(as_)
        before = self._private(person)
        given = {name: value or "easel:none" for name, value in values.items() if name != "prompt"}
        prompt = {"prompt": values["prompt"]} if "prompt" in values else {}
        outcome = await person.submit({**given, **prompt}, files=_uploads(images))
        await self.emulator.quiet()
        return self._refused(outcome, as_) or self._heard(person, before)

    async def shortcut(self, on: Seen | None, *, as_: str = "Ada") -> Answered:
        person = self.person(as_)
        before, modal = self._private(person), person.modal
        if on is None:
            await person.global_shortcut("easel:new")
        else:
            channel, _, ts = on.id.partition(":")
            await person.message_shortcut(channel, ts, "easel:edit")
        await self.emulator.quiet()
        form = person.modal
        if form is not None and form is not modal:
            return Answered(form=_form_seen(form))
        return self._heard(person, before)

    async def transcript(self, *, as_: str = "Ada") -> list[Seen]:
        return self._transcript(self.person(as_))

    async def until(self, condition: Callable[[Seen], bool], *, as_: str = "Ada") -> Seen:
        person = self.person(as_)

        def found() -> Seen | None:
            return next((seen for seen in self._transcript(person) if condition(seen)), None)

        return await self.emulator.until(found, limit_s=LIMIT_S)

    async def open(self, address: str, *, as_: str = "Ada") -> bytes:
        return self.person(as_).download(address)

    # Private

    def person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = self.emulator.add_person(name, is_admin=name == "Ada")
            self.channel.members.add(self._people[name].id)
        return self._people[name]

    def _called(self, text: str, to_us: bool) -> str:
        text = _NAME.sub(lambda found: f"<@{self.person(found[1].capitalize()).id}>", text)
        return f"<@{self.emulator.team.bot_user_id}> {text}" if to_us else text

    async def _say(self, text: str, as_: str, images: Sequence[File], below: Seen | None, times: int) -> Answered:
        person = self.person(as_)
        before = self._private(person)
        channel, thread_ts = self.channel.id, None
        if below is not None:
            channel, _, thread_ts = (below.thread or below.id).partition(":")
        if person.id not in self.emulator.channels[channel].members:
            # Where somebody is not, they have nothing to reply to.
            return Answered(Seen("", None, only_for=as_, tone="error", title="There is no such conversation."))
        await person.say(channel, text, thread_ts=thread_ts, files=_uploads(images), times=times)
        await self.emulator.quiet()
        return self._heard(person, before)

    def _private(self, person: Person) -> set[str]:
        return {message.ts for message in person.sees_everywhere() if message.ephemeral_for or _is_file_answer(message)}

    def _heard(self, person: Person, before: set[str]) -> Answered:
        new = [
            message
            for message in person.sees_everywhere()
            if message.ts not in before and (message.ephemeral_for or _is_file_answer(message))
        ]
        assert len(new) <= 1, f"it was answered {len(new)} times"
        return Answered(self._seen(new[0], person, only_for=person.name)) if new else Answered()

    def _answered(self, outcome: Outcome, as_: str) -> Answered:
        assert outcome.error is None, outcome.error
        assert outcome.message is None, "the answer is for everybody"
        if outcome.ephemeral is None:
            return Answered()
        return Answered(self._seen(outcome.ephemeral, self.person(as_), only_for=as_))

    def _refused(self, outcome: SubmitOutcome, as_: str) -> Answered | None:
        assert outcome.failed is None, outcome.failed
        if not outcome.errors:
            return None
        # The modal shows one text: what is wrong, and then what to do.
        text = " ".join(outcome.errors.values())
        title, stop, hint = text.partition(". ")
        return Answered(Seen("", None, only_for=as_, tone="error", title=title + stop.strip(), text=hint))

    def _transcript(self, person: Person) -> list[Seen]:
        here = [*person.sees(self.channel), *person.sees(person.dm)]
        shown = [
            message
            for message in here
            if message.ephemeral_for is None and message.subtype in _SPOKEN and not _holds_files_only(message)
        ]
        # A thread stays where its root was deleted.
        threads = dict.fromkeys((message.channel, message.thread_ts or message.ts) for message in shown)
        ordered = [each for thread in threads for each in shown if (each.channel, each.thread_ts or each.ts) == thread]
        return [
            self._seen(message, person, only_for=person.name if message.channel == person.dm.id else None)
            for message in ordered
            if not _is_file_answer(message)
        ]

    def _seen(self, message: Message, person: Person, *, only_for: str | None) -> Seen:
        thread = f"{message.channel}:{message.thread_ts}" if not message.is_root else None
        name = f"{message.channel}:{message.ts}"
        if message.bot_id is None:
            author = self.emulator.people[message.user].name
            return Seen(name, author, thread, only_for, text=message.text)
        read = _Reading(message.blocks)
        files = {} if message.ephemeral_for else self._files_beside(message, person)
        return Seen(
            id=name,
            author=None,
            thread=thread,
            only_for=only_for,
            tone=read.tone,
            title=read.title,
            text=read.text,
            quote=read.quote,
            fields=read.fields,
            notes=tuple(note for note in read.notes if note not in files),
            code=read.code,
            pictures=tuple(self._picture(block) for block in read.images if not self._is_preview(block)),
            files={note: files[note] for note in read.notes if note in files},
            preview=next((_file_id(block) for block in read.images if self._is_preview(block)), None),
            progress=read.progress,
            buttons={
                label: json.dumps(
                    {"channel": message.channel, "ts": message.ts, "action_id": action, "blocks": message.blocks}
                )
                for label, action in read.buttons.items()
            },
        )

    def _files_beside(self, message: Message, person: Person) -> Mapping[str, str]:
        """The files in the thread that Easel put beside its cards, by name."""
        root = message.thread_ts or message.ts
        beside = [each for each in person.sees(message.channel) if each.thread_ts == root and each.bot_id is not None]
        return {file.name: file.id for each in beside for file in each.files}

    def _picture(self, block: _Json) -> PictureSeen:
        file = self.emulator.files[_file_id(block)]
        stem = file.name.rpartition(".")[0].removeprefix("easel-")
        label = block["title"]["text"] if "title" in block else stem
        return PictureSeen(label, block["alt_text"], _PLATFORM_FORMATS.get(file.filetype, file.filetype), file.id)

    def _is_preview(self, block: _Json) -> bool:
        return self.emulator.files[_file_id(block)].name.startswith("preview.")


class SlackSocketDriver(SlackDriver):
    transport = "socket"


class SlackHttpDriver(SlackDriver):
    """Nothing differs from Socket Mode but the way in, and its acknowledgement."""

    transport = "http"
    modules = frozenset({"test_arrival", "test_buttons"})


class _Reading:
    """A card, read back from what Slack shows of it."""

    def __init__(self, blocks: Sequence[_Json]) -> None:
        self.title = self.text = self.quote = self.code = ""
        self.is_error = False
        self.fields: dict[str, str] = {}
        self.notes: list[str] = []
        self.images: list[_Json] = []
        self.buttons: dict[str, str] = {}
        self.progress: float | None = None
        self._actions: set[str] = set()
        for block in blocks:
            self._read(block)

    @property
    def tone(self) -> str:
        if self.is_error:
            return "error"
        if "easel:cancel" in self._actions:
            return "working"
        return "done" if "easel:details" in self._actions else "info"

    def _read(self, block: _Json) -> None:
        match block["type"]:
            case "rich_text":
                for element in block["elements"]:
                    self._read_rich(element)
            case "context":
                for element in block["elements"]:
                    for line in element["text"].split("\n"):
                        self._read_small(line)
            case "image":
                self.images.append(block)
            case "actions":
                for button in block["elements"]:
                    self.buttons[button["text"]["text"]] = button["action_id"]
                    self._actions.add(button["action_id"])
            case "section":
                self.text += block["text"]["text"]
            case other:
                raise AssertionError(f"a card with a {other}")

    def _read_rich(self, element: _Json) -> None:
        match element["type"]:
            case "rich_text_section":
                runs = element["elements"]
                if not self.title:
                    self.is_error = any(run["type"] == "emoji" and run["name"] == "warning" for run in runs)
                    self.title = "".join(run.get("text", "") for run in runs).strip()
                else:
                    self.text += "".join(run.get("text", "") for run in runs)
            case "rich_text_quote":
                self.quote += "".join(run["text"] for run in element["elements"])
            case "rich_text_preformatted":
                self.code += "".join(run["text"] for run in element["elements"])
            case "rich_text_list":
                for item in element["elements"]:
                    label, *value = [run["text"] for run in item["elements"]]
                    self.fields[label] = "".join(value).strip()
            case other:
                raise AssertionError(f"rich text with a {other}")

    def _read_small(self, line: str) -> None:
        if bar := _BAR.fullmatch(line):
            self.progress = int(bar[1]) / 100
            return
        model, *rest = line.split(" · ")
        facts = [_FACT.fullmatch(part) for part in rest]
        if self.fields or not facts or not all(facts):
            self.notes.append(line.removeprefix("📎 "))
            return
        self.fields["Model"] = model
        for fact in facts:
            assert fact is not None
            if fact[1]:
                self.fields[fact[1]] = fact[2]
            else:
                self.fields |= {name: value for name, value in fact.groupdict().items() if value}


def _file_id(block: _Json) -> str:
    return str(block["slack_file"]["id"])


def _uploads(files: Sequence[File]) -> list[FileToUpload]:
    return [FileToUpload(file.name, file.data) for file in files]


def _is_said_to_all(message: Message) -> bool:
    is_spoken = message.ephemeral_for is None and message.subtype in _SPOKEN
    return is_spoken and not _holds_files_only(message)


def _holds_files_only(message: Message) -> bool:
    """The message that holds a card's files: in the transcript it is part of the card."""
    return message.bot_id is not None and bool(message.files) and not message.blocks


def _is_file_answer(message: Message) -> bool:
    """A private answer that holds files comes as a message of the DM, since nothing that passes can hold any."""
    return message.bot_id is not None and message.channel.startswith("D") and " as SVG" in message.text


def _form_seen(view: View) -> FormSeen:
    inputs = [block for block in view.blocks if block["type"] == "input" and block["block_id"] != "images"]
    return FormSeen(
        title=view.content["title"]["text"],
        values={block["block_id"]: _initial(block["element"]) for block in inputs},
        choices={
            block["block_id"]: tuple(_plain(option["value"]) for option in block["element"].get("options", ()))
            for block in inputs
        },
        address={"view": view.id},
    )


def _initial(element: _Json) -> str:
    option = element.get("initial_option")
    return _plain(option["value"]) if option else element.get("initial_value", "")


def _plain(value: str) -> str:
    return "" if value == "easel:none" else value
