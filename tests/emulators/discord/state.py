"""What a running Discord remembers, and what a test may change about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.clock import PATIENCE_S
from tests.emulators.discord.calls import ApiCall
from tests.emulators.discord.clock import Clock
from tests.emulators.discord.faults import Fault
from tests.emulators.discord.ids import Snowflakes, secret
from tests.emulators.discord.interactions import Interaction, Modal
from tests.emulators.discord.messages import Attachment, Message, Sticker
from tests.emulators.discord.things import MIB, Channel, Guild, Json, Ping, Profile
from tests.emulators.script import Held, Script
from tests.emulators.watching import Watched

ACK_LIMIT_S = 3.0


@dataclass(eq=False, kw_only=True, repr=False)
class State(Watched):
    """One Discord with its guilds, and one app.

    Attributes:
        application_id: as apps made long ago have it, it is not the bot's user id.
        message_content_granted, members_granted, presences_granted: the privileged intents, as switched in the portal.
        commands: the registered ones, by guild id; the global ones under None.
        attachment_size_limit: what interactions say instead of the truth, which they do not always tell.
        request_limit_bytes: of a whole request with its files.
        ack_limit_s: how long a person's client waits for the app, and the app may wait with its answer.
        token_limit_s: how long the app may speak through an interaction.
        nonce_window_s: for how long the same nonce is the same message.
        edit_limit_s, old_edits_allowed: how old a message is when only so many more edits of it are taken.
        old_edit_retry_after_s: what the refusal of a further one says.
        link_limit_s: how long a link to a file is good.
        proxy_keeps_s: how long the media proxy still has what was deleted.
        rate_limits_enabled: whether calls are limited, per route and globally.
        answer_heartbeats: whether the gateway acknowledges them.
        compresses: whether the gateway compresses where the client asks for it.
        looks_up_originals: whether a message comes with the one that it answers, which Discord does not promise.
        shards_wanted: what `/gateway/bot` recommends.
    """

    clock: Clock = field(default_factory=Clock)
    ids: Snowflakes = field(default_factory=Snowflakes)
    token: str = field(default_factory=lambda: secret("emulated."), repr=False)
    link_secret: str = field(default_factory=secret, repr=False)
    origin: str = ""
    application_id: str = ""
    bot: Profile

    message_content_granted: bool = True
    members_granted: bool = False
    presences_granted: bool = False

    guilds: dict[str, Guild] = field(default_factory=dict[str, Guild])
    users: dict[str, Profile] = field(default_factory=dict[str, Profile])
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    attachments: dict[str, Attachment] = field(default_factory=dict[str, Attachment])
    stickers: dict[str, Sticker] = field(default_factory=dict[str, Sticker])
    interactions: dict[str, Interaction] = field(default_factory=dict[str, Interaction])
    modals: dict[str, Modal] = field(default_factory=dict[str, Modal])
    commands: dict[str | None, list[Json]] = field(default_factory=dict[str | None, list[Json]])
    command_syncs: int = 0
    calls: list[ApiCall] = field(default_factory=list[ApiCall])
    pings: list[Ping] = field(default_factory=list[Ping])
    nonces: dict[tuple[str, str], tuple[float, Message]] = field(
        default_factory=dict[tuple[str, str], tuple[float, Message]]
    )
    old_edits: dict[str, int] = field(default_factory=dict[str, int])
    outside: dict[str, tuple[bytes, str]] = field(default_factory=dict[str, tuple[bytes, str]])
    visited: list[str] = field(default_factory=list[str])
    """Addresses outside of Discord that somebody fetched."""

    attachment_size_limit: int | None = None
    request_limit_bytes: int = 25 * MIB
    ack_limit_s: float = ACK_LIMIT_S
    token_limit_s: float = 900.0
    nonce_window_s: float = 300.0
    edit_limit_s: float = 3600.0
    old_edits_allowed: int = 0
    old_edit_retry_after_s: float = 0.02
    link_limit_s: float = 86_400.0
    proxy_keeps_s: float = 300.0
    rate_limits_enabled: bool = False
    answer_heartbeats: bool = True
    heartbeat_interval_ms: int = 41_250
    compresses: bool = True
    looks_up_originals: bool = True
    shards_wanted: int = 1

    faults: Script[Fault] = field(default_factory=Script[Fault])
    held: Script[Held] = field(default_factory=Script[Held])
    calls_under_way: int = 0
    identified: int = 0

    @property
    def patience_s(self) -> float:
        """How long an acknowledgement is really waited for. A busy machine is no reason to give up: where a test has
        set no other limit, the three seconds of Discord pass as the test moves the clock.
        """
        return PATIENCE_S if self.ack_limit_s == ACK_LIMIT_S else self.ack_limit_s

    # Where things are

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.origin.replace('http', 'ws', 1)}/gateway/"

    @property
    def cdn_url(self) -> str:
        return f"{self.origin}/cdn"

    @property
    def media_url(self) -> str:
        """The media proxy, for files of Discord's own and, below `external/`, for others'."""
        return f"{self.origin}/media"

    # Who and what there is

    def new_id(self) -> str:
        return self.ids.new(self.clock.now_s())

    def guild_of_bot(self, guild_id: str) -> Guild | None:
        """The guild, where the app is in it."""
        return self.guilds.get(guild_id) if guild_id in self.bot.memberships else None

    def channel_named(self, name: str) -> Channel:
        return next(each for each in self.channels.values() if each.name == name and not each.is_deleted)

    def threads_of(self, channel: Channel) -> list[Channel]:
        return [each for each in self.channels.values() if each.parent is channel and each.is_thread]

    def messages(self) -> Iterator[Message]:
        """Every message that was not deleted."""
        for channel in self.channels.values():
            yield from (message for message in channel.messages if not message.is_deleted)

    def direct_channel(self, user: Profile) -> Channel:
        """The conversation between a person and the app, made where there is none yet."""
        recipients = (user.id, self.bot.id)
        for channel in self.channels.values():
            if channel.kind == "dm" and channel.recipients == recipients:
                return channel
        made = Channel(id=self.new_id(), name=f"@{user.name}", kind="dm", recipients=recipients)
        self.channels[made.id] = made
        return made

    def file_limit_bytes(self, channel: Channel) -> int:
        """Of one file that the app posts there."""
        return channel.guild.max_file_bytes if channel.guild else 10 * MIB

    async def wait_aside(self, held: Held) -> None:
        """Lets a held call wait; meanwhile it is not under way."""
        self.calls_under_way -= 1
        self.tell()
        try:
            await held.pass_by()
        finally:
            self.calls_under_way += 1
