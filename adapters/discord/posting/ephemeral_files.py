"""Discord files in ephemeral replies: deleted together with the message that they belong to.

This is possible for 15 minutes, as long as the interaction's token is valid.
"""

from typing import Final

import structlog

from adapters.discord.limits import TOKEN_S
from adapters.discord.rest import DiscordRest
from adapters.shared.file_copies import Copy, FileCopies
from bot.domain.people import MessageRef
from bot.errors import EaselError
from bot.ports import Clock, PlatformState

_EPHEMERAL_REPLY: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"

_log = structlog.get_logger(__name__)


class EphemeralFiles:
    """Remembers ephemeral replies with files of a message, and deletes them with it."""

    def __init__(self, rest: DiscordRest, notes: PlatformState, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._copies = FileCopies(
            notes,
            field="answers",
            name_of=lambda message: message.message,
            delete=self._delete,
            is_deletable=lambda copy: copy[3] > clock.now().timestamp(),
        )

    async def remember(self, of: MessageRef, *, application: int, token: str, answer: int) -> None:
        """Notes that an ephemeral reply contains files of a message.

        Args:
            of: the message that the files belong to.
            application, token: of the interaction.
            answer: Discord's id of the ephemeral reply.
        """
        until_s = self._clock.now().timestamp() + TOKEN_S
        await self._copies.remember(of, [application, token, answer, until_s])

    async def delete_message(self, of: MessageRef) -> None:
        """Deletes all ephemeral replies with files of this message."""
        await self._copies.delete_with(of)

    # Private

    async def _delete(self, _: MessageRef, copy: Copy) -> None:
        application, token, answer, _until_s = copy
        try:
            await self._rest.call(
                "DELETE", _EPHEMERAL_REPLY, webhook_id=application, webhook_token=token, message_id=answer
            )
        except EaselError as problem:
            _log.info("copy.not_deleted", reason=str(problem))
