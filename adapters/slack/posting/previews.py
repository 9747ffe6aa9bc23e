"""What is there only while work goes on: previews of a picture, and Slack's own line "Easel is drawing" in a thread.

All of it is a courtesy in memory: after a crash a preview stays behind as a file that nobody sees.
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

_STATUS_EVERY_S: Final = 60.0
"""Slack clears the line by itself after two minutes."""
_MOST_PREVIEWS: Final = 3
"""Of one message: each takes four calls."""
_MAX_MESSAGES: Final = 1_000

_log = structlog.get_logger(__name__)


class Previews:
    def __init__(self, api: SlackApi, uploads: Uploads, clock: Clock) -> None:
        self._api = api
        self._uploads = uploads
        self._clock = clock
        self._told_s: RecentMap[str, float] = RecentMap(_MAX_MESSAGES)
        self._previews: RecentMap[str, list[tuple[str, str]]] = RecentMap(_MAX_MESSAGES)

    async def shown(self, message: MessageRef, preview: Preview | None) -> str | None:
        """Slack's id of the preview to show; the last one where a new one is not to be had."""
        kept = self._previews.get(message.message, [])
        last = kept[-1] if kept else None
        if preview is None:
            return last[1] if last is not None else None
        digest = hashlib.sha256(preview.data).hexdigest()
        if last is not None and (last[0] == digest or len(kept) >= _MOST_PREVIEWS):
            return last[1]
        try:
            file = await self._uploads.upload_bytes(message.place.team, f"preview.{preview.format}", preview.data)
            await self._uploads.complete(message.place.team, [(file, "Preview")])
        except EaselError as problem:
            _log.info("preview.not_shown", reason=str(problem))
            return last[1] if last is not None else None
        self._previews.setdefault(message.message, []).append((digest, file))
        return file

    async def tell(self, message: MessageRef, card: Card) -> None:
        """Says in the thread that Easel works there, below everything else that is said meanwhile."""
        if message.place.thread is None:
            return
        now_s = self._clock.monotonic_s()
        if now_s - self._told_s.get(message.message, now_s - _STATUS_EVERY_S) < _STATUS_EVERY_S:
            return
        self._told_s[message.message] = now_s
        await self._set_status(message, card.title)

    async def forget(self, message: MessageRef) -> None:
        """The work is over: its line goes, and its previews are deleted, once nothing shows them any more."""
        if self._told_s.pop(message.message, None) is not None:
            await self._set_status(message, "")
        for _, file in self._previews.pop(message.message, []):
            try:
                await self._uploads.delete(message.place.team, file)
            except EaselError as problem:
                _log.info("preview.not_deleted", reason=str(problem))

    async def _set_status(self, message: MessageRef, status: str) -> None:
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
