"""Slack messages and app mentions: each that is meant for Easel is submitted once, and answered where need be."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from adapters.shared.deduplication import Deduplicator
from adapters.slack.addresses import SlackAddresses
from adapters.slack.errors import SlackRefused
from adapters.slack.events.incoming_message import IncomingMessage, read_message
from adapters.slack.ids import message_key
from adapters.slack.installations.workspaces import Workspace
from adapters.slack.markup import plain
from adapters.slack.payloads.messages import Message, MessageCallback
from adapters.slack.payloads.web_api import parse_conversations_history
from adapters.slack.posting.private_replies import PrivateReplies, Recipient
from adapters.slack.web_api.client import LOOK_UP_S, SlackApi
from adapters.slack.workspace.places import Places
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import CommandTyped, MessagePosted
from bot.errors import EaselError
from bot.ports import Handler

MAX_AGE_S: Final = 600.0
"""Slack retries for some minutes. Older events were held back by an outage, and nobody waits for an answer any more."""
_MAX_AHEAD_S: Final = 60.0
"""An event from further in the future is a sign of a clock that is behind."""
_MESSAGE_WAIT_S: Final = 1.5
"""How long a mention without files, or with stubs of them, waits for its `message` event, which has them."""
_HISTORY_SCOPES: Final = frozenset({"channels:history", "groups:history", "mpim:history"})

_log = structlog.get_logger(__name__)


class MessageEvents:
    """Args: `message_wait_s`: see `_MESSAGE_WAIT_S`."""

    def __init__(
        self,
        handle: Handler,
        *,
        api: SlackApi,
        answers: PrivateReplies,
        people: UserDirectory,
        places: Places,
        addresses: SlackAddresses,
        message_wait_s: float = _MESSAGE_WAIT_S,
    ) -> None:
        self._handle = handle
        self._api = api
        self._answers = answers
        self._people = people
        self._places = places
        self._addresses = addresses
        self._message_wait_s = message_wait_s
        self._once: Deduplicator[bool] = Deduplicator()
        self._awaited_messages: dict[str, asyncio.Event] = {}

    async def message(self, workspace: Workspace, delivery: MessageCallback, *, is_mention: bool) -> None:
        """A `message` or an `app_mention`, which Slack sends for the same message in either order, and for its edits.

        An edit adds a mention, or corrects a command that was refused. What was accepted before stays as it is: the
        core knows the message by its key.
        """
        incoming = self._read(workspace, delivery.event)
        if incoming is None or incoming.is_late_edit:
            return
        if await self._is_stale(workspace, delivery.event_time):
            _log.info("event.stale", channel=incoming.channel)
            return
        unedited_key = f"{workspace.id}:{incoming.channel}:{incoming.ts}:"
        if incoming.edited_ts and self._once.result(unedited_key, default=False):
            return
        key = unedited_key + incoming.edited_ts
        if is_mention and not incoming.has_full_files:
            incoming = await self._with_files(workspace, incoming, key)
        elif not is_mention and (awaited := self._awaited_messages.get(key)) is not None:
            awaited.set()
        await self._once.run_once(key, lambda: self._submit(workspace.id, incoming))

    # Private

    def _read(self, workspace: Workspace, message: Message) -> IncomingMessage | None:
        return read_message(message, team=workspace.id, bot_user=workspace.bot_user, addresses=self._addresses)

    async def _is_stale(self, workspace: Workspace, event_time: float | None) -> bool:
        """Whether it is too old to be answered, by Slack's own clock."""
        if event_time is None:
            return False
        if not -_MAX_AHEAD_S <= self._api.time.now_s() - event_time <= MAX_AGE_S:
            # This machine's clock may be wrong.
            await self._api.check_time(workspace.id)
        return self._api.time.now_s() - event_time > MAX_AGE_S

    async def _submit(self, team: str, incoming: IncomingMessage) -> bool:
        """Whether it was answered as it asked, so that a later edit of it asks for nothing more."""
        person = await self._people.person(team, incoming.user)
        # Other users' names are looked up only in messages that are meant for us.
        names = await self._people.names(team, incoming.others if incoming.to_us else ())
        text = plain(incoming.text, names=names)
        place = await self._places.at(
            team, incoming.channel, incoming.thread_ts, user=incoming.user, is_root_gone=incoming.is_root_gone
        )
        key = message_key(team, incoming.channel, incoming.ts)
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
            await self._answers.react(team, incoming.channel, incoming.ts)
        if answer.card is None:
            return False
        recipient = Recipient(team, incoming.channel, incoming.user, incoming.thread_ts)
        await self._answers.post_ephemeral(recipient, answer.card)
        return answer.card.tone != "error"

    async def _with_files(self, workspace: Workspace, incoming: IncomingMessage, key: str) -> IncomingMessage:
        """A mention may come without the message's files. Where Easel gets `message` events too, it waits for that."""
        if not _HISTORY_SCOPES & set(workspace.scopes) or self._once.knows(key):
            return incoming
        awaited = self._awaited_messages.setdefault(key, asyncio.Event())
        try:
            async with asyncio.timeout(self._message_wait_s):
                await awaited.wait()
        except TimeoutError:
            return await self._fetched(workspace, incoming)
        finally:
            self._awaited_messages.pop(key, None)
        return incoming

    async def _fetched(self, workspace: Workspace, incoming: IncomingMessage) -> IncomingMessage:
        """The message with its files, as the Web API returns it; unchanged where it does not."""
        try:
            async with asyncio.timeout(LOOK_UP_S):
                found = await self._fetch_messages(workspace.id, incoming)
        except (EaselError, TimeoutError) as problem:
            _log.info("message.not_looked_up", reason=str(problem) or "no answer")
            return incoming
        for message in found:
            if message.ts == incoming.ts:
                return self._read(workspace, replace(message, channel=incoming.channel)) or incoming
        return incoming

    async def _fetch_messages(self, team: str, incoming: IncomingMessage) -> Sequence[Message]:
        """What `conversations.history` or `conversations.replies` has at the time of the message."""
        channel, thread_ts = incoming.channel, incoming.thread_ts
        span = {"latest": incoming.ts, "oldest": incoming.ts, "inclusive": "true", "limit": "1"}
        if thread_ts is None:
            answer = await self._api.call(team, "conversations.history", channel=channel, **span)
        else:
            method = "conversations.replies"
            try:
                answer = await self._api.call(team, method, channel=channel, ts=thread_ts, **span)
            except SlackRefused as refused:
                if refused.code != "thread_not_found":
                    raise
                # The root was deleted: Slack still finds the reply by its own ts.
                answer = await self._api.call(team, method, channel=channel, ts=incoming.ts, **span)
        return parse_conversations_history(answer).messages
