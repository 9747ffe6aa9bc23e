"""Five hundred edits said at once in one thread: all are shown, each once, and what they take."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator

from tests.benchmarks.measurement import Measurement
from tests.benchmarks.process import memory_bytes
from tests.benchmarks.slack_studio import Studio, open_studio

_EDITS = 500
_PEOPLE = 25
_ALONE = 20
_QUOTED = re.compile(r"“(edit \d+)”")
_MOST_TIME, _MOST_MEMORY = 1.2, 2.0


async def measure() -> AsyncIterator[Measurement]:
    async with open_studio("small", "socket", people=_PEOPLE) as studio:
        await studio.people[0].command(studio.channel, "a red fox")
        (root,) = await studio.results(1)
        alone_s = await _edit_one_by_one(studio, root.ts)
        idle_bytes = memory_bytes(studio.process.pid)
        began_s = time.perf_counter()
        said = await _edit_at_once(studio, root.ts)
        await studio.slack.quiet(limit_s=_EDITS)
        heard_s = time.perf_counter() - began_s
        results = await studio.results(1 + _ALONE + _EDITS)
        seconds = time.perf_counter() - began_s
        shown = Counter(quoted[1] for result in results if (quoted := _QUOTED.search(result.text)))
        peak_bytes = memory_bytes(studio.process.pid, peak=True)
    lost, doubled = said - set(shown), [words for words, times in shown.items() if times > 1]
    yield Measurement(
        f"{_EDITS} edits said at once in a thread",
        f"{len(lost)} lost, {len(doubled)} shown twice",
        f"{_EDITS} said",
        len(set(shown) & said) / _EDITS,
        "each shown once",
        not lost and not doubled,
    )
    yield Measurement(
        f"the same until all are shown; all were acknowledged after {heard_s:.1f} s",
        f"{seconds:.1f} s",
        f"{alone_s * _EDITS:.1f} s, one after the other",
        seconds / (alone_s * _EDITS),
        f"ratio ≤ {_MOST_TIME:g}",
        seconds <= _MOST_TIME * alone_s * _EDITS,
    )
    yield Measurement(
        "peak memory meanwhile",
        f"{peak_bytes / 1e6:.0f} MB",
        f"{idle_bytes / 1e6:.0f} MB, before",
        peak_bytes / idle_bytes,
        f"ratio ≤ {_MOST_MEMORY:g}",
        peak_bytes / idle_bytes <= _MOST_MEMORY,
    )


async def _edit_one_by_one(studio: Studio, root_ts: str) -> float:
    """Seconds that each takes."""
    began_s = time.perf_counter()
    for number in range(_ALONE):
        await studio.people[number % _PEOPLE].say(studio.channel, f"alone {number}", thread_ts=root_ts)
        await studio.results(number + 2)
    return (time.perf_counter() - began_s) / _ALONE


async def _edit_at_once(studio: Studio, root_ts: str) -> set[str]:
    said = {f"edit {number}": studio.people[number % _PEOPLE] for number in range(_EDITS)}
    saying = (person.say(studio.channel, words, thread_ts=root_ts) for words, person in said.items())
    await asyncio.gather(*saying)
    return set(said)
