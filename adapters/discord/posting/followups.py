"""Speaking through an interaction: in place of its "thinking…" or after it, for as long as its token works.

It is heard where Easel may not post by itself: in some channels, and in DMs that are closed to it.
"""

from collections.abc import Mapping
from typing import Any, Final

import structlog

from adapters.discord.errors import TOKEN_EXPIRED, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, DiscordRefused
from adapters.discord.ids import message_id, parse_message_id
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.rendering.cards import RenderedMessage, flags
from adapters.discord.rest import DiscordRest
from bot.domain.people import MessageRef, Place
from bot.errors import Transient

_HOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
_GONE: Final = frozenset({TOKEN_EXPIRED, UNKNOWN_WEBHOOK})

_log = structlog.get_logger(__name__)


class Followups:
    """Methods raise Transient where Discord does not know the command yet, and DiscordRefused for other refusals."""

    def __init__(self, rest: DiscordRest, tokens: InteractionTokens, multipart: MultipartSender) -> None:
        self._rest = rest
        self._tokens = tokens
        self._multipart = multipart

    async def is_awaited(self, key: str) -> bool:
        """Whether "thinking…" stands for everybody to see where the answer of this key is going to be."""
        token = await self._tokens.of(key)
        return token is not None and token.is_promised and not token.is_private

    async def post(self, place: Place, rendered: RenderedMessage, *, key: str) -> MessageRef | None:
        """Posts it once for each key; None where nothing can be said in this way, or not any more."""
        token = await self._tokens.of(key)
        is_private = place.audience is not None
        if token is None or (token.is_promised and token.is_private != is_private):
            return None
        if token.answer and token.key == key:
            return MessageRef(place, token.answer)  # by a process that died before it could say so
        try:
            sent = await self._edit_deferred(token, place, rendered) if token.is_promised else None
            if sent is None:
                sent = await self._multipart.send(
                    "POST",
                    _HOOK,
                    place,
                    rendered,
                    more={"flags": flags(rendered, ephemeral=is_private)},
                    repeatable=False,  # there is no nonce for it
                    at=_address(token),
                )
        except DiscordRefused as refused:
            if refused.code not in _GONE:
                raise
            return None
        message = MessageRef(place, message_id(int(sent["channel_id"]), int(sent["id"])))
        await self._tokens.mark_answered(message, token)
        await self._tokens.kept_its_promise(key, token, message)
        return message

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, keeps_files: bool) -> bool:
        """Changes what was said through an interaction; False for other messages, and where it is too late."""
        token = await self._tokens.of_message(message)
        if token is None:
            return False
        try:
            await self._multipart.send(
                "PATCH",
                f"{_HOOK}/messages/{{message_id}}",
                message.place,
                rendered,
                keeps_files=keeps_files,
                at={**_address(token), "message_id": parse_message_id(message.message)[1]},
            )
        except DiscordRefused as refused:
            if refused.code not in _GONE:
                raise
            return False
        return True

    async def end_deferral(self, place: Place, key: str) -> None:
        """Where something stands elsewhere, in a DM, nothing takes the place of "thinking…"."""
        token = await self._tokens.of(key) if place.audience is not None else None
        if token is None or not token.is_promised:
            return
        try:
            await self._rest.call(
                "DELETE",
                f"{_HOOK}/messages/@original",
                webhook_id=token.application,
                webhook_token=token.secret,
            )
        except DiscordRefused as refused:
            self._raise_if_too_early(refused, token)
            _log.info("answer.not_deleted", reason=str(refused))
        await self._tokens.kept_its_promise(key, token)

    # Private

    async def _edit_deferred(
        self, token: InteractionToken, place: Place, rendered: RenderedMessage
    ) -> Mapping[str, Any] | None:
        """None where that is not there any more."""
        try:
            return await self._multipart.send(
                "PATCH", f"{_HOOK}/messages/@original", place, rendered, at=_address(token)
            )
        except DiscordRefused as refused:
            self._raise_if_too_early(refused, token)
            if refused.code != UNKNOWN_MESSAGE:
                raise
            return None

    def _raise_if_too_early(self, refused: DiscordRefused, token: InteractionToken) -> None:
        """A command is acknowledged while its job begins: in a moment Discord knows its token."""
        if refused.code == UNKNOWN_WEBHOOK and self._tokens.may_be_acknowledged(token):
            raise Transient("Discord knows nothing of that command yet.") from refused


def _address(token: InteractionToken) -> dict[str, int | str]:
    return {"webhook_id": token.application, "webhook_token": token.secret}
