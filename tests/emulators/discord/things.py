"""What Discord keeps of places and people: guilds, roles, channels and threads, users. What is said is in messages."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.emulators.discord.messages import Message

Json = dict[str, Any]
ChannelKind = Literal["text", "dm", "voice", "category", "news", "public_thread", "private_thread", "forum"]
CHANNEL_TYPES: dict[ChannelKind, int] = {
    "text": 0,
    "dm": 1,
    "voice": 2,
    "category": 4,
    "news": 5,
    "public_thread": 11,
    "private_thread": 12,
    "forum": 15,
}
MIB = 1024 * 1024
FILESIZE_LIMITS_BYTES = {0: 10 * MIB, 1: 10 * MIB, 2: 50 * MIB, 3: 100 * MIB}
"""By boost tier, as discord.py knows them; a guild may have a limit of its own, as in autumn 2026."""


@dataclass(eq=False, kw_only=True)
class Role:
    id: str
    name: str
    permissions: int = 0
    is_managed: bool = False
    is_mentionable: bool = False


@dataclass(eq=False, kw_only=True)
class Overwrite:
    """What a channel adds to, or takes from, a role or a member."""

    allow: int = 0
    deny: int = 0


@dataclass(eq=False, kw_only=True)
class Guild:
    """A server.

    Attributes:
        roles: by id; the one with the guild's own id is @everyone.
        filesize_limit_bytes: of one file, instead of the boost tier's.
        blocked_words: what AutoMod refuses, from the app as well.
        is_unavailable: during an outage.
    """

    id: str
    name: str
    owner_id: str
    roles: dict[str, Role]
    boost_tier: int = 0
    filesize_limit_bytes: int | None = None
    locale: str = "en-US"
    blocked_words: set[str] = field(default_factory=set[str])
    is_unavailable: bool = False

    @property
    def max_file_bytes(self) -> int:
        return self.filesize_limit_bytes or FILESIZE_LIMITS_BYTES[self.boost_tier]


@dataclass(eq=False, kw_only=True)
class Membership:
    """Of a user in a guild."""

    roles: set[str] = field(default_factory=set[str])
    nick: str | None = None
    joined_s: float = 0.0


@dataclass(eq=False, kw_only=True)
class Profile:
    """A user as others see them.

    Attributes:
        nitro_limit_bytes: of one file that this person uploads, where it is more than the guild's.
        takes_dms: whether the app may write to them.
    """

    id: str
    name: str
    is_bot: bool = False
    locale: str = "en-US"
    nitro_limit_bytes: int = 0
    takes_dms: bool = True
    memberships: dict[str, Membership] = field(default_factory=dict[str, Membership])

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False, kw_only=True)
class Channel:
    """A channel, a thread, or a conversation of two.

    Attributes:
        parent: a thread's channel.
        overwrites: by role's or member's id.
        recipients: of a conversation of two: the person's id and the bot's.
        members: of a thread: who joined it.
        started_on: the message that a thread hangs on.
    """

    id: str
    name: str
    kind: ChannelKind
    guild: Guild | None = None
    parent: "Channel | None" = None
    is_age_restricted: bool = False
    overwrites: dict[str, Overwrite] = field(default_factory=dict[str, Overwrite])
    recipients: tuple[str, ...] = ()
    messages: "list[Message]" = field(default_factory=list[Any])
    is_deleted: bool = False

    owner_id: str = ""
    started_on: "Message | None" = None
    is_archived: bool = False
    is_locked: bool = False
    auto_archive_minutes: int = 1440
    archive_changed_s: float = 0.0
    members: set[str] = field(default_factory=set[str])

    @property
    def type(self) -> int:
        return CHANNEL_TYPES[self.kind]

    @property
    def is_thread(self) -> bool:
        return self.kind in ("public_thread", "private_thread")

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def is_nsfw(self) -> bool:
        return self.parent.is_age_restricted if self.is_thread and self.parent else self.is_age_restricted

    def find(self, message_id: str) -> "Message | None":
        """The message, unless it was deleted."""
        return next((each for each in self.messages if each.id == message_id and not each.is_deleted), None)


@dataclass(frozen=True, slots=True)
class Ping:
    """That the app's words rang somebody's bell: who (a user's or role's id, or "everyone"), by which message."""

    who: str
    through: str
    message: str
