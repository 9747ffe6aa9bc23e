"""What a running Slack remembers, and what a test may change about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.clock import PATIENCE_S
from tests.emulators.script import Held, Script
from tests.emulators.slack.calls import ApiCall
from tests.emulators.slack.clock import Clock
from tests.emulators.slack.faults import Fault
from tests.emulators.slack.ids import Ids, secret
from tests.emulators.slack.things import Channel, Consent, File, Message, Ping, Profile, Status, Team, View
from tests.emulators.slack.triggers import Triggers
from tests.emulators.watching import Watched

Delivery = Literal["socket", "http"]
STATUS_LIMIT_S = 120
"""A status that nobody renews goes away."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)

ACK_LIMIT_S = 3.0


@dataclass(eq=False, kw_only=True, repr=False)
class State(Watched):
    """One Slack with its workspaces, and one app.

    Attributes:
        events: what the app subscribed to.
        echoes: whether the app also gets the events of its own messages, as it does in Slack.
        home_enabled: whether the app has a home tab.
        delivery: where events, commands and interactivity go.
        request_url: the app's address for all of them, where `delivery` is "http".
        ack_limit_s: how long Slack waits for an acknowledgement.
        retry_delays_s: before each retry of an event; Slack's own are at once, one minute, five minutes.
        trigger_limit_s, response_url_limit_s, response_url_uses: how long and how often these can be used.
        share_delay_s: between the completion of an upload and the message that shows it.
        processing_delay_s: for how long a new file has no type and cannot be shown in a block.
        drop_alt_txt_shares: files with alt_txt are never shared, though the answer says ok.
        unshared_files_visible: whether a block may show the app's own file that is shared nowhere, and to others.
        redirect_downloads: files come from another host, to which the first one redirects.
        mention_files: what the `app_mention` twin says of files: all, their stubs, or nothing.
        twins: which of the two events of a mention goes out first.
        answer_pings: whether the sockets answer the client's pings.
        num_connections: what `hello` says instead of the truth.
        limits_enabled: whether calls are limited per workspace and method.
    """

    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    app_id: str = "A0EASEL001"
    app_token: str = field(default_factory=lambda: secret("xapp-1-A0EASEL001-"))
    signing_secret: str = field(default_factory=secret)
    verification_token: str = field(default_factory=secret)
    client_id: str = "1000.2000"
    client_secret: str = field(default_factory=secret)
    commands: frozenset[str] = frozenset({"/imagine"})
    origin: str = ""

    teams: dict[str, Team] = field(default_factory=dict[str, Team])
    people: dict[str, Profile] = field(default_factory=dict[str, Profile])
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    files: dict[str, File] = field(default_factory=dict[str, File])
    views: dict[str, View] = field(default_factory=dict[str, View])
    homes: dict[str, View] = field(default_factory=dict[str, View])
    modals: dict[str, View] = field(default_factory=dict[str, View])
    triggers: Triggers = field(default_factory=Triggers)
    consents: dict[str, Consent] = field(default_factory=dict[str, Consent])
    statuses: dict[tuple[str, str], Status] = field(default_factory=dict[tuple[str, str], Status])
    dead_tokens: dict[str, str] = field(default_factory=dict[str, str])
    calls: list[ApiCall] = field(default_factory=list[ApiCall])
    pings: list[Ping] = field(default_factory=list[Ping])

    events: set[str] = field(default_factory=lambda: set(EVENTS))
    echoes: bool = True
    home_enabled: bool = True
    delivery: Delivery = "socket"
    request_url: str = ""
    ack_limit_s: float = ACK_LIMIT_S
    retry_delays_s: tuple[float, ...] = (0.05, 0.1, 0.2)
    trigger_limit_s: float = 3.0
    response_url_limit_s: float = 1800.0
    response_url_uses: int = 5
    share_delay_s: float = 0.0
    processing_delay_s: float = 0.0
    drop_alt_txt_shares: bool = True
    unshared_files_visible: bool = True
    redirect_downloads: bool = False
    mention_files: Literal["full", "partial", "none"] = "full"
    twins: Literal["mention_first", "message_first"] = "message_first"
    answer_pings: bool = True
    num_connections: int | None = None
    limits_enabled: bool = False

    faults: Script[Fault] = field(default_factory=Script[Fault])
    held: Script[Held] = field(default_factory=Script[Held])
    shares_to_lose: int = 0

    @property
    def patience_s(self) -> float:
        """How long an acknowledgement is really waited for. A busy machine is no reason to give up: where a test has
        set no other limit, the three seconds of Slack pass as the test moves the clock.
        """
        return PATIENCE_S if self.ack_limit_s == ACK_LIMIT_S else self.ack_limit_s

    # Who and what there is

    def team_of(self, token: str | None) -> Team | None:
        return next((team for team in self.teams.values() if team.is_installed and team.bot_token == token), None)

    def channel_named(self, name: str) -> Channel:
        return next(channel for channel in self.channels.values() if channel.name == name)

    def messages(self) -> Iterator[Message]:
        """Every message that was not deleted."""
        for channel in self.channels.values():
            yield from (message for message in channel.messages if not message.is_deleted)

    def status_of(self, channel: str, thread_ts: str) -> Status | None:
        """What the app is said to be doing there, unless that was too long ago."""
        status = self.statuses.get((channel, thread_ts))
        if status is None or self.clock.now_s() >= status.set_at_s + STATUS_LIMIT_S:
            return None
        return status

    def direct_channel(self, team: Team, user: str) -> Channel:
        """The conversation between a person and the app, made where there is none yet."""
        members = {user, team.bot_user_id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        made = Channel(
            id=self.ids.new("D"),
            name="directmessage",
            team=team,
            kind="im",
            members=members,
            created_s=self.clock.now_s(),
        )
        self.channels[made.id] = made
        return made

    def admit(self, team: Team, scopes: Iterable[str]) -> None:
        """The app gets into a workspace; a token that was revoked is never good again."""
        if not team.is_installed:
            team.bot_token = secret("xoxb-")
        team.is_installed = True
        team.scopes = set(scopes)
        self.tell()

    def uninstall(self, team: Team, error: str = "account_inactive") -> None:
        """The app is thrown out; from then on its token meets `error`."""
        team.is_installed = False
        self.dead_tokens[team.bot_token] = error
        self.tell()

    def new_ts(self, *, hours_ago: float = 0) -> str:
        return self.ids.ts(self.clock.now_s() - hours_ago * 3600)

    def add_message(self, message: Message) -> None:
        """Puts it in its channel, in the order of time."""
        messages = self.channels[message.channel].messages
        messages.append(message)
        if len(messages) > 1 and messages[-2].ts > message.ts:
            messages.sort(key=lambda each: each.ts)
        self.tell()
