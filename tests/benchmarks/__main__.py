"""`python -m tests.benchmarks [name]...`: measures Easel against its targets and prints one table."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable

from tests.benchmarks import (
    accept,
    discord_acknowledging,
    discord_heartbeats,
    discord_memory,
    idle,
    memory,
    opening,
    overhead,
    parsing,
    posted,
    rasterising,
    slack_acknowledging,
    slack_calls,
    slack_edits,
)
from tests.benchmarks.measurement import HEADINGS, Measurement, line

BENCHMARKS: dict[str, Callable[[], AsyncIterator[Measurement]]] = {
    "accept": accept.measure,
    "posted": posted.measure,
    "idle": idle.measure,
    "memory": memory.measure,
    "opening": opening.measure,
    "overhead": overhead.measure,
    "parsing": parsing.measure,
    "rasterising": rasterising.measure,
    "discord_acknowledging": discord_acknowledging.measure,
    "discord_heartbeats": discord_heartbeats.measure,
    "discord_memory": discord_memory.measure,
    "slack_acknowledging": slack_acknowledging.measure,
    "slack_calls": slack_calls.measure,
    "slack_edits": slack_edits.measure,
}


def main() -> None:
    names = sys.argv[1:] or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}. There are {', '.join(BENCHMARKS)}.")
    print(f"{os.cpu_count()} cores, {_memory_gb():.0f} GB, Python {sys.version.split()[0]}, SQLite on a local disk\n")
    print(line(HEADINGS))
    print(line(["---"] * len(HEADINGS)))
    for name in names:
        # A loop for each: the job engine takes the executor of the loop it ran on with it when it is closed.
        asyncio.run(_print(BENCHMARKS[name]()))


async def _print(measurements: AsyncIterator[Measurement]) -> None:
    async for measurement in measurements:
        print(line(measurement.cells()), flush=True)


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    main()
