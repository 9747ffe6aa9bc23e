"""The emulator: a real HTTP server on the loopback address that behaves as the API does, or as one that imitates it."""

import asyncio
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.emulators.openai.calls import Call, Script, read_call
from tests.emulators.openai.desk import Desk, spoils
from tests.emulators.openai.dialects import DIALECTS, DialectName
from tests.emulators.openai.faults import STREAMED, AnyFault, Fault, Misbehaviour, Refusal, the_fault
from tests.emulators.openai.images import answer_images
from tests.emulators.openai.listing import model_list
from tests.emulators.openai.orders import ImageOrder, Listing, TextOrder, Work
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State
from tests.emulators.openai.texts import answer_text

MAX_REQUEST_BYTES = 2_000_000_000


class Held:
    """A call that waits: it has `begun` once it was read and understood, and is answered after `go`."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.dropped = asyncio.Event()
        self._may_go = asyncio.Event()

    def go(self) -> None:
        self._may_go.set()

    @property
    def was_dropped(self) -> bool:
        """Whether the client hung up meanwhile; `dropped` can be waited for."""
        return self.dropped.is_set()

    async def pass_by(self) -> None:
        self.begun.set()
        try:
            await self._may_go.wait()
        except asyncio.CancelledError:
            self.dropped.set()
            raise


class OpenAIEmulator(State):
    """Runs while its context is open. Leaving it fails where a request broke a rule and nobody forgave it.

    Args:
        dialect: which kind of server it is.
        serves: the names it can be asked for, with the model behind each, instead of the dialect's own.
        port: 0 for any that is free.
    """

    def __init__(self, dialect: DialectName = "openai", *, serves: dict[str, str] | None = None, port: int = 0) -> None:
        self._dialect = DIALECTS[dialect]()
        served = dict(self._dialect.serves) if serves is None else serves
        listed = self._dialect.listed() if serves is None else dict.fromkeys(served)
        super().__init__(serves=served, models=listed, demands_key=self._dialect.demands_key)
        self._port = port
        self._faults: Script[Fault] = Script()
        self._held: Script[Held] = Script()
        self._all_held: list[Held] = []

    @property
    def base_url(self) -> str:
        return self.origin + self._dialect.prefix

    def forgive(self) -> None:
        """Forgets the broken rules so far."""
        self.problems.clear()

    def fail(self, fault: AnyFault, *, path: str = "images", times: int = 1) -> None:
        """The next `times` calls whose path contains `path` meet this fault."""
        self._faults.add(the_fault(fault), path=path, times=times)

    def hold(self, path: str = "images") -> Held:
        """The next call whose path contains `path` waits for `go`."""
        held = Held()
        self._held.add(held, path=path)
        self._all_held.append(held)
        return held

    def answer(self, text: str, *, path: str = "") -> None:
        """The next answer of a text model is this text."""
        self.answers.add(text, path=path)

    def draws(self, data: bytes, *, path: str = "images") -> None:
        """The next finished picture is exactly these bytes."""
        self.drawn.add(data, path=path)

    async def __aenter__(self) -> Self:
        self._desk = Desk(self)
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.router.add_get("/generated-images/{name}", self._send_published)
        app.router.add_route("*", "/{path:.*}", self._serve)
        # The task of a request ends when its client hangs up, so that a test can see it.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._desk.closing.set()
        for held in self._all_held:
            held.go()
        await self._runner.cleanup()
        self._desk.close()
        if kind is None and self.problems:
            raise AssertionError("requests that the service refuses:\n" + "\n".join(self.problems))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            call = await read_call(request)
            self.calls.append(call)
            self._dialect.check_key(call, self)
            work = await self._desk.run(self._dialect.understand, call, self)
            if isinstance(work, Listing):
                work = model_list(work, self)
        except ApiProblem as problem:
            self.problems.append(f"{request.method} {request.path}: {problem.status} {problem.message}")
            return await self._desk.json(self._dialect.refusal_body(problem), status=problem.status)
        if held := self._held.take(call.path):
            await held.pass_by()
        return await self._answer(request, call, work, self._fault_for(call, work))

    def _fault_for(self, call: Call, work: Work) -> Fault | None:
        fault = self._faults.take(call.path)
        if isinstance(fault, Misbehaviour) and fault.kind in STREAMED and not _streams(work):
            self.note(call, f"was to meet {fault.kind}, but asked for no stream")
        return fault

    async def _answer(self, request: web.Request, call: Call, work: Work, fault: Fault | None) -> web.StreamResponse:
        if isinstance(fault, Refusal) and not (fault.in_stream and _streams(work)):
            return await self._desk.refuse(fault)
        if spoils(fault, "dropped"):
            return await self._desk.lose(request)
        if spoils(fault, "stalled"):
            await self._desk.say_nothing()
            return await self._desk.lose(request)
        if isinstance(work, ImageOrder):
            return await answer_images(request, call, work, self._desk, self._dialect.image_body, fault)
        if isinstance(work, TextOrder):
            return await answer_text(request, call, work, self._desk, fault)
        return await self._desk.json(work.body)

    async def _send_published(self, request: web.Request) -> web.Response:
        """A picture that was answered as an address."""
        data = self.published.get(request.path)
        return web.Response(status=404) if data is None else web.Response(body=data, content_type="image/png")


def _streams(work: Work) -> bool:
    return not isinstance(work, Listing) and work.stream
