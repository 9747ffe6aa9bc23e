"""What a handler is asked, and what many of them look up first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulators.discord.calls import ApiCall
from tests.emulators.discord.checking.findings import Findings, Rule, check_object
from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.message_shapes import message_json
from tests.emulators.discord.messages import Message
from tests.emulators.discord.permissions import Permission, permissions_in
from tests.emulators.discord.posting import Posting
from tests.emulators.discord.problems import ApiError, forbidden, unknown
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Guild, Json


@dataclass(frozen=True, slots=True)
class Asked:
    state: State
    happenings: Happenings
    posting: Posting
    call: ApiCall

    def body(self, rules: dict[str, Rule]) -> Json:
        """The body, where every field is as its rule wants.

        Raises:
            ApiError: it is not.
        """
        if self.call.unreadable is not None:
            raise ApiError(400, 50109, problem=self.call.unreadable)
        findings = Findings()
        body: Any = self.call.body if self.call.body is not None else {}
        check_object(findings, (), body, rules)
        findings.settle()
        for complaint in findings.complaints:
            self.state.note(self.call.route, complaint)
        return body

    def guild(self) -> Guild:
        guild = self.state.guild_of_bot(self.call.params["guild_id"])
        if guild is None:
            raise unknown(10004) if self.call.params["guild_id"] not in self.state.guilds else forbidden(50001)
        return guild

    def channel(self) -> Channel:
        """The channel that is named, where the app sees it."""
        channel = self.state.channels.get(self.call.params["channel_id"])
        if channel is None or channel.is_deleted:
            raise unknown(10003)
        if not permissions_in(channel, self.state.bot):
            raise forbidden(50001)
        return channel

    def message(self, channel: Channel) -> Message:
        """The message that is named. What one person alone sees is none to the bot's routes."""
        message = channel.find(self.call.params["message_id"])
        if message is None or message.ephemeral_for is not None:
            raise unknown(10008)
        return message

    def may(self, channel: Channel, permission: Permission) -> bool:
        return bool(permissions_in(channel, self.state.bot) & permission)

    def need(self, channel: Channel, permission: Permission) -> None:
        if not self.may(channel, permission):
            raise forbidden(50013)

    def shown(self, message: Message) -> Json:
        """A message in an answer: what is withheld depends on what the app was granted, not on its gateway."""
        return message_json(self.state, message, has_intent=self.state.message_content_granted)


Answer = Json | list[Any] | None
Handler = Callable[[Asked], Answer]
