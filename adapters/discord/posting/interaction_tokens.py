"""Speaking through an interaction, where Easel may not speak by itself: it works for a quarter of an hour.

Everything else is said with the bot's own token, which does not run out: a picture may take longer than that, and
what was answered to one person alone cannot be changed in any other way.
"""

from dataclasses import dataclass, replace
from typing import Final

from adapters.discord.ids import job_of
from adapters.discord.limits import TOKEN_S
from adapters.shared.recent_map import RecentMap
from bot.domain.ids import JobId
from bot.domain.people import MessageRef
from bot.ports import Clock, Json, PlatformState

_ACKNOWLEDGED_BY_S: Final = 5.0
"""After it was kept. Discord waits for three seconds: what is not acknowledged by then never will be."""
_MAX_JOBS: Final = 5_000
_MAX_MESSAGES: Final = 5_000


@dataclass(frozen=True, slots=True)
class InteractionToken:
    """What an interaction can be spoken through by.

    Attributes:
        is_private: what is said by it, only its person sees.
        is_promised: "thinking…" stands there for it.
        key, answer: what stands in that place instead, by the key of its post and the name of the message.
        until_s: when it runs out, in seconds since 1970; 0 for one that nobody has here yet.
    """

    application: int
    secret: str
    is_private: bool
    is_promised: bool = False
    key: str = ""
    answer: str = ""
    until_s: float = 0.0

    def __repr__(self) -> str:
        return "Token(...)"


class InteractionTokens:
    def __init__(self, notes: PlatformState, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._at_hand: RecentMap[JobId, InteractionToken] = RecentMap(_MAX_JOBS)
        self._posted_without: RecentMap[str, None] = RecentMap(_MAX_MESSAGES)

    def have(self, job: JobId, token: InteractionToken) -> None:
        """For what nobody can foresee, such as a DM that turns out to be closed; until this process ends."""
        self._at_hand[job] = replace(token, until_s=self._until_s())

    async def keep(self, job: JobId, token: InteractionToken) -> None:
        """For what the job has to say, where it is known beforehand that it cannot be said otherwise."""
        self._at_hand.pop(job, None)
        await self._notes.put(f"token:{job}", self._note(token))

    async def of(self, key: str) -> InteractionToken | None:
        """Args: `key`: under which something is posted: the job's id, perhaps with an ending."""
        at_hand = self._at_hand.get(job_of(key))
        if at_hand is not None:
            return at_hand if self._works(at_hand.until_s) else None
        return self._read(await self._notes.get(f"token:{job_of(key)}"))

    def may_be_acknowledged(self, token: InteractionToken) -> bool:
        """Whether the command of this token may yet be, by a process that has just accepted it."""
        return self._clock.now().timestamp() < token.until_s - TOKEN_S + _ACKNOWLEDGED_BY_S

    async def kept_its_promise(self, key: str, token: InteractionToken, answer: MessageRef | None = None) -> None:
        """The answer of this key stands in place of "thinking…" now, or nothing any more."""
        name = answer.message if answer is not None else ""
        await self.keep(job_of(key), replace(token, is_promised=False, key=key, answer=name))

    async def mark_answered(self, message: MessageRef, token: InteractionToken) -> None:
        """A message was posted by it: it may have to be changed by it."""
        await self._notes.put(f"via:{message.message}", self._note(token))

    async def of_message(self, message: MessageRef) -> InteractionToken | None:
        """The token that a message was posted with, noted before anybody can edit it; None for all others."""
        if message.message in self._posted_without:
            return None
        note = await self._notes.get(f"via:{message.message}")
        if note is None:
            self._posted_without[message.message] = None
        return self._read(note)

    def _note(self, token: InteractionToken) -> Json:
        return {
            "application": token.application,
            "token": token.secret,
            "private": token.is_private,
            "promised": token.is_promised,
            "key": token.key,
            "answer": token.answer,
            "until_s": token.until_s or self._until_s(),
        }

    def _until_s(self) -> float:
        return self._clock.now().timestamp() + TOKEN_S

    def _works(self, until_s: float) -> bool:
        return until_s > self._clock.now().timestamp()

    def _read(self, note: Json | None) -> InteractionToken | None:
        if note is None or not self._works(note["until_s"]):
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
