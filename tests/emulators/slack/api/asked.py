"""A call that was understood, and what its handler works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.emulators.slack.arguments import Arguments
from tests.emulators.slack.calls import ApiCall
from tests.emulators.slack.deliveries import Deliveries
from tests.emulators.slack.happenings import Happenings
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, Json, Message, Team


@dataclass(frozen=True, slots=True)
class Asked:
    """`team` is the workspace of the token; calls of no workspace must not look at it."""

    state: State
    happenings: Happenings
    deliveries: Deliveries
    call: ApiCall
    team: Team
    arguments: Arguments
    new_socket_url: Callable[[], str]

    def channel(self, name: str = "channel") -> Channel:
        """A conversation that the bot may know of: of its workspace, and public or its own."""
        channel = self.state.channels.get(self.arguments.text(name))
        if channel is None or channel.team is not self.team or not (channel.is_public or channel.has_bot):
            raise SlackError("channel_not_found")
        return channel

    def joined(self, name: str = "channel") -> Channel:
        """The same, where the bot is a member."""
        channel = self.channel(name)
        if not channel.has_bot:
            raise SlackError("not_in_channel")
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        """A message that everybody there sees: to the Web API, ephemeral ones do not exist."""
        message = channel.find(ts)
        if message is None or message.ephemeral_for is not None:
            raise SlackError("message_not_found")
        return message

    def root_ts(self, channel: Channel, name: str = "thread_ts") -> str | None:
        """The thread that is meant.

        Raises:
            SlackError: there is none, or the time given is that of a reply, which makes replies that nobody finds.
        """
        ts = self.arguments.given(name)
        if ts is None:
            return None
        root = next((each for each in channel.messages if each.ts == ts and each.ephemeral_for is None), None)
        if root is not None and not root.is_root:
            raise SlackError("thread_not_found", problem=f"{name} {ts} is a reply, not the root of a thread")
        if root is None or (root.is_deleted and not channel.replies(ts)):
            raise SlackError("thread_not_found")
        return ts

    def need(self, scope: str) -> None:
        need_scope(self.team, scope)


def need_scope(team: Team, scope: str) -> None:
    if scope not in team.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(team.scopes)))


Handler = Callable[[Asked], Awaitable[Json]]

HISTORY_SCOPES = {"channel": "channels:history", "group": "groups:history", "im": "im:history", "mpim": "mpim:history"}
READ_SCOPES = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
