"""What is said on Discord: messages with their files, and what they point at."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests.emulators.discord.things import Channel, Json, Profile

if TYPE_CHECKING:
    from tests.emulators.discord.interactions import Interaction

CROSSPOSTED = 1 << 0
SUPPRESS_EMBEDS = 1 << 2
HAS_THREAD = 1 << 5
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
VOICE = 1 << 13
HAS_SNAPSHOT = 1 << 14
COMPONENTS_V2 = 1 << 15

DEFAULT, THREAD_CREATED, REPLY, CHAT_INPUT_COMMAND, THREAD_STARTER, CONTEXT_MENU_COMMAND = 0, 18, 19, 20, 21, 23
SHOWN_AS_MESSAGES = (DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND)
"""Kinds that hold what somebody said; the others tell what happened."""


@dataclass(eq=False, kw_only=True)
class Attachment:
    """A file.

    Attributes:
        size: in bytes, as Discord says it.
        content_type: as Discord says it, by the name's ending; None where it does not know.
        description: its alt text.
        is_shown_elsewhere: whether an embed or a component shows it, so that it is no attachment of the message.
        is_ephemeral: whether it was handed to a command or a form, and is kept for a while only.
        deleted_s: when the message that held it was deleted, or lost it.
    """

    id: str
    channel_id: str
    filename: str
    data: bytes = field(repr=False)
    size: int
    content_type: str | None = None
    description: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    is_shown_elsewhere: bool = False
    is_ephemeral: bool = False
    deleted_s: float | None = None


STICKER_ENDINGS = {1: "png", 2: "png", 3: "json", 4: "gif"}


@dataclass(frozen=True, slots=True)
class Sticker:
    id: str
    name: str
    format: Literal[1, 2, 3, 4] = 1
    """png, apng, lottie, gif"""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a message answers (`type` 0), or what it forwards (1)."""

    channel: Channel
    message_id: str
    type: Literal[0, 1] = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A forwarded message as it was. `attachments` are its files: of a V2 message, its components alone show them."""

    content: str
    attachments: tuple[Attachment, ...]
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    stickers: tuple[Sticker, ...]
    flags: int
    type: int
    created_s: float

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)


@dataclass(eq=False, kw_only=True)
class Message:
    """What stands in a channel.

    Attributes:
        type: as Discord numbers it.
        components: as they were sent, with Discord's own ids added.
        ephemeral_for: the one user who sees it.
        interaction: what it answers, where it came through an interaction.
        mentions: who is called in it. `mention_roles` are roles' ids.
        thread: the thread that hangs on it.
    """

    id: str
    channel: Channel
    author: Profile
    content: str = ""
    type: int = DEFAULT
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    embeds: list[Json] = field(default_factory=list[Json])
    components: list[Json] = field(default_factory=list[Json])
    stickers: list[Sticker] = field(default_factory=list[Sticker])
    flags: int = 0
    reference: Reference | None = None
    snapshot: Snapshot | None = None
    nonce: str | int | None = None
    created_s: float = 0.0
    edited_s: float | None = None
    ephemeral_for: str | None = None
    interaction: "Interaction | None" = None
    mentions: list[Profile] = field(default_factory=list[Profile])
    mention_roles: list[str] = field(default_factory=list[str])
    mentions_everyone: bool = False
    thread: Channel | None = None
    reactions: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    is_deleted: bool = False

    @property
    def is_loading(self) -> bool:
        """Whether it still says that the app is thinking."""
        return bool(self.flags & LOADING)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)
