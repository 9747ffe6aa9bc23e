"""Discord interaction tokens: post and edit where the bot itself may not; valid for 15 minutes.

All other messages use the bot's token, which does not expire: a picture may take longer than 15 minutes, and an
ephemeral reply cannot be edited without the interaction's token.
"""

from dataclasses import dataclass, replace
from typing import Final

from adapters.discord.ids import job_of
from adapters.discord.limits import TOKEN_S
from adapters.shared.recent_map import RecentMap
from bot.domain.ids import JobId
from bot.domain.people import MessageRef
from bot.ports import Clock, Json, PlatformState

_ACKNOWLEDGE_WITHIN_S: Final = 5.0
"""Counted from when the token was stored. Discord requires an acknowledgement within three seconds."""
_MAX_JOBS: Final = 5_000
_MAX_MESSAGES: Final = 5_000


@dataclass(frozen=True, slots=True)
class InteractionToken:
    """The token of an interaction.

    Attributes:
        secret: the token itself.
        is_private: whether its messages are ephemeral.
        is_deferred: whether its reply is deferred: people see "thinking…".
        key, answer: of the message that replaced the deferred reply: the key of the post, and the message's id.
        until_s: when it expires, in seconds since 1970; 0 before it is stored.
    """

    application: int
    secret: str
    is_private: bool
    is_deferred: bool = False
    key: str = ""
    answer: str = ""
    until_s: float = 0.0

    def __repr__(self) -> str:
        return "Token(...)"


class InteractionTokens:
    """Stores interaction tokens by job and by message."""

    def __init__(self, notes: PlatformState, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._in_memory: RecentMap[JobId, InteractionToken] = RecentMap(_MAX_JOBS)
        self._messages_without_token: RecentMap[str, None] = RecentMap(_MAX_MESSAGES)

    def keep_in_memory(self, job: JobId, token: InteractionToken) -> None:
        """Keeps a token in this process, in case that a post with the bot's token fails, such as in a closed DM."""
        self._in_memory[job] = replace(token, until_s=self._expiry_s())

    async def store(self, job: JobId, token: InteractionToken) -> None:
        """Stores the token of a job whose messages can only be posted with it."""
        self._in_memory.pop(job, None)
        await self._notes.put(f"token:{job}", self._to_note(token))

    async def find_for_post(self, key: str) -> InteractionToken | None:
        """The valid token for a post; None if there is none.

        Args:
            key: of the post: the job's id, possibly with a suffix.
        """
        token = self._in_memory.get(job_of(key))
        if token is not None:
            return token if self._is_valid(token.until_s) else None
        return self._from_note(await self._notes.get(f"token:{job_of(key)}"))

    def may_be_acknowledged(self, token: InteractionToken) -> bool:
        """Whether the process that accepted the command may still acknowledge it."""
        return self._clock.now().timestamp() < token.until_s - TOKEN_S + _ACKNOWLEDGE_WITHIN_S

    async def end_deferral(self, key: str, token: InteractionToken, answer: MessageRef | None = None) -> None:
        """Notes that the deferred reply is gone.

        Args:
            key: of the post that ended it.
            answer: the message that replaced the reply; None if the reply was deleted.
        """
        name = answer.message if answer is not None else ""
        await self.store(job_of(key), replace(token, is_deferred=False, key=key, answer=name))

    async def store_for_message(self, message: MessageRef, token: InteractionToken) -> None:
        """Stores the token that a message was posted with, so that the message can be edited with it."""
        await self._notes.put(f"via:{message.message}", self._to_note(token))

    async def find_for_message(self, message: MessageRef) -> InteractionToken | None:
        """The valid token that a message was posted with; None if it was posted with the bot's token."""
        if message.message in self._messages_without_token:
            return None
        note = await self._notes.get(f"via:{message.message}")
        if note is None:
            self._messages_without_token[message.message] = None
        return self._from_note(note)

    def _to_note(self, token: InteractionToken) -> Json:
        return {
            "application": token.application,
            "token": token.secret,
            "private": token.is_private,
            "promised": token.is_deferred,
            "key": token.key,
            "answer": token.answer,
            "until_s": token.until_s or self._expiry_s(),
        }

    def _expiry_s(self) -> float:
        return self._clock.now().timestamp() + TOKEN_S

    def _is_valid(self, until_s: float) -> bool:
        return until_s > self._clock.now().timestamp()

    def _from_note(self, note: Json | None) -> InteractionToken | None:
        if note is None or not self._is_valid(note["until_s"]):
            return None
        return InteractionToken(
            int(note["application"]),
            str(note["token"]),
            bool(note["private"]),
            bool(note["promised"]),
            str(note["key"]),
            str(note["answer"]),
            float(note["until_s"]),
        )
