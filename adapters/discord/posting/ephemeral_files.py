"""Files that were handed to one person in an ephemeral reply: they are deleted with their message.

As long as Discord lets us: after a quarter of an hour nobody can, and the person's client forgets them by itself.
"""

from typing import Final

import structlog

from adapters.discord.limits import TOKEN_S
from adapters.discord.rest import DiscordRest
from adapters.shared.file_copies import Copy, FileCopies
from bot.domain.people import MessageRef
from bot.errors import EaselError
from bot.ports import Clock, PlatformState

_ANSWER: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"

_log = structlog.get_logger(__name__)


class EphemeralFiles:
    def __init__(self, rest: DiscordRest, notes: PlatformState, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._copies = FileCopies(
            notes,
            field="answers",
            name_of=lambda message: message.message,
            delete=self._delete,
            is_there=lambda copy: copy[3] > clock.now().timestamp(),
        )

    async def remember(self, of: MessageRef, *, application: int, token: str, answer: int) -> None:
        """Files of this message were handed to somebody, in that answer to their interaction."""
        until_s = self._clock.now().timestamp() + TOKEN_S
        await self._copies.remember(of, [application, token, answer, until_s])

    async def delete_message(self, of: MessageRef) -> None:
        await self._copies.delete_with(of)

    # Private

    async def _delete(self, _: MessageRef, copy: Copy) -> None:
        application, token, answer, _until_s = copy
        try:
            await self._rest.call("DELETE", _ANSWER, webhook_id=application, webhook_token=token, message_id=answer)
        except EaselError as problem:
            _log.info("copy.not_deleted", reason=str(problem))
