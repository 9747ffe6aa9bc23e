"""Copies of files that were handed to one person, in an answer for them alone: they are deleted with their message.

As long as Discord lets us: after a quarter of an hour nobody can, and the person's client forgets them by itself.
"""

from collections.abc import Sequence
from typing import Any, Final

import structlog

from adapters.discord.limits import TOKEN_S
from adapters.discord.rest import DiscordRest
from adapters.shared.note_changes import pop_after, update_note
from bot.domain.people import MessageRef
from bot.errors import EaselError
from bot.ports import Clock, Json, PlatformState

_ANSWER: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"

_log = structlog.get_logger(__name__)


class EphemeralFiles:
    def __init__(self, rest: DiscordRest, notes: PlatformState, clock: Clock) -> None:
        self._rest = rest
        self._notes = notes
        self._clock = clock

    async def remember(self, of: MessageRef, *, application: int, token: str, answer: int) -> None:
        """Files of this message were handed to somebody, in that answer to their interaction."""
        copy = [application, token, answer, self._clock.now().timestamp() + TOKEN_S]
        await update_note(self._notes, _key(of), lambda noted: {"answers": [*self._in_reach(noted), copy]})
        if await self._notes.get(_gone_key(of)) is not None:
            await pop_after(
                self._notes, _key(of), self._delete
            )  # the message went while the person was handed its files

    async def delete_message(self, of: MessageRef) -> None:
        await self._notes.put(_gone_key(of), {})
        await pop_after(self._notes, _key(of), self._delete)

    # Private

    async def _delete(self, noted: Json) -> None:
        for application, token, answer, _ in self._in_reach(noted):
            try:
                await self._rest.call("DELETE", _ANSWER, webhook_id=application, webhook_token=token, message_id=answer)
            except EaselError as problem:
                _log.info("copy.not_deleted", reason=str(problem))

    def _in_reach(self, noted: Json | None) -> Sequence[Sequence[Any]]:
        now_s = self._clock.now().timestamp()
        return [copy for copy in noted["answers"] if copy[3] > now_s] if noted is not None else []


def _key(message: MessageRef) -> str:
    return f"copies:{message.message}"


def _gone_key(message: MessageRef) -> str:
    return f"gone:{message.message}"
