"""Speaking through an interaction, where Easel may not speak by itself: it works for a quarter of an hour.

Everything else is said with the bot's own token, which does not run out: a picture may take longer than that, and
what was answered to one person alone cannot be changed in any other way.
"""

from dataclasses import dataclass, replace

from adapters.discord.limits import TOKEN_S
from bot.domain.ids import JobId
from bot.domain.people import MessageRef
from bot.ports import Clock, Json, Notes


@dataclass(frozen=True, slots=True)
class Token:
    """`is_private`: what is said by it, only its person sees. `is_promised`: "thinking…" stands there for it."""

    application: int
    secret: str
    is_private: bool
    is_promised: bool = False

    def __repr__(self) -> str:
        return "Token(...)"


class Tokens:
    def __init__(self, notes: Notes, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock

    async def keep(self, job: JobId, token: Token) -> None:
        """For what the job has to say, in case that it cannot be said otherwise."""
        await self._notes.put(f"token:{job}", self._note(token))

    async def of(self, key: str) -> Token | None:
        """Args: `key`: under which something is posted: the job's id, perhaps with an ending."""
        return self._read(await self._notes.get(f"token:{_job_of(key)}"))

    async def kept_its_promise(self, key: str, token: Token) -> None:
        """Something stands in place of "thinking…" now, or nothing any more."""
        await self.keep(_job_of(key), replace(token, is_promised=False))

    async def spoke(self, message: MessageRef, token: Token) -> None:
        """A message was posted by it: it may have to be changed by it."""
        await self._notes.put(f"via:{message.message}", self._note(token))

    async def behind(self, message: MessageRef) -> Token | None:
        return self._read(await self._notes.get(f"via:{message.message}"))

    def _note(self, token: Token) -> Json:
        until_s = self._clock.now().timestamp() + TOKEN_S
        return {
            "application": token.application,
            "token": token.secret,
            "private": token.is_private,
            "promised": token.is_promised,
            "until_s": until_s,
        }

    def _read(self, note: Json | None) -> Token | None:
        if note is None or note["until_s"] <= self._clock.now().timestamp():
            return None
        return Token(int(note["application"]), str(note["token"]), bool(note["private"]), bool(note["promised"]))


def _job_of(key: str) -> JobId:
    return JobId(key.partition("-")[0])
