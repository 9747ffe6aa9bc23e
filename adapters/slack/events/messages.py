"""What people say in Slack: of each message that is meant for us, one event goes to the core."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from adapters.shared.deduplication import Deduplicator
from adapters.slack.addresses import SlackAddresses
from adapters.slack.errors import SlackRefused
from adapters.slack.events import parsing
from adapters.slack.ids import message_key
from adapters.slack.installations.workspaces import Workspace
from adapters.slack.payloads import Payload
from adapters.slack.posting.ephemeral import PrivateReplies, Recipient
from adapters.slack.web_api.client import LOOK_UP_S, SlackApi
from adapters.slack.workspace.places import Places
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import CommandTyped, MessagePosted
from bot.errors import EaselError
from bot.ports import Handler

_TWIN_WAIT_S: Final = 1.5
"""How long a mention without files, or with stubs of them, waits for the message that it tells of: that has them."""
_HISTORY: Final = frozenset({"channels:history", "groups:history", "mpim:history"})

_log = structlog.get_logger(__name__)


class MessageEvents:
    """Args: `twin_wait_s`: see `_TWIN_WAIT_S`."""

    def __init__(
        self,
        handle: Handler,
        *,
        api: SlackApi,
        answers: PrivateReplies,
        people: UserDirectory,
        places: Places,
        addresses: SlackAddresses,
        twin_wait_s: float = _TWIN_WAIT_S,
    ) -> None:
        self._handle = handle
        self._api = api
        self._answers = answers
        self._people = people
        self._places = places
        self._addresses = addresses
        self._twin_wait_s = twin_wait_s
        self._once: Deduplicator[bool] = Deduplicator()
        self._awaited: dict[str, asyncio.Event] = {}

    async def message(self, team: Workspace, event: Payload, *, event_time: object, is_mention: bool) -> None:
        """A `message` or an `app_mention`, which tell of the same message in either order, and of its edits.

        An edit adds a mention, or mends a command that was refused. What was accepted before stays as it is: the core
        knows the message by its key.
        """
        incoming = self._read(team, event)
        if incoming is None or incoming.is_late_edit:
            return
        if await self._is_stale(team, event_time):
            _log.info("event.stale", channel=incoming.channel)
            return
        message = f"{team.id}:{incoming.channel}:{incoming.ts}:"
        if incoming.edited_ts and self._once.result(message, default=False):
            return
        key = message + incoming.edited_ts
        if is_mention and not incoming.is_whole:
            incoming = await self._with_files(team, incoming, key)
        elif not is_mention and (awaited := self._awaited.get(key)) is not None:
            awaited.set()
        await self._once.run_once(key, lambda: self._parsed(team, incoming))

    # Private

    def _read(self, team: Workspace, event: Payload) -> parsing.IncomingMessage | None:
        return parsing.parse_message(event, team=team.id, bot_user=team.bot_user, addresses=self._addresses)

    async def _is_stale(self, team: Workspace, event_time: object) -> bool:
        """Whether nobody waits for it any more, by Slack's own clock."""
        if not parsing.is_recent(event_time, now_s=self._api.time.now_s()):
            await self._api.check_time(team.id)
        return parsing.is_stale(event_time, now_s=self._api.time.now_s())

    async def _parsed(self, team: Workspace, incoming: parsing.IncomingMessage) -> bool:
        """Whether it was answered with what it asked for, so that an edit of it asks for nothing more."""
        person = await self._people.person(team.id, incoming.user)
        # Names are looked up only for words that are meant for us.
        names = await self._people.names(team.id, incoming.others if incoming.to_us else ())
        text = parsing.visible_text(incoming.text, names)
        place = await self._places.at(
            team.id, incoming.channel, incoming.thread_ts, user=incoming.user, is_root_gone=incoming.is_root_gone
        )
        key = message_key(team.id, incoming.channel, incoming.ts)
        event = (
            CommandTyped(key=key, person=person, place=place, text=text, attachments=incoming.attachments)
            if incoming.is_command
            else MessagePosted(
                key=key,
                person=person,
                place=place,
                text=text,
                attachments=incoming.attachments,
                to_us=incoming.to_us,
                to_others=bool(incoming.others) or incoming.to_group,
            )
        )
        answer = await self._handle(event)
        if answer.reaction:
            await self._answers.react(team.id, incoming.channel, incoming.ts)
        if answer.card is None:
            return False
        await self._answers.post_ephemeral(
            Recipient(team.id, incoming.channel, incoming.user, incoming.thread_ts), answer.card
        )
        return answer.card.tone != "error"

    async def _with_files(
        self, team: Workspace, incoming: parsing.IncomingMessage, key: str
    ) -> parsing.IncomingMessage:
        """A mention may come without its message's files. Where Easel hears messages too, that one is waited for."""
        if not _HISTORY & set(team.scopes) or self._once.knows(key):
            return incoming
        awaited = self._awaited.setdefault(key, asyncio.Event())
        try:
            async with asyncio.timeout(self._twin_wait_s):
                await awaited.wait()
        except TimeoutError:
            return await self._looked_up(team, incoming)
        finally:
            self._awaited.pop(key, None)
        return incoming

    async def _looked_up(self, team: Workspace, incoming: parsing.IncomingMessage) -> parsing.IncomingMessage:
        """The message itself, with its files, where its twin does not come."""
        span = {"latest": incoming.ts, "oldest": incoming.ts, "inclusive": "true", "limit": "1"}
        try:
            async with asyncio.timeout(LOOK_UP_S):
                found = await self._looked_for(team.id, incoming, span)
        except (EaselError, TimeoutError) as problem:
            _log.info("message.not_looked_up", reason=str(problem) or "no answer")
            return incoming
        for message in found.get("messages", []):
            if message.get("ts") == incoming.ts:
                return self._read(team, {**message, "channel": incoming.channel}) or incoming
        return incoming

    async def _looked_for(self, team: str, incoming: parsing.IncomingMessage, span: Mapping[str, str]) -> Payload:
        if incoming.thread_ts is None:
            return await self._api.call(team, "conversations.history", channel=incoming.channel, **span)
        method = "conversations.replies"
        try:
            return await self._api.call(team, method, channel=incoming.channel, ts=incoming.thread_ts, **span)
        except SlackRefused as refused:
            if refused.code != "thread_not_found":
                raise
            # The root was deleted: the reply itself is known all the same.
            return await self._api.call(team, method, channel=incoming.channel, ts=incoming.ts, **span)
