"""Slack messages: post once for each key, update in place, replace when gone."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from adapters.shared.message_updates import MessageGone, StatusBudget, update_or_replace
from adapters.shared.post_once import PostOnce
from adapters.slack import labels
from adapters.slack.errors import GONE, SlackRefused
from adapters.slack.ids import target_of
from adapters.slack.note_kinds import moved_key
from adapters.slack.posting.delivery import MessageDelivery
from adapters.slack.posting.picture_files import FilesNeverShared, PictureFiles
from adapters.slack.posting.previews import Previews
from adapters.slack.rendering.cards import RenderedMessage
from adapters.slack.rendering.cards import message as render
from adapters.slack.web_api.client import SlackApi
from bot.domain.ids import PictureId
from bot.domain.people import MessageRef, Place
from bot.ports import Clock, PlatformState
from bot.presentation.card import Card

_PROCESSING_WAITS_S: Final = (0.5, 1.0, 2.0)
"""Seconds between tries: blocks with a file that Slack still processes are refused as invalid."""

_NO_FILES: Final[Mapping[PictureId, str]] = {}

_log = structlog.get_logger(__name__)


class SlackMessages:
    """Posts and updates cards in Slack.

    Args:
        updates_per_minute: how often all status messages of one workspace together may be updated.
    """

    def __init__(
        self,
        api: SlackApi,
        notes: PlatformState,
        pictures: PictureFiles,
        previews: Previews,
        clock: Clock,
        *,
        updates_per_minute: float,
    ) -> None:
        self._api = api
        self._notes = notes
        self._pictures = pictures
        self._previews = previews
        self._clock = clock
        self._delivery = MessageDelivery(api, notes)
        self._once = PostOnce(notes, self._delivery)
        self._budget = StatusBudget("Slack", clock, updates_per_minute=updates_per_minute)

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """Posts the card once for each key; returns the message. Pictures are added by an update after the post.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        reused = await self._find_shared_files(place, card)
        posted = await self._once.post(place, as_message(card, reused), key=key)
        shows_all = posted.is_new and _file_ids(card) <= reused.keys()
        if shows_all or not _file_ids(card):
            return posted.message
        return await self.update(posted.message, card)

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Replaces the card of a message, or posts a new message if that is gone; returns the message with the card.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        return await update_or_replace(self, message, card)

    async def post_with_files(self, place: Place, card: Card, *, of: MessageRef | None) -> None:
        """Posts a private card with files in a DM.

        Args:
            of: the message that the files belong to. When its pictures are deleted, these copies are deleted too.

        Raises:
            EaselError: as `Platform.post`.
        """
        name = await self._delivery.send_unmarked(place, as_message(card))
        message = await self.update(MessageRef(place, name), card)
        if of is not None and card.files:
            await self._pictures.remember_copy(of, message)

    # For `update_or_replace`

    async def show_status(self, message: MessageRef, card: Card) -> None:
        """Updates a status message. Raises Transient if the workspace's budget is used up: the rest is for results."""
        team = message.place.team
        self._budget.take(team, is_limited=self._api.is_limited(team, "chat.update"))
        preview = await self._previews.upload(message, card.preview)
        await self._delivery.change(message, as_message(card, preview=preview), or_text=False)
        await self._previews.set_status(message, card)

    async def show(self, message: MessageRef, card: Card) -> None:
        try:
            await self._show(message, card, await self._share_files(message, card))
        except SlackRefused as refused:
            # The thread was deleted with its root, so files cannot be shared there.
            is_gone = refused.code in GONE or (refused.code == "thread_not_found" and message.place.thread is None)
            if is_gone:
                raise MessageGone(is_shown=refused.code not in ("message_not_found", "thread_not_found")) from refused
            raise
        if not _file_ids(card):
            await self._pictures.delete_files(message)
        await self._previews.clear(message)

    async def replaced(self, old: MessageRef, new: MessageRef, card: Card, *, is_shown: bool) -> None:
        """If a root was replaced, notes the new root, so that replies to the old one are assigned to it."""
        if old.place.thread is None:
            # People see the old thread, and can reply there, as long as it has replies.
            await self._notes.put(moved_key(old.place.team, old.message), {"message": new.message})

    # Private

    async def _share_files(self, message: MessageRef, card: Card) -> Mapping[PictureId, str]:
        if not _file_ids(card):
            return _NO_FILES
        try:
            return await self._pictures.share(message, card)
        except FilesNeverShared:
            # Show the text and the buttons now; the job retries this step for the pictures.
            await self._show(message, card, _NO_FILES, notice=labels.NOT_SHOWN_YET)
            raise

    async def _show(self, message: MessageRef, card: Card, files: Mapping[PictureId, str], *, notice: str = "") -> None:
        if files:
            if await self._show_pictures(message, card, files):
                return
            _log.warning("message.pictures_refused", pictures=len(files))
            notice = labels.IN_THREAD
        await self._delivery.change(message, as_message(card, notice=notice), or_text=True)

    async def _show_pictures(self, message: MessageRef, card: Card, files: Mapping[PictureId, str]) -> bool:
        """Tries to show the files; False if Slack refuses the blocks even after a few seconds of processing time."""
        for wait_s in (*_PROCESSING_WAITS_S, None):
            try:
                await self._delivery.change(message, as_message(card, files), or_text=False)
                return True
            except SlackRefused as refused:
                if refused.code != "invalid_blocks":
                    raise
            if wait_s is not None:
                await self._clock.sleep(wait_s)
        return False

    async def _find_shared_files(self, place: Place, card: Card) -> Mapping[PictureId, str]:
        """Finds files of pictures that were shown in this channel before, such as after going back to a version."""
        if not card.pictures or card.files or place.thread is None:
            return _NO_FILES
        channel, _ = target_of(place)
        return await self._pictures.find_shared(place.team, channel, [shown.picture.id for shown in card.pictures])


def as_message(
    card: Card, files: Mapping[PictureId, str] = _NO_FILES, *, preview: str | None = None, notice: str = ""
) -> RenderedMessage:
    """Renders the card as a Slack message, with `notice` added to its notes."""
    if notice:
        card = replace(card, notes=(*card.notes, notice))
    # New block ids with every update: otherwise Slack may keep showing the old blocks.
    return render(card, files, nonce=secrets.token_hex(4), preview_file=preview)


def _file_ids(card: Card) -> set[PictureId]:
    return {shown.picture.id for shown in card.pictures} | {file.id for file in card.files}
