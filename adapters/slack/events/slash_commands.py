"""Slack slash commands: parse, check membership, submit, and acknowledge within Slack's 3 s."""

from adapters.shared.deduplication import Deduplicator
from adapters.slack.ids import place_at, trigger_key
from adapters.slack.markup import plain
from adapters.slack.payloads.slash_commands import SlashCommand
from adapters.slack.posting.private_replies import PrivateReplies
from adapters.slack.workspace.membership import Membership
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import CommandTyped
from bot.domain.ids import EventKey
from bot.errors import EaselError
from bot.ports import Handler, Json
from bot.presentation.cards import error


class SlashCommands:
    def __init__(
        self, handle: Handler, *, answers: PrivateReplies, people: UserDirectory, membership: Membership
    ) -> None:
        self._handle = handle
        self._answers = answers
        self._people = people
        self._membership = membership
        self._once: Deduplicator[Json] = Deduplicator()

    async def command(self, team: str, command: SlashCommand) -> Json:
        """The body of the acknowledgement: an ephemeral message, or nothing for a command that was accepted."""
        key = trigger_key(team, command.trigger_id)
        acknowledgement, _ = await self._once.run_once(key, lambda: self._submit(team, command, key))
        return acknowledgement

    # Private

    async def _submit(self, team: str, command: SlashCommand, key: EventKey) -> Json:
        try:
            await self._membership.require(team, command.channel_id)
        except EaselError as problem:
            return self._answers.as_ack(error(problem))
        answer = await self._handle(
            CommandTyped(
                key=key,
                person=await self._people.person(team, command.user_id, fallback_name=command.user_name),
                place=place_at(team, command.channel_id, None),
                text=plain(command.text, names={}),
            )
        )
        return self._answers.as_ack(answer.card) if answer.card is not None else {}
