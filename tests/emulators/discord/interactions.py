"""Interactions: what a person did with the app, and what has become of it. Forms that the app opened for them."""

from dataclasses import dataclass, field
from typing import Literal

from tests.emulators.discord.messages import Message
from tests.emulators.discord.things import Channel, Json, Profile

InteractionKind = Literal["command", "component", "autocomplete", "modal"]
INTERACTION_TYPES: dict[InteractionKind, int] = {"command": 2, "component": 3, "autocomplete": 4, "modal": 5}

MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""The ways to answer."""


@dataclass(eq=False, kw_only=True)
class Interaction:
    """One interaction.

    Attributes:
        name: the command's, where there is one.
        command_type: 1 for a command that is typed, 2 and 3 for those in the menus of users and messages.
        message: what a component stands on, also for a form that it opened.
        target: the message or user whose menu it was.
        response: the message that answers it first: its own, or the one that it updates.
        answered_with: the way, once it was acknowledged.
        has_timed_out: whether the person's client has given up.
        is_deferred: whether the next follow-up takes the place of "thinking…".
    """

    id: str
    token: str = field(repr=False)
    kind: InteractionKind
    person: Profile
    channel: Channel
    created_s: float
    name: str = ""
    command_type: int = 0
    custom_id: str = ""
    message: Message | None = None
    target: Message | None = None
    opened_by: "Interaction | None" = None

    response: Message | None = None
    modal: "Modal | None" = None
    choices: list[Json] | None = None
    answered_with: int | None = None
    has_timed_out: bool = False
    is_deferred: bool = False
    follow_ups: list[Message] = field(default_factory=list[Message])

    @property
    def type(self) -> int:
        return INTERACTION_TYPES[self.kind]


@dataclass(eq=False, kw_only=True)
class Modal:
    """A form as it stands before a person."""

    custom_id: str
    title: str
    components: list[Json]
    origin: Interaction
    is_open: bool = True


@dataclass(eq=False, kw_only=True)
class Outcome:
    """What a person's client shows of what they did. It lives: a message in it may change or come later.

    Attributes:
        error: what the client says by itself where the app does not answer, or where it cannot be sent.
        errors: what is wrong with the fields of a form, by custom id; then nothing was sent.
        interaction: as the app got it; None where nothing was sent.
    """

    interaction: Interaction | None = None
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def message(self) -> Message | None:
        """The message that answers, public or not; None where there is none, or it was deleted."""
        answer = self.interaction.response if self.interaction else None
        return None if answer is None or answer.is_deleted else answer

    @property
    def ephemeral(self) -> Message | None:
        """The same where this person alone sees it."""
        message = self.message
        return message if message is not None and message.ephemeral_for is not None else None

    @property
    def modal(self) -> Modal | None:
        return self.interaction.modal if self.interaction else None

    @property
    def choices(self) -> list[Json] | None:
        """What an autocomplete request was answered with."""
        return self.interaction.choices if self.interaction else None

    @property
    def is_thinking(self) -> bool:
        message = self.message
        return message is not None and message.is_loading

    @property
    def follow_ups(self) -> list[Message]:
        return [each for each in self.interaction.follow_ups if not each.is_deleted] if self.interaction else []
