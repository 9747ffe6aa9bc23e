"""What it costs to understand a command, against splitting the same words as a shell does."""

import shlex
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from bot.errors import BadCommand
from bot.grammar.commands import parse_command
from tests.benchmarks.measurement import Measurement, milliseconds, percentile

_USUAL = "a red fox in the snow --size 1536x1024 --quality high —no red hats"
_HOSTILE = {
    "dashes": "a red fox - and — " * 1_700,
    "open quotes": "--no 'x " * 4_500,
    "spaces": "v2" + " " * 30_000 + "—x" * 1_000,
}
_MODELS = frozenset({"sketch"})
_ROUNDS = 15


async def measure() -> AsyncIterator[Measurement]:
    yield _measurement("parse a usual command", _USUAL, most_ratio=8)
    for name, text in _HOSTILE.items():
        yield _measurement(f"parse {len(text)} hostile characters: {name}", text, most_ratio=2)


def _measurement(what: str, text: str, *, most_ratio: float) -> Measurement:
    parsed_s, split_s = _median_s(lambda: _parse(text)), _median_s(lambda: shlex.split(text.replace("'", " ")))
    return Measurement(
        what,
        milliseconds(parsed_s),
        f"{milliseconds(split_s)}, shlex.split",
        parsed_s / split_s,
        f"at most {most_ratio:g}",
        parsed_s <= most_ratio * split_s,
    )


def _parse(text: str) -> None:
    with suppress(BadCommand):
        parse_command(text, _MODELS)


def _median_s(work: Callable[[], object]) -> float:
    taken_s: list[float] = []
    for _ in range(_ROUNDS):
        began_s = time.perf_counter()
        work()
        taken_s.append(time.perf_counter() - began_s)
    return percentile(taken_s, 50)
