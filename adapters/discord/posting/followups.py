"""Discord followup messages: posted with an interaction's token, in place of "thinking…" or after it.

They also work where the bot itself may not post: in some channels, and if a person does not accept DMs.
"""

from collections.abc import Mapping
from typing import Any, Final

import structlog

from adapters.discord import errors
from adapters.discord.errors import TOKEN_EXPIRED, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, DiscordRefused
from adapters.discord.ids import message_id, parse_message_id
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.rendering.cards import RenderedMessage, flags
from adapters.discord.rest import DiscordRest
from bot.domain.people import MessageRef, Place

_WEBHOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
_EXPIRED_CODES: Final = frozenset({TOKEN_EXPIRED, UNKNOWN_WEBHOOK})

_log = structlog.get_logger(__name__)


class Followups:
    """Posts and updates messages with the tokens of interactions.

    All methods raise Transient if the interaction is not acknowledged yet, and DiscordRefused for other refusals.
    """

    def __init__(self, rest: DiscordRest, tokens: InteractionTokens, multipart: MultipartSender) -> None:
        self._rest = rest
        self._tokens = tokens
        self._multipart = multipart

    async def is_deferred(self, key: str) -> bool:
        """Whether the reply for this key is deferred and public: everybody sees "thinking…"."""
        token = await self._tokens.find_for_post(key)
        return token is not None and token.is_deferred and not token.is_private

    async def post(self, place: Place, rendered: RenderedMessage, *, key: str) -> MessageRef | None:
        """Posts the message, once for each key.

        Returns:
            The message; None if there is no suitable token, or it expired.
        """
        token = await self._tokens.find_for_post(key)
        is_private = place.audience is not None
        if token is None or (token.is_deferred and token.is_private != is_private):
            return None
        if token.answer and token.key == key:
            return MessageRef(place, token.answer)  # posted by a process that ended before it noted that
        try:
            sent = await self._edit_deferred(token, place, rendered) if token.is_deferred else None
            if sent is None:
                sent = await self._multipart.send(
                    "POST",
                    _WEBHOOK,
                    place,
                    rendered,
                    extra_body={"flags": flags(rendered, ephemeral=is_private)},
                    repeatable=False,  # followups have no nonce
                    path_values=_path_values(token),
                )
        except DiscordRefused as refused:
            if refused.code not in _EXPIRED_CODES:
                raise
            return None
        message = MessageRef(place, message_id(int(sent["channel_id"]), int(sent["id"])))
        await self._tokens.store_for_message(message, token)
        await self._tokens.end_deferral(key, token, message)
        return message

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, keeps_files: bool) -> bool:
        """Updates a message that was posted by an interaction; False for other messages, and if the token expired."""
        token = await self._tokens.find_for_message(message)
        if token is None:
            return False
        try:
            await self._multipart.send(
                "PATCH",
                f"{_WEBHOOK}/messages/{{message_id}}",
                message.place,
                rendered,
                keeps_files=keeps_files,
                path_values={**_path_values(token), "message_id": parse_message_id(message.message)[1]},
            )
        except DiscordRefused as refused:
            if refused.code not in _EXPIRED_CODES:
                raise
            return False
        return True

    async def end_deferral(self, place: Place, key: str) -> None:
        """Deletes the deferred reply ("thinking…"), if there is one: the message was posted in another way."""
        token = await self._tokens.find_for_post(key) if place.audience is not None else None
        if token is None or not token.is_deferred:
            return
        try:
            await self._rest.call(
                "DELETE",
                f"{_WEBHOOK}/messages/@original",
                webhook_id=token.application,
                webhook_token=token.secret,
            )
        except DiscordRefused as refused:
            self._raise_if_too_early(refused, token)
            _log.info("answer.not_deleted", reason=str(refused))
        await self._tokens.end_deferral(key, token)

    # Private

    async def _edit_deferred(
        self, token: InteractionToken, place: Place, rendered: RenderedMessage
    ) -> Mapping[str, Any] | None:
        """Replaces the deferred reply; returns None if it was deleted."""
        try:
            return await self._multipart.send(
                "PATCH", f"{_WEBHOOK}/messages/@original", place, rendered, path_values=_path_values(token)
            )
        except DiscordRefused as refused:
            self._raise_if_too_early(refused, token)
            if refused.code != UNKNOWN_MESSAGE:
                raise
            return None

    def _raise_if_too_early(self, refused: DiscordRefused, token: InteractionToken) -> None:
        """Raises Transient if the token is only unknown because the command is just being acknowledged."""
        if refused.code == UNKNOWN_WEBHOOK and self._tokens.may_be_acknowledged(token):
            raise errors.command_not_confirmed() from refused


def _path_values(token: InteractionToken) -> dict[str, int | str]:
    return {"webhook_id": token.application, "webhook_token": token.secret}
