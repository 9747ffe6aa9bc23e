"""A provider that costs nothing but what every image API costs: a base64 text of 2 MB of PNG, decoded."""

import asyncio
import io
import itertools
import random

import pybase64
from PIL import Image as Pixels

from bot.domain.people import Person
from bot.domain.requests import Request
from bot.ports import Drawing, Inputs, OnProgress, Usage

_SIZE = (1024, 683)
SMALL = (64, 64)
"""Where not the bytes are measured, but all the rest: 12 KB."""


class Answers:
    """What an API would answer: the same noise each time but for the last bytes, so that no two pictures are equal."""

    def __init__(self, size: tuple[int, int] = _SIZE) -> None:
        png = noise(size)
        # A whole number of base64's groups of three, so that more can be added behind.
        self._text = pybase64.b64encode(png + bytes(-len(png) % 3)).decode()
        self._number = itertools.count()

    @property
    def picture_bytes(self) -> int:
        return len(self._text) * 3 // 4 + 9

    def next(self) -> str:
        return self._text + pybase64.b64encode(next(self._number).to_bytes(9)).decode()


class AnsweringProvider:
    """Implements `bot.ports.Provider`.

    Args:
        together: this many answers come in before the first of them is used.
        size: of the pictures, in pixels.
        takes_s: how long each answer takes.
    """

    def __init__(self, *, together: int = 1, size: tuple[int, int] = _SIZE, takes_s: float = 0) -> None:
        self.answers = Answers(size)
        self._takes_s = takes_s
        self._together = asyncio.Barrier(together)

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        texts = [self.answers.next() for _ in range(request.n)]
        await asyncio.sleep(self._takes_s)
        await self._together.wait()
        return Drawing(tuple(pybase64.b64decode(text, validate=True) for text in texts), Usage())


def noise(size: tuple[int, int]) -> bytes:
    """A PNG that is as long as its pixels are, three bytes each."""
    width, height = size
    pixels = Pixels.frombytes("RGB", size, random.Random(1).randbytes(width * height * 3))  # noqa: S311 - noise
    file = io.BytesIO()
    pixels.save(file, "PNG", compress_level=1)
    return file.getvalue()
