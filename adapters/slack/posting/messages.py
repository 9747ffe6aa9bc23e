"""Easel's own messages in Slack: posted once for each key, changed in place, posted anew where that is not possible.

Slack has no key of its own for a message. So the key is noted before a message goes out and its ts afterwards; what
was noted without a ts is looked for in the channel, by the metadata that the message carries.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import structlog

from adapters.shared.recent_map import RecentMap
from adapters.slack import labels
from adapters.slack.errors import GONE, ConnectionLost, SlackRefused
from adapters.slack.ids import message_id, parse_message_id, target_of
from adapters.slack.note_kinds import moved_key, root_key
from adapters.slack.posting.picture_files import FilesNeverShared, PictureFiles
from adapters.slack.posting.previews import Previews
from adapters.slack.posting.text_fallback import send_message
from adapters.slack.rendering.cards import RenderedMessage
from adapters.slack.rendering.cards import message as render
from adapters.slack.web_api.client import SlackApi
from bot.domain.ids import PictureId
from bot.domain.people import MessageRef, Place
from bot.domain.rate_limit import TokenBucket
from bot.errors import EaselError, Transient
from bot.ports import Clock, PlatformState
from bot.presentation.card import Card

_EVENT_TYPE: Final = "easel_message"
_LOOK_BACK: Final = 100
"""Messages of the channel or thread that are looked through for one that was posted just before a crash."""
_PROCESSING_S: Final = (0.5, 1.0, 2.0)
"""A file that Slack still works on makes the blocks invalid that show it."""

_MAX_WORKSPACES: Final = 1_000

_NO_FILES: Final[Mapping[PictureId, str]] = {}

_log = structlog.get_logger(__name__)


class SlackMessages:
    """Args: `updates_per_minute`: of the status messages of one workspace."""

    def __init__(
        self,
        api: SlackApi,
        notes: PlatformState,
        pictures: PictureFiles,
        unfinished: Previews,
        clock: Clock,
        *,
        updates_per_minute: float,
    ) -> None:
        self._api = api
        self._notes = notes
        self._pictures = pictures
        self._unfinished = unfinished
        self._clock = clock
        self._updates_per_minute = updates_per_minute
        self._updates: RecentMap[str, TokenBucket] = RecentMap(_MAX_WORKSPACES)

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """The message of this key, with the card. A card with pictures is posted without them first.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        note_key = f"post:{place.team}:{key}"
        noted = await self._notes.get(note_key)
        is_first = noted is None and await self._notes.add(note_key, {})
        name = None if is_first or noted is None else noted.get("message")
        if name is None:
            name = None if is_first else await self._find_posted(place, key)
            reused = await self._reusable(place, card)
            message = MessageRef(place, name or await self._posted_now(place, key, as_message(card, reused), note_key))
            await self._remember(note_key, message)
            if _named(card) <= reused.keys():
                return message
        else:
            message = MessageRef(place, str(name))
        if card.pictures or card.files:
            return await self.update(message, card)
        return message

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Shows the card in place of the one before, or posts it anew where that is gone; returns where it is.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        if card.tone == "working":
            await self._update_status(message, card)
            return message
        try:
            files = await self._files(message, card)
            await self._show(message, card, files)
        except SlackRefused as refused:
            # A root that is gone has taken its thread along, and with it the place for the files.
            is_gone = refused.code in GONE or (refused.code == "thread_not_found" and message.place.thread is None)
            if not is_gone:
                raise
            return await self._replace(message, card)
        if not card.pictures and not card.files:
            await self._pictures.forget(message)
        await self._unfinished.forget(message)
        return message

    async def hand_over(self, place: Place, card: Card, *, of: MessageRef | None) -> None:
        """A private card with files: it goes to the person's DM, since nothing that passes can hold a file.

        `of` is the message whose files they are: with its pictures they go too.
        """
        message = await self.update(MessageRef(place, await self._send(place, None, as_message(card))), card)
        if of is not None and card.files:
            await self._pictures.copied(of, message)

    # Private

    async def _remember(self, note_key: str, message: MessageRef) -> None:
        """Whose message it is comes first: until it has its ts in the key's note, it is looked for again."""
        place = message.place
        if place.audience is not None and place.thread is None:
            # Whoever replies to it does so in a DM, which is not the place that the thread belongs to.
            await self._notes.put(root_key(place.team, message.message), {"channel": place.channel})
        await self._notes.put(note_key, {"message": message.message})

    async def _files(self, message: MessageRef, card: Card) -> Mapping[PictureId, str]:
        if not card.pictures and not card.files:
            return _NO_FILES
        try:
            return await self._pictures.shown(message, card)
        except FilesNeverShared:
            # The words and buttons are there meanwhile; the job's step comes back for the pictures.
            await self._show(message, card, _NO_FILES, notice=labels.NOT_SHOWN_YET)
            raise

    async def _show(self, message: MessageRef, card: Card, files: Mapping[PictureId, str], *, notice: str = "") -> None:
        if files:
            if await self._show_pictures(message, card, files):
                return
            _log.warning("message.pictures_refused", pictures=len(files))
            notice = labels.IN_THREAD
        channel, ts = parse_message_id(message.message)
        shown = as_message(card, notice=notice)
        await send_message(self._api, message.place.team, "chat.update", shown, channel=channel, ts=ts)

    async def _show_pictures(self, message: MessageRef, card: Card, files: Mapping[PictureId, str]) -> bool:
        """Whether Slack takes the blocks that show the files: not while it works on one, and sometimes not at all."""
        for wait_s in (*_PROCESSING_S, None):
            try:
                await self._change(message, as_message(card, files))
                return True
            except SlackRefused as refused:
                if refused.code != "invalid_blocks":
                    raise
            if wait_s is not None:
                await self._clock.sleep(wait_s)
        return False

    async def _update_status(self, message: MessageRef, card: Card) -> None:
        """A courtesy: left out rather than waited for, so that results have Slack's 50 a minute for themselves."""
        team = message.place.team
        bucket = self._updates.setdefault(team, TokenBucket(self._updates_per_minute, self._clock))
        if bucket.wait_s(1) > 0 or self._api.is_limited(team, "chat.update"):
            raise Transient("Slack allows no more updates at the moment.")
        bucket.take(1)
        preview = await self._unfinished.shown(message, card.preview)
        await self._change(message, as_message(card, preview=preview))
        await self._unfinished.tell(message, card)

    async def _change(self, message: MessageRef, shown: RenderedMessage) -> None:
        channel, ts = parse_message_id(message.message)
        await self._api.call(
            message.place.team, "chat.update", channel=channel, ts=ts, text=shown.text, blocks=shown.blocks
        )

    async def _replace(self, message: MessageRef, card: Card) -> MessageRef:
        """In the same thread; a new root where the old one is gone with its thread."""
        now = await self.post(message.place, card, key=f"instead-of:{message.message}")
        if message.place.thread is None:
            # Replies below the old root, which people see as long as it has some, belong to the new one.
            await self._notes.put(moved_key(message.place.team, message.message), {"message": now.message})
        return now

    async def _reusable(self, place: Place, card: Card) -> Mapping[PictureId, str]:
        """A picture shown in this channel before needs no second file: going back to a version shows its own."""
        if not card.pictures or card.files or place.thread is None:
            return _NO_FILES
        channel, _ = target_of(place)
        return await self._pictures.remembered(place.team, channel, [shown.picture.id for shown in card.pictures])

    async def _posted_now(self, place: Place, key: str, shown: RenderedMessage, note_key: str) -> str:
        try:
            return await self._send(place, _digest(key), shown)
        except ConnectionLost:
            raise  # it may be there: the next attempt looks for it
        except EaselError:
            await self._notes.pop(note_key)
            raise

    async def _send(self, place: Place, mark: str | None, shown: RenderedMessage) -> str:
        channel, thread_ts = target_of(place)
        metadata = {"event_type": _EVENT_TYPE, "event_payload": {"mark": mark}} if mark is not None else None
        arguments: dict[str, object] = {
            "channel": channel,
            "thread_ts": thread_ts,
            "metadata": metadata,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            answer = await send_message(self._api, place.team, "chat.postMessage", shown, **arguments)
        except SlackRefused as refused:
            if refused.code != "not_in_channel" or place.audience is not None:
                raise
            # A public channel is joined when Easel is first used there.
            try:
                await self._api.call(place.team, "conversations.join", channel=channel)
            except SlackRefused as closed:
                raise refused from closed
            answer = await send_message(self._api, place.team, "chat.postMessage", shown, **arguments)
        return message_id(str(answer["channel"]), str(answer["ts"]))

    async def _find_posted(self, place: Place, key: str) -> str | None:
        """The message that was posted under this key by a process that died before it could note so."""
        channel, thread_ts = target_of(place)
        if thread_ts is None and place.audience is not None:
            opened = await self._api.call(place.team, "conversations.open", users=place.audience)
            channel = str(opened["channel"]["id"])
        method = "conversations.history" if thread_ts is None else "conversations.replies"
        arguments: dict[str, object] = {"limit": str(_LOOK_BACK), "include_all_metadata": "true"}
        if thread_ts is not None:
            arguments["ts"] = thread_ts
        try:
            answer = await self._api.call(place.team, method, channel=channel, **arguments)
        except SlackRefused as refused:
            # Who leaves the history to people takes it that a crash at the wrong moment shows a status twice. And
            # below a root that was deleted there may be a thread, though Slack does not find it by its root.
            if refused.code not in ("missing_scope", "thread_not_found"):
                raise
            return None
        marks = {_mark(message): str(message["ts"]) for message in answer.get("messages", [])}
        ts = marks.get(_digest(key))
        return message_id(channel, ts) if ts is not None else None


def as_message(
    card: Card, files: Mapping[PictureId, str] = _NO_FILES, *, preview: str | None = None, notice: str = ""
) -> RenderedMessage:
    """The card as Slack takes it, with `notice` among its notes."""
    if notice:
        card = replace(card, notes=(*card.notes, notice))
    # A new name for each block with every change: Slack may otherwise keep showing what it drew before.
    return render(card, files, nonce=secrets.token_hex(4), preview_file=preview)


def _named(card: Card) -> set[PictureId]:
    return {shown.picture.id for shown in card.pictures} | {file.id for file in card.files}


def _digest(key: str) -> str:
    """Any app in the workspace can read metadata: it says nothing but that it is the same key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _mark(message: Mapping[str, Any]) -> str | None:
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    payload: Mapping[str, Any] = metadata.get("event_payload") or {}
    return payload.get("mark") if metadata.get("event_type") == _EVENT_TYPE else None
