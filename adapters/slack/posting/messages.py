"""Easel's own messages in Slack: posted once for each key, changed in place, or posted anew where that cannot be."""

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

_PROCESSING_S: Final = (0.5, 1.0, 2.0)
"""A file that Slack still works on makes the blocks invalid that show it."""

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
        self._delivery = MessageDelivery(api, notes)
        self._once = PostOnce(notes, self._delivery)
        self._budget = StatusBudget("Slack", clock, updates_per_minute=updates_per_minute)

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """The message of this key, with the card. A card with pictures is posted without them first.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        reused = await self._reusable(place, card)
        posted = await self._once.post(place, as_message(card, reused), key=key)
        shows_all = posted.is_new and _file_ids(card) <= reused.keys()
        if shows_all or not _file_ids(card):
            return posted.message
        return await self.update(posted.message, card)

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Shows the card in place of the one before, or posts it anew where that is gone; returns where it is.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        return await update_or_replace(self, message, card)

    async def hand_over(self, place: Place, card: Card, *, of: MessageRef | None) -> None:
        """A private card with files: it goes to the person's DM, since nothing that passes can hold a file.

        `of` is the message whose files they are: with its pictures they go too.
        """
        name = await self._delivery.send_unmarked(place, as_message(card))
        message = await self.update(MessageRef(place, name), card)
        if of is not None and card.files:
            await self._pictures.copied(of, message)

    # For `update_or_replace`

    async def show_status(self, message: MessageRef, card: Card) -> None:
        """Slack's 50 changes a minute are for results: a status is left out rather than waited for."""
        team = message.place.team
        self._budget.take(team, is_limited=self._api.is_limited(team, "chat.update"))
        preview = await self._unfinished.shown(message, card.preview)
        await self._delivery.change(message, as_message(card, preview=preview), or_text=False)
        await self._unfinished.tell(message, card)

    async def show(self, message: MessageRef, card: Card) -> None:
        try:
            await self._show(message, card, await self._files(message, card))
        except SlackRefused as refused:
            # A root that is gone has taken its thread along, and with it the place for the files.
            is_gone = refused.code in GONE or (refused.code == "thread_not_found" and message.place.thread is None)
            if is_gone:
                raise MessageGone(is_shown=refused.code not in ("message_not_found", "thread_not_found")) from refused
            raise
        if not _file_ids(card):
            await self._pictures.forget(message)
        await self._unfinished.forget(message)

    async def replaced(self, old: MessageRef, new: MessageRef, card: Card, *, is_shown: bool) -> None:
        """Posted in the same thread; a new root where the old one is gone with its thread."""
        if old.place.thread is None:
            # Replies below the old root, which people see as long as it has some, belong to the new one.
            await self._notes.put(moved_key(old.place.team, old.message), {"message": new.message})

    # Private

    async def _files(self, message: MessageRef, card: Card) -> Mapping[PictureId, str]:
        if not _file_ids(card):
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
        await self._delivery.change(message, as_message(card, notice=notice), or_text=True)

    async def _show_pictures(self, message: MessageRef, card: Card, files: Mapping[PictureId, str]) -> bool:
        """Whether Slack takes the blocks that show the files: not while it works on one, and sometimes not at all."""
        for wait_s in (*_PROCESSING_S, None):
            try:
                await self._delivery.change(message, as_message(card, files), or_text=False)
                return True
            except SlackRefused as refused:
                if refused.code != "invalid_blocks":
                    raise
            if wait_s is not None:
                await self._clock.sleep(wait_s)
        return False

    async def _reusable(self, place: Place, card: Card) -> Mapping[PictureId, str]:
        """A picture shown in this channel before needs no second file: going back to a version shows its own."""
        if not card.pictures or card.files or place.thread is None:
            return _NO_FILES
        channel, _ = target_of(place)
        return await self._pictures.remembered(place.team, channel, [shown.picture.id for shown in card.pictures])


def as_message(
    card: Card, files: Mapping[PictureId, str] = _NO_FILES, *, preview: str | None = None, notice: str = ""
) -> RenderedMessage:
    """The card as Slack takes it, with `notice` among its notes."""
    if notice:
        card = replace(card, notes=(*card.notes, notice))
    # A new name for each block with every change: Slack may otherwise keep showing what it drew before.
    return render(card, files, nonce=secrets.token_hex(4), preview_file=preview)


def _file_ids(card: Card) -> set[PictureId]:
    return {shown.picture.id for shown in card.pictures} | {file.id for file in card.files}
