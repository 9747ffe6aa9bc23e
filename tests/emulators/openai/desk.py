"""What every kind of answer needs: threads for the slow parts, headers, patience, the arranged misbehaviour."""

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from aiohttp import web

from tests.emulators.openai.faults import Fault, Misbehaviour, Refusal
from tests.emulators.openai.state import State
from tests.emulators.openai.streams import cut

P = ParamSpec("P")
R = TypeVar("R")


class Desk:
    """Where the answers of one emulator are made."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.closing = asyncio.Event()
        self._threads = ThreadPoolExecutor(2, "emulator")
        self._numbers = itertools.count(1)

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Slow work, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))

    def headers(self) -> dict[str, str]:
        """What the API adds to every answer."""
        return {
            "x-request-id": f"req_{next(self._numbers):032x}",
            "openai-processing-ms": "12",
            "x-ratelimit-limit-requests": "500",
            "x-ratelimit-remaining-requests": "499",
            "x-ratelimit-reset-requests": "120ms",
        }

    async def json(self, body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
        encoded = await self.run(lambda: json.dumps(body).encode())
        all_headers = {**self.headers(), **(headers or {})}
        return web.Response(body=encoded, status=status, headers=all_headers, content_type="application/json")

    async def refuse(self, refusal: Refusal) -> web.Response:
        if isinstance(refusal.body, str):
            headers = dict(refusal.headers)
            return web.Response(
                text=refusal.body, status=refusal.status, headers=headers, content_type=refusal.content_type
            )
        return await self.json(refusal.body, status=refusal.status, headers=refusal.headers)

    async def say_nothing(self) -> None:
        """Until the client leaves, which ends this task, or the server stops."""
        await self.closing.wait()

    async def lose(self, request: web.Request) -> web.Response:
        """Cuts the connection."""
        cut(request)
        await self.say_nothing()
        return web.Response()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def spoils(fault: Fault | None, kind: str) -> bool:
    return isinstance(fault, Misbehaviour) and fault.kind == kind
