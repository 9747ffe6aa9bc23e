"""How soon Slack has its acknowledgement while people type fast, against a bare Bolt app that does nothing else."""

from collections.abc import AsyncIterator

from tests.benchmarks.acknowledging import PATIENCE_S, PEOPLE, acknowledged_s, measurements
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.slack_studio import Kind, Studio, Transport, open_studio

_P99_S = 0.150


async def measure() -> AsyncIterator[Measurement]:
    transports: tuple[Transport, ...] = ("socket", "http")
    for transport in transports:
        bare_s = await _acknowledged_s("bare", transport)
        easel_s = await _acknowledged_s("easel", transport)
        what = f"command acknowledged over {transport}"
        for measurement in measurements(what, easel_s, bare_s, bare="a bare Bolt app", most_s=_P99_S):
            yield measurement


async def _acknowledged_s(kind: Kind, transport: Transport) -> list[float]:
    async with open_studio(kind, transport, people=PEOPLE) as studio:
        studio.slack.ack_limit_s = PATIENCE_S
        for number in range(PEOPLE):
            await _type(studio, number)
        await studio.results(PEOPLE if kind == "easel" else 0)
        return await acknowledged_s(lambda number: _type(studio, number))


async def _type(studio: Studio, number: int) -> None:
    outcome = await studio.people[number % PEOPLE].command(studio.channel, f"a red fox {number}")
    if outcome.error or outcome.ephemeral:
        raise RuntimeError(f"not accepted: {outcome}")
