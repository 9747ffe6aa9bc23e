"""Slack views for a single person: ephemeral messages, modals and the App Home."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Final

import aiohttp
import structlog

from adapters.slack import errors, labels
from adapters.slack.errors import SlackRefused
from adapters.slack.ids import PLATFORM, parse_message_id
from adapters.slack.installations.workspaces import Workspace
from adapters.slack.posting.messages import SlackMessages, as_message
from adapters.slack.posting.picture_files import PictureFiles
from adapters.slack.posting.text_fallback import send_message
from adapters.slack.rendering.app_home import home_view
from adapters.slack.rendering.blocks import Block
from adapters.slack.rendering.modals import modal
from adapters.slack.web_api.client import SlackApi
from bot.domain.ids import PictureId
from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.ports import Json
from bot.presentation.card import Card, Form, Home

_RESPONSE_TIMEOUT_S = 2.0
"""Shorter than the three seconds that Slack waits for the acknowledgement, which is sent afterwards."""
_VIEW_REFUSED: Final = frozenset({"invalid_arguments", "invalid_blocks", "view_too_large"})
"""Error codes for a view that Slack cannot show."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person who gets a private answer, and the channel they are in.

    Attributes:
        about: the message that the answer is about.
    """

    team: str
    channel: str
    user: str
    thread_ts: str | None = None
    about: MessageRef | None = None


class PrivateReplies:
    """Sends private answers.

    Methods only log errors, apart from `open_form`: the event itself was handled.
    """

    def __init__(self, api: SlackApi, messages: SlackMessages, pictures: PictureFiles) -> None:
        self._api = api
        self._messages = messages
        self._pictures = pictures

    def as_ack(self, card: Card) -> Json:
        """The card as the acknowledgement of a slash command. Needs no further API call."""
        shown = as_message(card)
        return {"response_type": "ephemeral", "text": shown.text, "blocks": shown.blocks}

    async def post_ephemeral(self, to: Recipient, card: Card) -> None:
        """Posts an ephemeral message in the person's channel. A card with files goes to their DM."""
        if card.files or not to.channel:
            await self._send_to_dm(to, card)
            return
        try:
            await send_message(
                self._api,
                to.team,
                "chat.postEphemeral",
                as_message(card),
                channel=to.channel,
                user=to.user,
                thread_ts=to.thread_ts,
            )
        except EaselError as problem:
            _log.warning("answer.not_shown", reason=str(problem))

    async def react(self, team: str, channel: str, ts: str) -> None:
        """Adds a reaction to a message that Easel read and ignored. Does nothing without the scope for reactions."""
        try:
            async with asyncio.timeout(_RESPONSE_TIMEOUT_S):
                await self._api.call(team, "reactions.add", channel=channel, name=labels.REACTION, timestamp=ts)
        except SlackRefused as refused:
            if refused.code != "already_reacted":
                _log.info("reaction.not_added", reason=str(refused))
        except (EaselError, TimeoutError) as problem:
            _log.info("reaction.not_added", reason=str(problem) or "no answer")

    async def use_response_url(self, response_url: str, to: Recipient, card: Card, *, replaces: bool = False) -> None:
        """As `post_ephemeral`, but by the response URL of an interaction: also works where Easel is not a member.

        Args:
            replaces: whether the card replaces the message with the pressed button.
        """
        if card.files or not to.channel or not response_url:
            await self.post_ephemeral(to, card)
            return
        shown = as_message(card)
        body = {
            "response_type": "ephemeral",
            "replace_original": replaces,
            "text": shown.text,
            "blocks": shown.blocks,
            **({"thread_ts": to.thread_ts} if to.thread_ts else {}),
        }
        timeout = aiohttp.ClientTimeout(total=_RESPONSE_TIMEOUT_S)
        try:
            async with self._api.session.post(response_url, json=body, timeout=timeout) as response:
                if response.status == 200:
                    return
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            _log.info("response_url.failed", reason=type(problem).__name__)
        # A response URL works five times, for half an hour.
        await self.post_ephemeral(to, card)

    async def open_form(self, team: str, trigger_id: str, form: Form, *, metadata: str, asks_for_place: bool) -> None:
        """Opens a modal.

        Args:
            trigger_id: of the interaction; valid for three seconds.
            metadata: is returned with the submission.
            asks_for_place: whether the modal has the field for the conversation.

        Raises:
            EaselError: Slack did not open it.
        """
        view = modal(form, metadata=metadata, asks_for_place=asks_for_place)
        try:
            await self._api.call(team, "views.open", trigger_id=trigger_id, view=view)
        except SlackRefused as refused:
            if refused.code in ("expired_trigger_id", "exchanged_trigger_id"):
                raise errors.too_slow() from refused
            if refused.code in _VIEW_REFUSED:
                _log.error("form.refused", reason=str(refused))
                raise errors.form_refused() from refused
            raise

    async def publish(self, workspace: Workspace, user: str, home: Home) -> None:
        """Publishes a person's App Home; without pictures if Slack refuses one of them for this person."""
        team = workspace.id
        view = await self._render_home(team, home, workspace.url)
        try:
            try:
                await self._api.call(team, "views.publish", user_id=user, view=view)
            except SlackRefused as refused:
                if refused.code not in _VIEW_REFUSED:
                    raise
                plain = home_view(home, {}, {}, nonce=secrets.token_hex(4))
                await self._api.call(team, "views.publish", user_id=user, view=plain)
        except EaselError as problem:
            _log.warning("home.not_shown", reason=str(problem))

    async def _render_home(self, team: str, home: Home, url: str) -> Block:
        files: dict[PictureId, str] = {}
        links: dict[str, str] = {}
        for recent in home.recent:
            if recent.message is None or recent.message.place.platform != PLATFORM:
                continue
            channel, ts = parse_message_id(recent.message.message)
            files.update(await self._pictures.find_shared(team, channel, [recent.shown.picture.id]))
            if url:
                links[recent.message.message] = f"{url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        return home_view(home, files, links, nonce=secrets.token_hex(4))

    async def _send_to_dm(self, to: Recipient, card: Card) -> None:
        """Sends the card to the person's DM. Ephemeral messages cannot contain files."""
        try:
            await self._messages.post_with_files(Place(PLATFORM, to.team, to.user, audience=to.user), card, of=to.about)
        except EaselError as problem:
            _log.warning("answer.not_shown", reason=problem.text)
