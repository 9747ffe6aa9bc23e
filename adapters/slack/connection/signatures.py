"""Verifies signed requests of Slack over HTTP: the signature, and the timestamp by Slack's own clock.

Slack's library compares the timestamp with this machine's clock, and rejects every request if that is wrong.
"""

from collections.abc import Mapping
from typing import Final

import structlog
from slack_sdk.signature import SignatureVerifier

from adapters.shared.http_server import secrets_equal
from adapters.slack.web_api.client import SlackApi

MAX_AGE_S: Final = 300.0
"""An older request may be a replay. [docs.slack.dev, verifying requests]"""
_MAX_TIMESTAMP_DIGITS: Final = 12
"""Of a time in seconds; Python does not convert thousands of digits."""

_log = structlog.get_logger(__name__)


class RequestVerifier:
    """Args: `signing_secret`: the app's, from its page at Slack."""

    def __init__(self, signing_secret: str, api: SlackApi) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._api = api

    async def is_from_slack(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Slack signed these bytes, and did so just now. Nothing in them is parsed."""
        sent = headers.get("X-Slack-Request-Timestamp", "")
        if not self._is_signed(sent, headers.get("X-Slack-Signature", ""), body):
            return False
        if self._is_recent(float(sent)):
            return True
        # Only Slack can have signed it, but it may be a replay, or this machine's clock may be wrong.
        await self._api.check_time("")
        if self._is_recent(float(sent)):
            return True
        _log.warning("request.old", age_s=round(self._api.time.now_s() - float(sent)))
        return False

    def _is_signed(self, sent: str, signature: str, body: bytes) -> bool:
        if not (sent.isascii() and sent.isdecimal() and len(sent) <= _MAX_TIMESTAMP_DIGITS):
            return False
        try:
            expected = self._verifier.generate_signature(timestamp=sent, body=body)
        except UnicodeDecodeError:
            return False
        return expected is not None and secrets_equal(signature, expected)

    def _is_recent(self, sent_s: float) -> bool:
        return abs(self._api.time.now_s() - sent_s) <= MAX_AGE_S
