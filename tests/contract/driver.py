"""What a person can do where people talk, and what they then see. The contract's tests know nothing else.

A driver acts through the platform's own front door, as the client in a person's hand does, and reads back what that
client would show. It never looks at Easel's objects.
"""

import hashlib
import io
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from dbos import DBOS, WorkflowHandleAsync
from PIL import Image

from bot.domain.pictures import Role
from bot.presentation.capabilities import Capabilities
from tests.clock import PATIENCE_S

LIMIT_S = PATIENCE_S
"""Longer than anything takes here: what has not happened by then never will."""
_ENGINE_LOOKS_EVERY_S = 0.02


class Ability(StrEnum):
    """What some platforms lack by their nature; the value ends the sentence "it has no ..."."""

    THREADS = "threads to reply in"
    BUTTONS = "buttons to press"
    FORMS = "forms"
    ROOM = "room shared with other people"
    PREVIEWS = "unfinished pictures"
    MARKS = "marks on a picture"
    POINTING = "answers to single messages"
    SHORTCUTS = "menus of messages"
    BARE_REPLIES = "replies that point at no message"


@dataclass(frozen=True, slots=True)
class File:
    """A file in a person's hand. `name` may lie."""

    name: str
    data: bytes
    role: Role = "picture"


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A picture in a message: what is said of it, and where its bytes are."""

    label: str
    alt: str
    format: str
    address: str


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form as it opened: `values` are filled in already, `choices` what a field offers."""

    title: str
    values: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one person sees it. `author` is None for Easel; `thread` is the root message it hangs below.

    `only_for` names the person who alone sees it. `buttons` are their labels with what pressing them sends, `files`
    the names of files to keep with where their bytes are.
    """

    id: str
    author: str | None
    thread: str | None = None
    only_for: str | None = None
    tone: str = ""
    title: str = ""
    text: str = ""
    quote: str = ""
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()
    code: str = ""
    pictures: tuple[PictureSeen, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    preview: str | None = None
    progress: float | None = None
    buttons: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def words(self) -> str:
        """Everything there is to read."""
        fields = " ".join(f"{label} {value}" for label, value in self.fields.items())
        return "\n".join((self.title, self.quote, self.text, fields, *self.notes, self.code))

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(picture.label for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back to the person alone, at once: a card, a form, or nothing."""

    card: Seen | None = None
    form: FormSeen | None = None

    @property
    def said(self) -> Seen:
        """The private card that must be there."""
        assert self.card is not None, "there was no answer"
        assert self.card.only_for is not None, "others see the answer too"
        return self.card

    @property
    def asked(self) -> FormSeen:
        """The form that must be there."""
        assert self.form is not None, f"no form came, but {self.card}"
        return self.form


class Driver(ABC):
    """One person's hands and eyes, or several people's: `as_` says whose. Ada is an admin where there are any.

    Every action is sent under a key of its own, as platforms do; `times` sends the very same event again.
    """

    abilities: ClassVar[frozenset[Ability]]
    modules: ClassVar[frozenset[str]] = frozenset()
    """The test modules that it runs; empty for all of them."""

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities: ...

    @abstractmethod
    async def command(
        self, text: str, *, images: Sequence[File] = (), as_: str = "Ada", below: Seen | None = None, times: int = 1
    ) -> Answered:
        """Types `/imagine TEXT` in the channel, or in the thread `below` a message."""

    async def say(self, text: str, *, to_us: bool = False, as_: str = "Ada") -> Answered:
        """Says something in the channel; `to_us` by calling Easel's name."""
        raise NotImplementedError

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
        """Says something in the thread that `to` is in; `pointing_at` is the message it answers there."""
        raise NotImplementedError

    async def press(self, on: Seen, label: str, *, as_: str = "Ada", times: int = 1) -> Answered:
        """Presses a button that was there when `on` was seen."""
        raise NotImplementedError

    async def reacted(self, text: str, *, as_: str = "Ada") -> bool:
        """Whether a small sign stands on what this person said with these words."""
        raise NotImplementedError

    async def submit(
        self, form: FormSeen, values: Mapping[str, str], *, images: Sequence[File] = (), as_: str = "Ada"
    ) -> Answered:
        """Sends a form back with some of its values changed."""
        raise NotImplementedError

    async def shortcut(self, on: Seen | None, *, as_: str = "Ada") -> Answered:
        """Chooses Easel in the menu of a message, or in the one that belongs to none."""
        raise NotImplementedError

    async def cancel(self, on: Seen, *, as_: str = "Ada") -> Answered:
        """Stops what `on` shows."""
        return await self.press(on, "Cancel", as_=as_)

    @abstractmethod
    async def transcript(self, *, as_: str = "Ada") -> list[Seen]:
        """All that this person sees of what happened since the driver came: each root, then its thread."""

    @abstractmethod
    async def until(self, condition: Callable[[Seen], bool], *, as_: str = "Ada") -> Seen:
        """Watches the live view until a message is as wanted."""

    @abstractmethod
    async def open(self, address: str, *, as_: str = "Ada") -> bytes:
        """The bytes of a picture, file or preview; LookupError where there are none for this person."""

    async def settle(self) -> None:
        """Waits until everything that was accepted has come to its end."""
        while unfinished := await DBOS.list_workflows_async(
            status=["PENDING", "ENQUEUED"], load_input=False, load_output=False
        ):
            for work in unfinished:
                handle: WorkflowHandleAsync[None] = await DBOS.retrieve_workflow_async(work.workflow_id)
                await handle.get_result(polling_interval_sec=_ENGINE_LOOKS_EVERY_S)

    async def cards(self, *, as_: str = "Ada") -> list[Seen]:
        """Easel's own messages."""
        return [seen for seen in await self.transcript(as_=as_) if seen.author is None]

    async def end_of(self, doing: Awaitable[Answered], *, as_: str = "Ada") -> Seen:
        """The one new message that an accepted action leads to, once it has come to its end."""
        before = {seen.id for seen in await self.cards(as_=as_)}
        answered = await doing
        assert answered == Answered(), f"it was answered privately: {answered}"
        await self.settle()
        new = [seen for seen in await self.cards(as_=as_) if seen.id not in before]
        assert len(new) == 1, f"it led to {len(new)} messages: {new}"
        return new[0]

    async def heard_after(self, doing: Awaitable[Answered], *, as_: str = "Ada") -> Seen:
        """What the person reads last, when all has come to its end: the private answer, or else the newest card."""
        answered = await doing
        await self.settle()
        return answered.card or (await self.cards(as_=as_))[-1]

    async def now(self, message: Seen, *, as_: str = "Ada") -> Seen:
        """The same message as it is now."""
        return next(seen for seen in await self.transcript(as_=as_) if seen.id == message.id)

    async def image(self, picture: PictureSeen, *, as_: str = "Ada") -> Image.Image:
        """The picture, decoded from what can be downloaded."""
        return Image.open(io.BytesIO(await self.open(picture.address, as_=as_)))

    async def hashes(self, message: Seen, *, as_: str = "Ada") -> list[str]:
        """The SHA-256 of each picture's downloaded bytes."""
        return [hashlib.sha256(await self.open(picture.address, as_=as_)).hexdigest() for picture in message.pictures]
