"""One message on its way to a channel of Slack: posted with a mark of its key, found by it, changed."""

import hashlib
from collections.abc import Mapping
from typing import Final

from adapters.slack.errors import ConnectionLost, SlackRefused
from adapters.slack.ids import message_id, parse_message_id, target_of
from adapters.slack.note_kinds import root_key
from adapters.slack.payloads.messages import Message
from adapters.slack.payloads.web_api import (
    parse_chat_post_message,
    parse_conversations_history,
    parse_conversations_open,
)
from adapters.slack.posting.text_fallback import send_message
from adapters.slack.rendering.cards import RenderedMessage
from adapters.slack.web_api.client import SlackApi
from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.ports import Json, PlatformState

_EVENT_TYPE: Final = "easel_message"
_LOOK_BACK: Final = 100
"""Messages of the channel or thread that are looked through for one that was posted just before a crash."""


class MessageDelivery:
    """Sends messages for `PostOnce`: a message carries a hash of its key as metadata."""

    def __init__(self, api: SlackApi, notes: PlatformState) -> None:
        self._api = api
        self._notes = notes

    def note_key(self, place: Place, key: str) -> str:
        return f"post:{place.team}:{key}"

    def first_note(self) -> Json:
        return {}

    async def send(self, place: Place, rendered: RenderedMessage, *, key: str) -> str:
        return await self._learn(place, await self._post(place, rendered, _digest(key)))

    async def find(self, place: Place, rendered: RenderedMessage, *, key: str, note: Json) -> str | None:
        name = await self._find(place, key)
        return await self._learn(place, name) if name is not None else None

    def may_be_posted(self, error: EaselError) -> bool:
        return isinstance(error, ConnectionLost)

    async def send_unmarked(self, place: Place, rendered: RenderedMessage) -> str:
        """Posts a message that is not looked for after a crash; returns its id. Raises as `Platform.post`."""
        return await self._post(place, rendered, None)

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, or_text: bool) -> None:
        """Changes a message. Args: `or_text`: where Slack refuses its blocks, it becomes its text alone.

        Raises:
            EaselError: as `SlackApi.call`.
        """
        channel, ts = parse_message_id(message.message)
        team = message.place.team
        if or_text:
            await send_message(self._api, team, "chat.update", rendered, channel=channel, ts=ts)
        else:
            await self._api.call(
                team, "chat.update", channel=channel, ts=ts, text=rendered.text, blocks=rendered.blocks
            )

    # Private

    async def _post(self, place: Place, rendered: RenderedMessage, mark: str | None) -> str:
        channel, thread_ts = target_of(place)
        arguments: dict[str, object] = {
            "channel": channel,
            "thread_ts": thread_ts,
            "metadata": {"event_type": _EVENT_TYPE, "event_payload": {"mark": mark}} if mark is not None else None,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        answer = await self._post_or_join(place, rendered, arguments)
        posted = parse_chat_post_message(answer)
        return message_id(posted.channel, posted.ts)

    async def _post_or_join(self, place: Place, rendered: RenderedMessage, arguments: Mapping[str, object]) -> Json:
        """A public channel is joined when Easel is first used there."""
        try:
            return await send_message(self._api, place.team, "chat.postMessage", rendered, **arguments)
        except SlackRefused as refused:
            if refused.code != "not_in_channel" or place.audience is not None:
                raise
            try:
                await self._api.call(place.team, "conversations.join", channel=arguments["channel"])
            except SlackRefused as closed:
                raise refused from closed
            return await send_message(self._api, place.team, "chat.postMessage", rendered, **arguments)

    async def _learn(self, place: Place, name: str) -> str:
        """Notes whose message it is before its id is noted: until then, it is looked for again."""
        if place.audience is not None and place.thread is None:
            # Whoever replies to it does so in a DM, which is not the place that the thread belongs to.
            await self._notes.put(root_key(place.team, name), {"channel": place.channel})
        return name

    async def _find(self, place: Place, key: str) -> str | None:
        channel, thread_ts = target_of(place)
        if thread_ts is None and place.audience is not None:
            opened = await self._api.call(place.team, "conversations.open", users=place.audience)
            channel = parse_conversations_open(opened).channel.id
        method = "conversations.history" if thread_ts is None else "conversations.replies"
        arguments: dict[str, object] = {"limit": str(_LOOK_BACK), "include_all_metadata": "true"}
        if thread_ts is not None:
            arguments["ts"] = thread_ts
        try:
            answer = await self._api.call(place.team, method, channel=channel, **arguments)
        except SlackRefused as refused:
            # Where Easel may not read the history, a crash at the wrong moment shows a status twice. And below a root
            # that was deleted there may be a thread, though Slack does not find it by its root.
            if refused.code not in ("missing_scope", "thread_not_found"):
                raise
            return None
        marks = {_mark(message): message.ts for message in parse_conversations_history(answer).messages}
        ts = marks.get(_digest(key))
        return message_id(channel, ts) if ts is not None else None


def _digest(key: str) -> str:
    """Any app in the workspace can read metadata: it says nothing but that it is the same key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _mark(message: Message) -> str | None:
    metadata = message.metadata
    return metadata.event_payload.mark if metadata.event_type == _EVENT_TYPE else None
