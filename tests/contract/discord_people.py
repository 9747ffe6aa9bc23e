"""Discord as its own client shows it: people at the emulator, who type, press and fill in."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from bot.presentation.capabilities import Capabilities
from tests.clock import now_s
from tests.contract.driver import LIMIT_S, Ability, Answered, Driver, File, FormSeen, PictureSeen, Seen
from tests.contract.running import Running
from tests.emulators.discord.checking.components import each_of
from tests.emulators.discord.filling import fields_of, prefilled
from tests.emulators.discord.interactions import Modal, Outcome
from tests.emulators.discord.links import links_to
from tests.emulators.discord.messages import Attachment, Message
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.person import Person
from tests.emulators.discord.things import Channel
from tests.emulators.discord.uploads import FileToUpload

_Json = dict[str, Any]
_NAME = re.compile(r"@(Ada|Ben|Cleo)\b", re.IGNORECASE)
_MOST_OPTION_CHARS = 6_000
_MOST_OPTION_IMAGES = 4
_MOST_CHARS = 2_000
_FACT = re.compile(r"(Quality|Effort|Cost|Estimate) (.+)|(?P<Size>\d+x\d+)|(?P<Took>[\d.]+ s)")
_BAR = re.compile(r"[▰▱]+ +(\d+)%")
_CLOCK = re.compile(r" · <t:(\d+):R>$")
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
_NOTHING = "ig1:none"


class DiscordDriver(Driver):
    """Each driver has a channel of its own, and people of its own in it."""

    abilities = frozenset(Ability) - {Ability.MARKS}

    def __init__(self, running: Running, channel: Channel) -> None:
        self._running = running
        self._discord = running.discord
        self._channel = channel
        self._people: dict[str, Person] = {}
        self._forms: dict[str, Modal] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, running: Running) -> AsyncGenerator[Self]:
        discord = running.discord
        driver = cls(running, discord.add_channel(f"studio-{len(discord.channels)}"))
        yield driver
        await driver._quiet()
        wrongs = [*discord.problems, *(f"rang somebody up: {ping}" for ping in discord.pings)]
        wrongs += [f"went to {address}" for address in discord.visited]
        discord.forgive()
        if wrongs:
            raise AssertionError("what no app should do:\n" + "\n".join(wrongs))

    @property
    def capabilities(self) -> Capabilities:
        return self._running.discord_capabilities

    async def command(
        self, text: str, *, images: Sequence[File] = (), as_: str = "Ada", below: Seen | None = None, times: int = 1
    ) -> Answered:
        person = self._person(as_)
        channel = self._channel if below is None else await self._thread_below(below, person)
        # What no option takes is said by name: an empty prompt, many words, many images.
        if not text.strip() or len(text) > _MOST_OPTION_CHARS or len(images) > _MOST_OPTION_IMAGES:
            return await self._say(person, channel, f"{self._discord.bot.mention} {text}", images, None, times)
        options: _Json = {f"image{number}": _upload(file) for number, file in enumerate(images, start=1)}
        outcome = await person.command(channel, "imagine", times=times, prompt=text, **options)
        await self._quiet()
        return self._answered(outcome, person)

    async def say(self, text: str, *, to_us: bool = False, as_: str = "Ada") -> Answered:
        return await self._say(self._person(as_), self._channel, self._called(text, to_us), (), None, 1)

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
        person, text = self._person(as_), self._called(text, to_us)
        root = self._message(to.thread or to.id)
        if person not in self._who_sees(root.channel):
            # Where somebody is not, they have nothing to reply to.
            return _nothing_there(as_, "There is no such conversation.")
        if pointing_at is not None:
            original = self._message(pointing_at.id)
            return await self._say(person, original.channel, text, images, original, times)
        if root.thread is not None:
            return await self._say(person, root.thread, text, images, None, times)
        return await self._say(person, root.channel, text, images, self._newest_below(root, person), times)

    async def press(self, on: Seen, label: str, *, as_: str = "Ada", times: int = 1) -> Answered:
        person, button = self._person(as_), json.loads(on.buttons[label])
        try:
            outcome = await person.press(
                button["message"], button["custom_id"], times=times, as_shown=button["components"]
            )
            await self._quiet()
            question = outcome.ephemeral
            if question is not None and label in _labels(question) and "Cancel" in _labels(question):
                outcome = await person.press(question, label, times=times)
                await self._quiet()
        except LookupError:
            # Somebody who does not see a message has no button of it, and no other way to send what it would.
            return _nothing_there(as_, "There is nothing to press.")
        return self._answered(outcome, person)

    async def reacted(self, text: str, *, as_: str = "Ada") -> bool:
        person = self._person(as_)
        channels = [self._channel, person.dm, *self._discord.threads_of(self._channel)]
        said = [
            message
            for channel in channels
            for message in person.sees(channel)
            if message.author is person and message.content.endswith(text)
        ]
        return bool(said[-1].reactions)

    async def submit(
        self, form: FormSeen, values: Mapping[str, str], *, images: Sequence[File] = (), as_: str = "Ada"
    ) -> Answered:
        person = self._person(as_)
        given = {name: value or (_NOTHING if name != "prompt" else "") for name, value in values.items()}
        outcome = await person.submit(given, files=_uploads(images), modal=self._forms[form.address["form"]])
        await self._quiet()
        if outcome.errors:
            return _nothing_there(as_, " ".join(outcome.errors.values()))
        return self._answered(outcome, person)

    async def shortcut(self, on: Seen | None, *, as_: str = "Ada") -> Answered:
        assert on is not None, "every menu belongs to a message"
        person = self._person(as_)
        outcome = await person.context_menu("Edit image", self._message(on.id))
        await self._quiet()
        return self._answered(outcome, person)

    async def transcript(self, *, as_: str = "Ada") -> list[Seen]:
        return self._transcript(self._person(as_))

    async def until(self, condition: Callable[[Seen], bool], *, as_: str = "Ada") -> Seen:
        person = self._person(as_)

        def found() -> Seen | None:
            return next((seen for seen in self._transcript(person) if condition(seen)), None)

        return await self._discord.until(found, limit_s=LIMIT_S)

    async def open(self, address: str, *, as_: str = "Ada") -> bytes:
        channel, _, number = address.partition("/")
        person = self._person(as_)
        if person not in self._who_sees(self._discord.channels[channel]):
            raise LookupError(f"{as_} never saw it")
        return person.download(links_to(self._discord, self._discord.attachments[number])[0])

    # Private

    def _person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = self._discord.add_person(name, is_admin=name == "Ada")
        return self._people[name]

    def _called(self, text: str, to_us: bool) -> str:
        text = _NAME.sub(lambda found: self._person(found[1].capitalize()).mention, text)
        return f"{self._discord.bot.mention} {text}" if to_us else text

    async def _quiet(self) -> None:
        """Until Easel has dealt with everything that it was told."""
        await self._discord.quiet()
        await self._running.discord_at_rest()
        await self._discord.quiet()

    async def _say(
        self,
        person: Person,
        channel: Channel,
        text: str,
        images: Sequence[File],
        original: Message | None,
        times: int,
    ) -> Answered:
        files = _uploads(images)
        if len(text) > _MOST_CHARS:
            # What Discord's own client does with so many words.
            mention = self._discord.bot.mention
            is_call = text.startswith(mention)
            files.append(FileToUpload("message.txt", text.removeprefix(mention).encode()))
            text = mention if is_call else ""
        before = {message.id for message in self._whispers(person)}
        await person.say(channel, text, files=files, reply_to=original, times=times)
        await self._quiet()
        new = [message for message in self._whispers(person) if message.id not in before]
        assert len(new) <= 1, f"it was answered {len(new)} times"
        return Answered(self._seen(new[0], person, only_for=person.name)) if new else Answered()

    async def _thread_below(self, below: Seen, person: Person) -> Channel:
        root = self._message(below.thread or below.id)
        if root.thread is None:
            return await person.start_thread(root.channel, "Talk", message=root)
        return root.thread

    def _newest_below(self, root: Message, person: Person) -> Message:
        """What one answers to go on with a conversation that has no thread: the newest picture in it."""
        said = [message for message in person.sees(root.channel) if message.author is self._discord.bot]
        here = [message for message in said if message is root or self._root_of(message) == _name(root)]
        return next((message for message in reversed(here) if message.components), here[-1])

    def _message(self, name: str) -> Message:
        channel, _, number = name.partition(":")
        found = self._discord.channels[channel].find(number)
        assert found is not None, "it was deleted"
        return found

    def _who_sees(self, channel: Channel) -> list[Person]:
        return [each for each in self._people.values() if channel.kind != "dm" or each.id in channel.recipients]

    def _whispers(self, person: Person) -> list[Message]:
        """Answers to what somebody said: panels in their DM."""
        return [message for message in person.sees(person.dm) if message.author is self._discord.bot and message.is_v2]

    def _answered(self, outcome: Outcome, person: Person) -> Answered:
        assert outcome.error is None, outcome.error
        if outcome.modal is not None:
            return Answered(form=self._form_seen(outcome.modal))
        shown = outcome.message
        if shown is None or shown.ephemeral_for is None:
            return Answered()
        assert not outcome.is_thinking, "it is still thinking"
        return Answered(self._seen(shown, person, only_for=person.name))

    def _form_seen(self, modal: Modal) -> FormSeen:
        self._forms[modal.custom_id] = modal
        fields = {name: field for name, field in fields_of(modal).items() if field["type"] != 19}
        return FormSeen(
            title=modal.title,
            values={name: _plain(prefilled(field)) for name, field in fields.items()},
            choices={
                name: tuple(_plain(option["value"]) for option in field.get("options", ()))
                for name, field in fields.items()
            },
            address={"form": modal.custom_id},
        )

    def _transcript(self, person: Person) -> list[Seen]:
        whispers = {message.id for message in self._whispers(person)}
        here = [*person.sees(self._channel), *person.sees(person.dm)]
        for thread in self._discord.threads_of(self._channel):
            here += person.sees(thread)
        shown = [message for message in here if message.ephemeral_for is None and message.id not in whispers]
        by_root: dict[str, list[Message]] = {}
        for message in sorted(shown, key=lambda each: int(each.id)):
            root = self._root_of(message)
            by_root.setdefault(root or _name(message), []).append(message)
        return [
            self._seen(message, person, only_for=person.name if message.channel is person.dm else None)
            for conversation in by_root.values()
            for message in conversation
        ]

    def _root_of(self, message: Message) -> str | None:
        """The message that a conversation hangs below: by its thread, or by what its messages answer."""
        if message.channel.is_thread:
            assert message.channel.parent is not None
            return f"{message.channel.parent.id}:{message.channel.id}"
        root, at = None, message
        while at.reference is not None and (answered := at.reference.channel.find(at.reference.message_id)) is not None:
            at = answered
            root = _name(at) if at.author is self._discord.bot else root
        return root

    def _seen(self, message: Message, person: Person, *, only_for: str | None) -> Seen:
        name, thread = _name(message), self._root_of(message)
        if message.author is not self._discord.bot:
            return Seen(name, message.author.name, thread, only_for, text=message.content)
        read = _Reading(message)
        preview = next((each for each in message.attachments if each.filename.startswith("preview.")), None)
        drawings = [each for each in message.attachments if each.filename.endswith(".svg")]
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
            notes=tuple(read.notes),
            code=read.code,
            pictures=tuple(
                _picture(each) for each in message.attachments if each is not preview and each not in drawings
            ),
            files={each.filename: _address(each) for each in drawings},
            preview=_address(preview) if preview is not None else None,
            progress=read.progress,
            buttons={
                each["label"]: json.dumps(
                    {"message": message.id, "custom_id": each["custom_id"], "components": message.components}
                )
                for each in each_of(message.components)
                if each["type"] == 2
            },
        )


class _Reading:
    """A card, read back from what Discord shows of it."""

    def __init__(self, message: Message) -> None:
        self.title = self.text = self.quote = self.code = ""
        self.fields: dict[str, str] = {}
        self.notes: list[str] = []
        self.progress: float | None = None
        self._actions = {
            str(each.get("custom_id", "")).split(":")[1:2][0]
            for each in each_of(message.components)
            if each.get("custom_id")
        }
        words = message.content or "\n".join(
            each["content"] for each in each_of(message.components) if each["type"] == 10
        )
        self._is_error = words.startswith("⚠️ ")
        self._read(words.removeprefix("⚠️ "))

    @property
    def tone(self) -> str:
        if self._is_error:
            return "error"
        if "cancel" in self._actions:
            return "working"
        return "done" if "details" in self._actions else "info"

    def _read(self, words: str) -> None:
        if "\n```\n" in words:
            words, _, rest = words.partition("\n```\n")
            self.code, _, after = rest.partition("\n```")
            words += after
        quoted: list[str] = []
        said: list[str] = []
        title, *lines = words.split("\n")
        clock = _CLOCK.search(title)
        self.title = _unescaped(_CLOCK.sub("", title).removeprefix("**").removesuffix("**"))
        if clock is not None:  # it goes on in the client
            minutes, seconds = divmod(max(0, int(now_s()) - int(clock[1])), 60)
            first, _, rest = self.title.partition(" · ")
            self.title = f"{first} {minutes:02}:{seconds:02}" + (f" · {rest}" if rest else "")
        for line in lines:
            if line.startswith("> "):
                quoted.append(_unescaped(line[2:]))
            elif line.startswith("-# "):
                self._read_small(line[3:])
            elif line.startswith("- "):
                label, _, value = line[2:].removeprefix("**").partition("**")
                self.fields[_unescaped(label)] = _unescaped(value.strip())
            else:
                said.append(_unescaped(line))
        self.quote, self.text = "\n".join(quoted), "\n".join(said)

    def _read_small(self, line: str) -> None:
        if line.startswith("[Your message]"):
            return
        if bar := _BAR.fullmatch(line):
            self.progress = int(bar[1]) / 100
            return
        model, *rest = _unescaped(line).split(" · ")
        facts = [_FACT.fullmatch(part) for part in rest]
        if self.fields or not facts or not all(facts):
            self.notes.append(_unescaped(line))
            return
        self.fields["Model"] = model
        for fact in facts:
            assert fact is not None
            if fact[1]:
                self.fields[fact[1]] = fact[2]
            else:
                self.fields |= {name: value for name, value in fact.groupdict().items() if value}


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _name(message: Message) -> str:
    return f"{message.channel.id}:{message.id}"


def _address(attachment: Attachment) -> str:
    return f"{attachment.channel_id}/{attachment.id}"


def _picture(attachment: Attachment) -> PictureSeen:
    stem, _, ending = attachment.filename.rpartition(".")
    return PictureSeen(stem.removeprefix("easel-"), attachment.description or "", ending, _address(attachment))


def _labels(message: Message) -> list[str]:
    return [each["label"] for each in each_of(message.components) if each["type"] == 2]


def _nothing_there(who: str, title: str) -> Answered:
    return Answered(Seen("", None, only_for=who, tone="error", title=title))


def _upload(file: File) -> FileToUpload:
    return FileToUpload(file.name, file.data)


def _uploads(files: Sequence[File]) -> list[FileToUpload]:
    return [_upload(file) for file in files]


def _plain(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value == _NOTHING else str(value)


class DiscordChainDriver(DiscordDriver):
    """In a channel where Easel may open no threads: conversations there are chains of answers."""

    abilities = DiscordDriver.abilities - {Ability.BARE_REPLIES}
    modules = frozenset({"test_lineage", "test_moves"})
    """Those that are about how a conversation hangs together."""

    @classmethod
    @asynccontextmanager
    async def opened(cls, running: Running) -> AsyncGenerator[Self]:
        async with super().opened(running) as driver:
            driver._discord.forbid(driver._channel, Permission.CREATE_PUBLIC_THREADS)
            yield driver
