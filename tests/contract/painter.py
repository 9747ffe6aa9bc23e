"""A provider whose every drawing is a flat colour, and which does with chosen prompts whatever a test wants."""

import asyncio
import hashlib
import io
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from PIL import Image

from bot.domain.people import Person
from bot.domain.requests import AppliedSettings, Request
from bot.domain.usage import Usage
from bot.ports import Drawing, Inputs, OnProgress, Progress
from bot.presentation.card import Preview
from tests.contract.driver import LIMIT_S

Act = Callable[[OnProgress], Awaitable[None]]
_TOKENS_PER_PICTURE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    request: Request
    inputs: Inputs
    asker: Person


@dataclass(slots=True)
class Held:
    """Holds a drawing: `begun` is set when it is asked for; it goes on at `go`, unless it `was_stopped`."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    was_stopped: bool = False
    _progress: OnProgress | None = None
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, on_progress: OnProgress) -> None:
        self._progress = on_progress
        self.begun.set()
        try:
            async with asyncio.timeout(LIMIT_S):
                await self._released.wait()
        except asyncio.CancelledError:
            self.was_stopped = True
            raise

    def show(self, data: bytes, *, fraction: float) -> None:
        """Reports progress with an unfinished picture."""
        assert self._progress is not None, "it has not begun"
        self._progress(Progress(fraction=fraction, preview=Preview(data, "png")))

    def go(self) -> None:
        self._released.set()


def fails(problem: BaseException) -> Act:
    async def act(_: OnProgress) -> None:
        raise problem

    return act


class Painter:
    """Implements `bot.ports.Provider`. By prompt: `asked` has every order, `drawn` the SHA-256 of every picture."""

    def __init__(self) -> None:
        self.asked: dict[str, list[Asked]] = {}
        self.drawn: dict[str, list[str]] = {}
        self._files: dict[str, tuple[bytes, ...]] = {}
        self._svgs: dict[str, deque[bytes]] = {}
        self._applied: dict[str, AppliedSettings] = {}
        self._uncounted: set[str] = set()
        self._held: list[Held] = []
        self._acts: defaultdict[str, deque[Act]] = defaultdict(deque)
        self._colours = count(1)

    def forget(self) -> None:
        self.asked.clear()
        self.drawn.clear()
        self._files.clear()
        self._svgs.clear()
        self._applied.clear()
        self._uncounted.clear()
        self._held.clear()
        self._acts.clear()

    def when(self, prompt: str, *acts: Act) -> None:
        """What to do with each call for these words before it is drawn, one act a call."""
        self._acts[prompt].extend(acts)

    def let_go(self) -> None:
        """Nothing is held any longer."""
        for held in self._held:
            held.go()

    def returns(self, prompt: str, *files: bytes) -> None:
        """What every drawing for these words is."""
        self._files[prompt] = files

    def writes(self, prompt: str, *svgs: bytes) -> None:
        """The drawings behind the pictures for these words, one after the other."""
        self._svgs[prompt] = deque(svgs)

    def applies(self, prompt: str, applied: AppliedSettings) -> None:
        """What it says that it used for these words."""
        self._applied[prompt] = applied

    def reports_nothing(self, prompt: str) -> None:
        """Drawings for these words come without their usage."""
        self._uncounted.add(prompt)

    def holds(self, prompt: str) -> Held:
        held = Held()
        self._held.append(held)
        self.when(prompt, held)
        return held

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        self.asked.setdefault(request.prompt, []).append(Asked(request, inputs, asker))
        if acts := self._acts.get(request.prompt):
            await acts.popleft()(on_progress)
        usage = None if request.prompt in self._uncounted else Usage(image_out=_TOKENS_PER_PICTURE * request.n)
        drawn = self._files.get(request.prompt) or tuple(self._paint(request) for _ in range(request.n))
        self.drawn.setdefault(request.prompt, []).extend(hashlib.sha256(data).hexdigest() for data in drawn)
        svgs = self._svgs.get(request.prompt, deque())
        return Drawing(
            drawn,
            usage,
            svgs=tuple(svgs.popleft() if svgs else None for _ in drawn),
            applied=self._applied.get(request.prompt, AppliedSettings()),
        )

    def _paint(self, request: Request) -> bytes:
        number = next(self._colours)
        alpha = 0 if request.background == "transparent" else 255
        colour = (number % 256, number // 256 % 256, 90, alpha)
        size = (request.size.width_px, request.size.height_px)
        image = Image.new("RGBA", size, colour)
        data = io.BytesIO()
        (image if request.background == "transparent" else image.convert("RGB")).save(data, request.format)
        return data.getvalue()
