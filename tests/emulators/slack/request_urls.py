"""The other way to an app: signed HTTP requests to an address of its own."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import aiohttp

from tests.emulators.slack.ids import secret
from tests.emulators.slack.parcels import Ack, Attempt, Parcel
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Json

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class RequestUrls:
    """Carries parcels to `state.request_url`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def open(self) -> None:
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        await self._session.close()

    @property
    def is_ready(self) -> bool:
        return bool(self._state.request_url)

    async def ready(self) -> None:
        while not self.is_ready:
            await self._state.changed()

    async def bring(self, parcel: Parcel, attempt: Attempt) -> Ack:
        kind, body = _body(parcel)
        headers = {"Content-Type": kind, **self._signature(body)}
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        timeout = aiohttp.ClientTimeout(total=self._state.patience_s)
        try:
            async with self._session.post(
                self._state.request_url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                return self._ack(parcel, answer, await answer.read())
        except TimeoutError:
            return Ack(ok=False, error="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            return Ack(ok=False, error="http_client_error", reason="connection_failed")

    async def verify(self) -> bool:
        """Whether the address answers the challenge that Slack sends when it is entered in the app's settings."""
        challenge = secret()
        body = json.dumps(
            {"token": self._state.verification_token, "challenge": challenge, "type": "url_verification"}
        ).encode()
        headers = {"Content-Type": _JSON, **self._signature(body)}
        async with self._session.post(self._state.request_url, data=body, headers=headers) as answer:
            text = await answer.text()
            if answer.status != 200:
                return False
        try:
            said = json.loads(text)
        except ValueError:
            return text.strip() == challenge
        return isinstance(said, dict) and said.get("challenge") == challenge

    def _signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._state.clock.now_s()))
        signed = hmac.new(self._state.signing_secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    def _ack(self, parcel: Parcel, answer: aiohttp.ClientResponse, body: bytes) -> Ack:
        if not 200 <= answer.status < 300:
            stop = answer.headers.get("X-Slack-No-Retry") == "1"
            return Ack(ok=False, error="http_service_error", reason="http_error", stop=stop)
        if not body or not parcel.accepts_response:
            return Ack(ok=True)
        if answer.content_type != _JSON:
            return Ack(ok=True, response={"text": body.decode()})
        try:
            content: Json = json.loads(body)
        except ValueError:
            self._state.note("request URL", f"the answer is no JSON: {body[:200]!r}")
            return Ack(ok=False, error="invalid_response")
        return Ack(ok=True, response=content)


def _body(parcel: Parcel) -> tuple[str, bytes]:
    match parcel.kind:
        case "events_api":
            return _JSON, json.dumps(parcel.payload).encode()
        case "slash_commands":
            fields = {name: value for name, value in parcel.payload.items() if value is not None}
            return _FORM, urlencode(fields).encode()
        case "interactive":
            return _FORM, urlencode({"payload": json.dumps(parcel.payload)}).encode()
