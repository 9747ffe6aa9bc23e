"""Whether a request over HTTP is Slack's: signed with the app's secret, and a moment ago by Slack's own clock.

Slack's library compares the time with this machine's clock, and refuses everything where that is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from adapters.shared.http_server import secrets_equal
from adapters.slack.web_api.client import SlackApi

MAX_AGE_S: Final = 300.0
"""What is older may be the recording of somebody who sends it once more. [docs.slack.dev, verifying requests]"""
_MAX_DIGITS: Final = 12
"""Of a time in seconds; Python refuses to read thousands of them."""

_log = structlog.get_logger(__name__)


class RequestVerifier:
    def __init__(self, signing_secret: str, api: SlackApi) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._api = api

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the signature belongs to these bytes, however old it is. Nothing in the body is parsed."""
        sent = headers.get("X-Slack-Request-Timestamp", "")
        return self._is_genuine(sent, headers.get("X-Slack-Signature", ""), body)

    async def verify(self, request: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        """What Bolt calls before it finds out which workspace a request is for: 401 for what is not Slack's."""
        if request.mode == "socket_mode" or await self._is_from_slack(request):
            return await next_()
        return BoltResponse(status=401, body={"error": "invalid request"})

    async def _is_from_slack(self, request: AsyncBoltRequest) -> bool:
        sent = _header(request, "x-slack-request-timestamp")
        if not self._is_genuine(sent, _header(request, "x-slack-signature"), request.raw_body.encode()):
            return False
        if self._is_recent(float(sent)):
            return True
        # Only who knows the secret comes this far: Slack, or somebody with a recording.
        await self._api.check_time(request.context.team_id or "")
        if self._is_recent(float(sent)):
            return True
        _log.warning("request.old", age_s=round(self._api.time.now_s() - float(sent)))
        return False

    def _is_genuine(self, sent: str, signature: str, body: bytes) -> bool:
        if not (sent.isascii() and sent.isdecimal() and len(sent) <= _MAX_DIGITS):
            return False
        try:
            expected = self._verifier.generate_signature(timestamp=sent, body=body)
        except UnicodeDecodeError:
            return False
        return expected is not None and secrets_equal(signature, expected)

    def _is_recent(self, sent_s: float) -> bool:
        return abs(self._api.time.now_s() - sent_s) <= MAX_AGE_S


def _header(request: AsyncBoltRequest, name: str) -> str:
    return next(iter(request.headers.get(name, ())), "")
