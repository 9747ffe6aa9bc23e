"""Slack previews of unfinished pictures, and the assistant status "Easel is drawing" in a thread.

Kept in memory only: after a crash, a preview remains as a file that is not visible to anyone.
"""

import hashlib
from typing import Final

import structlog

from adapters.shared.recent_map import RecentMap
from adapters.slack.ids import thread_of
from adapters.slack.posting.uploads import Uploads
from adapters.slack.web_api.client import SlackApi
from bot.domain.people import MessageRef
from bot.errors import EaselError
from bot.ports import Clock
from bot.presentation.card import Card, Preview

_STATUS_INTERVAL_S: Final = 60.0
"""Slack clears the status by itself after two minutes."""
_MAX_PREVIEWS: Final = 3
"""Per message: each preview takes four API calls."""
_MAX_MESSAGES: Final = 1_000

_log = structlog.get_logger(__name__)


class Previews:
    """Uploads previews of unfinished pictures, and sets the status of threads. Errors are only logged."""

    def __init__(self, api: SlackApi, uploads: Uploads, clock: Clock) -> None:
        self._api = api
        self._uploads = uploads
        self._clock = clock
        self._status_set_s: RecentMap[str, float] = RecentMap(_MAX_MESSAGES)
        self._previews: RecentMap[str, list[tuple[str, str]]] = RecentMap(_MAX_MESSAGES)

    async def upload(self, message: MessageRef, preview: Preview | None) -> str | None:
        """Uploads a preview; returns Slack's id of it. If nothing is uploaded: the id of the last one, or None."""
        kept = self._previews.get(message.message, [])
        last = kept[-1] if kept else None
        if preview is None:
            return last[1] if last is not None else None
        digest = hashlib.sha256(preview.data).hexdigest()
        if last is not None and (last[0] == digest or len(kept) >= _MAX_PREVIEWS):
            return last[1]
        try:
            file = await self._uploads.upload_bytes(message.place.team, f"preview.{preview.format}", preview.data)
            await self._uploads.complete(message.place.team, [(file, "Preview")])
        except EaselError as problem:
            _log.info("preview.not_shown", reason=str(problem))
            return last[1] if last is not None else None
        self._previews.setdefault(message.message, []).append((digest, file))
        return file

    async def set_status(self, message: MessageRef, card: Card) -> None:
        """Shows the card's title as the status of the thread, at most once a minute."""
        if message.place.thread is None:
            return
        now_s = self._clock.monotonic_s()
        if now_s - self._status_set_s.get(message.message, now_s - _STATUS_INTERVAL_S) < _STATUS_INTERVAL_S:
            return
        self._status_set_s[message.message] = now_s
        await self._call_set_status(message, card.title)

    async def clear(self, message: MessageRef) -> None:
        """Clears the status and deletes the previews. Call it when the message does not show them any more."""
        if self._status_set_s.pop(message.message, None) is not None:
            await self._call_set_status(message, "")
        for _, file in self._previews.pop(message.message, []):
            try:
                await self._uploads.delete(message.place.team, file)
            except EaselError as problem:
                _log.info("preview.not_deleted", reason=str(problem))

    async def _call_set_status(self, message: MessageRef, status: str) -> None:
        channel, thread_ts = thread_of(message)
        try:
            await self._api.call(
                message.place.team,
                "assistant.threads.setStatus",
                channel_id=channel,
                thread_ts=thread_ts,
                status=status,
            )
        except EaselError as problem:
            _log.debug("status.not_set", reason=str(problem))
