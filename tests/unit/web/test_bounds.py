"""What the playground takes from one person and from all together, and requests that no page of ours sends."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest

from adapters.web import limits
from adapters.web.errors import TooManyBytes
from adapters.web.quotas import ByteQuota
from adapters.web.uploads import Uploads
from bot.errors import Transient
from bot.jobs.clock import SystemClock
from tests.unit.web.playground import MAX_UPLOAD_BYTES, PNG, Playground, playing

JSON: Final = {"Content-Type": "application/json"}
ODD_BODIES: Final = {
    "deep": b"[" * 100_000,
    "deep and whole": b'{"a":' * 900 + b"1" + b"}" * 900,
    "a long number": b'{"name":' + b"9" * 5_000 + b"}",
    "no text": b"\xff\xfe\xfa",
    "nothing": b"",
}


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playing(tmp_path) as playground:
        yield playground


@dataclass
class HeldClock:
    """Stands still until it is moved."""

    now_s: float = 0.0

    def monotonic_s(self) -> float:
        return self.now_s


@pytest.mark.parametrize("path", ["/api/people", "/api/messages", "/api/buttons", "/api/forms"])
@pytest.mark.parametrize("what", ODD_BODIES)
async def test_odd_json_is_refused_in_words(
    web: Playground, path: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{web.server.address}{path}?person=ada"
    response = await web.client.post(url, data=ODD_BODIES[what], headers=JSON)
    assert response.status == 400
    assert (await response.json())["error"]["text"]
    assert "Traceback" not in caplog.text


async def test_a_charset_that_there_is_not_changes_nothing(web: Playground) -> None:
    """JSON is UTF-8, whatever a header says."""
    url = f"{web.server.address}/api/people"
    headers = {"Content-Type": "application/json; charset=bogus"}
    assert (await web.client.post(url, data=b'{"name":"Zed"}', headers=headers)).status == 200


def test_a_person_may_send_so_much_in_a_minute_and_all_together_too() -> None:
    clock = HeldClock()
    quota = ByteQuota(100, clock)
    quota.take(100, person="ada")
    with pytest.raises(TooManyBytes) as refusal:
        quota.take(50, person="ada")
    assert refusal.value.retry_after_s == 30
    for other in range(limits.PEOPLE_AT_ONCE - 1):
        quota.take(100, person=f"person {other}")
    with pytest.raises(TooManyBytes):
        quota.take(1, person="one more")
    clock.now_s += 60
    quota.take(100, person="ada")


async def test_too_much_json_is_answered_429(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "JSON_BYTES_A_MINUTE", 1_000)
    async with playing(tmp_path) as web:
        statuses = [(await web.post("/api/messages", {"text": "x" * 700})).status for _ in range(2)]
        assert statuses == [200, 429]
        assert (await web.post("/api/messages", {"text": "x" * 700}, person="ben")).status == 200


async def test_too_many_uploads_are_answered_429(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ATTACHMENTS", 1)
    async with playing(tmp_path) as web:
        url = f"{web.server.address}/api/uploads?person=ada"
        statuses = [
            (await web.client.post(url, data=BytesIO(PNG + bytes(2_500_000 + number)))).status for number in range(2)
        ]
    assert statuses == [200, 429]
    assert len(list((tmp_path / "web").iterdir())) == 1


async def test_an_upload_that_does_not_come_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is kept of it."""
    monkeypatch.setattr(limits, "UPLOAD_S", 0.1)
    never = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield PNG
        await never.wait()

    async with playing(tmp_path) as web:
        response = await web.client.post(f"{web.server.address}/api/uploads?person=ada", data=stalled())
        assert response.status == 408
    assert list((tmp_path / "web").iterdir()) == []


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_files_that_nobody_sends_have_limited_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that waited long make room; those that a message took count no more and stay."""
    monkeypatch.setattr(limits, "UNSENT_UPLOADS", 3)
    size = MAX_UPLOAD_BYTES
    uploads = Uploads(tmp_path / "web", max_bytes=size, clock=SystemClock())
    stored = [(await uploads.store(_chunks(bytes([number]) * size))).ref for number in range(3)]
    with pytest.raises(Transient, match="not sent"):
        await uploads.store(_chunks(b"x"))
    assert await uploads.keep(stored[0])
    assert await uploads.keep(stored[0]), "twice is as good as once"
    stored.append((await uploads.store(_chunks(b"y" * size))).ref)
    with pytest.raises(Transient, match="not sent"):
        await uploads.store(_chunks(b"z" * size))
    os.utime(tmp_path / "web_unsent" / stored[1], (1, 1))
    await uploads.store(_chunks(b"z" * size))
    assert [await uploads.keep(ref) for ref in stored] == [True, False, True, True]
    assert not await uploads.keep("ab" * 32)
