"""What Slack keeps: workspaces, people's profiles, channels, messages, files, views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["channel", "group", "im", "mpim"]
FileMode = Literal["hosted", "snippet", "external", "tombstone", "hidden_by_limit", "file_access"]

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "reactions:write",
    "users:read",
)
"""What the app's manifest asks for."""


@dataclass(eq=False, kw_only=True)
class Team:
    """A workspace.

    Attributes:
        scopes: what the bot token may do; a test may change it at any time.
        is_installed: whether the app is; otherwise its token is worth nothing.
    """

    id: str
    name: str
    domain: str
    bot_token: str = field(repr=False)
    bot_user_id: str
    bot_id: str
    bot_name: str = "easel"
    scopes: set[str] = field(default_factory=lambda: set(BOT_SCOPES))
    is_installed: bool = True


@dataclass(eq=False, kw_only=True)
class Profile:
    """A person as others see them."""

    id: str
    name: str
    team: Team = field(repr=False)
    is_admin: bool = False
    tz: str = "Europe/Lisbon"


@dataclass(frozen=True, slots=True)
class Share:
    """That a file hangs in a channel, on the message `ts`."""

    channel: str
    ts: str
    thread_ts: str | None
    is_public: bool


@dataclass(eq=False, kw_only=True)
class File:
    """A file.

    Attributes:
        owner: the user, or the bot's user, that uploaded it.
        length: what the app said it would upload.
        upload_ticket: what the upload's address ends with.
        ready_at_s: when Slack has looked into it; until then it has no type and cannot be shown in a block.
        mode: as Slack says it; `file_access` stands for a stub in events, behind which a hosted file is.
        is_complete: whether its upload was completed; before that nobody can ask for it.
        was_sent_to_app: whether a person handed it to the app in a form.
    """

    id: str
    team: Team = field(repr=False)
    owner: str
    name: str
    title: str
    data: bytes = field(default=b"", repr=False)
    length: int = 0
    upload_ticket: str = field(default="", repr=False)
    mimetype: str = ""
    filetype: str = ""
    width_px: int = 0
    height_px: int = 0
    alt_txt: str | None = None
    mode: FileMode = "hosted"
    created_s: float = 0.0
    ready_at_s: float = 0.0
    shares: list[Share] = field(default_factory=list[Share])
    is_uploaded: bool = False
    is_complete: bool = False
    is_deleted: bool = False
    was_sent_to_app: bool = False

    def is_visible_to_bot(self, channels: "Mapping[str, Channel]") -> bool:
        """Its own files, those handed to it in a form, and those in a channel where it is."""
        if self.owner == self.team.bot_user_id or self.was_sent_to_app:
            return True
        return any(channels[share.channel].has_bot for share in self.shares)

    def shared_in(self, channel: str) -> list[Share]:
        return [share for share in self.shares if share.channel == channel]


@dataclass(eq=False, kw_only=True)
class Message:
    """What stands in a channel.

    Attributes:
        channel: its id.
        user: who wrote it; the bot's user for the app.
        text: as stored: `&`, `<` and `>` escaped, mentions as `<@U…>`.
        ephemeral_for: the one user who sees it.
        is_unseen: an ephemeral message that Slack accepted but no client shows, because its thread had no replies.
        attachments: previews of links, and messages that were forwarded, as Slack shows them.
        chosen: what people picked in its menus: user, block id, action id → the value as state tells it.
    """

    ts: str
    channel: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list[Json])
    thread_ts: str | None = None
    files: list[File] = field(default_factory=list[File])
    attachments: list[Json] = field(default_factory=list[Json])
    ephemeral_for: str | None = None
    edited: Json | None = None
    subtype: str | None = None
    metadata: Json | None = None
    client_msg_id: str | None = None
    is_broadcast: bool = False
    is_deleted: bool = False
    is_unseen: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    chosen: dict[tuple[str, str, str], Json] = field(default_factory=dict[tuple[str, str, str], Json])

    @property
    def is_root(self) -> bool:
        return self.thread_ts is None or self.thread_ts == self.ts


@dataclass(eq=False, kw_only=True)
class Channel:
    """A conversation. Its members are users' ids, the bot's among them where it was invited."""

    id: str
    name: str
    team: Team = field(repr=False)
    kind: ChannelKind = "channel"
    members: set[str] = field(default_factory=set[str])
    is_archived: bool = False
    created_s: float = 0.0
    messages: list[Message] = field(default_factory=list[Message], repr=False)

    @property
    def is_public(self) -> bool:
        return self.kind == "channel"

    @property
    def has_bot(self) -> bool:
        return self.team.bot_user_id in self.members

    def find(self, ts: str) -> Message | None:
        """The message, unless it was deleted."""
        return next((each for each in self.messages if each.ts == ts and not each.is_deleted), None)

    def tombstone(self, ts: str) -> Message | None:
        """The root that was deleted, where its thread still has replies: people see "This message was deleted."."""
        root = next((each for each in self.messages if each.ts == ts and each.is_deleted and each.is_root), None)
        return root if root is not None and self.replies(ts) else None

    def replies(self, root_ts: str) -> list[Message]:
        """What hangs below the root, without the root, and without what only one person sees."""
        return [
            each
            for each in self.messages
            if each.thread_ts == root_ts and each.ts != root_ts and not each.is_deleted and each.ephemeral_for is None
        ]


@dataclass(eq=False, kw_only=True)
class View:
    """A modal or a home tab as it stands before `person`.

    Attributes:
        content: what the app sent: type, title, blocks and so on.
        chosen: what the person has filled in: block id, action id → the value as state tells it.
    """

    id: str
    person: str
    team: Team
    hash: str
    content: Json
    is_open: bool = True
    chosen: dict[tuple[str, str], Json] = field(default_factory=dict[tuple[str, str], Json])

    @property
    def blocks(self) -> list[Json]:
        return self.content["blocks"]

    @property
    def callback_id(self) -> str:
        return self.content.get("callback_id", "")

    @property
    def private_metadata(self) -> str:
        return self.content.get("private_metadata", "")

    @property
    def title(self) -> str:
        return self.content.get("title", {}).get("text", "")


@dataclass(frozen=True, slots=True)
class Status:
    """What an app is said to be doing in a thread."""

    text: str
    loading_messages: tuple[str, ...]
    set_at_s: float


@dataclass(frozen=True, slots=True)
class Ping:
    """That the app's words rang somebody's bell: who, through which call, in which text."""

    who: str
    through: str
    text: str


@dataclass(frozen=True, slots=True)
class Consent:
    """That a person lets the app into a workspace, until it fetches its token."""

    team: Team
    person: str
    scopes: frozenset[str]
    redirect_uri: str | None
