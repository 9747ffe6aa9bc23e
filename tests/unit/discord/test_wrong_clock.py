"""A clock of this machine that is wrong: Discord's own tells how old its messages and interactions are."""

import asyncio

import pytest
import structlog

from adapters.discord.options import DiscordOptions
from adapters.discord.setup.doctor import examine
from bot.errors import Transient
from bot.store.database import Database
from tests.emulators.discord import faults
from tests.emulators.discord.server import DiscordEmulator
from tests.unit.discord.connected_platform import JOB, STATUS, LongClock, a_desk
from tests.unit.wrong_clock import WrongClock

WRONG = (420.0, -420.0)


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"  # what is kept here is tested on both elsewhere


def wrong(ahead_s: float) -> LongClock:
    clock = LongClock()
    clock.advance(ahead_s)
    return clock


@pytest.mark.parametrize("ahead_s", WRONG)
async def test_command_that_failed_is_not_drawn_by_a_wrong_clock(database: Database, ahead_s: float) -> None:
    """A command that its person has seen fail is old, also where our clock is behind; the next one is new."""
    with structlog.testing.capture_logs() as log:
        async with a_desk(database, clock=wrong(ahead_s)) as desk:
            ada = desk.discord.add_person("Ada")
            desk.discord.refuse_gateway(1)
            desk.discord.close_gateway(4000)
            asking = asyncio.create_task(ada.command(desk.channel, "imagine", prompt="a fox"))
            await desk.discord.until(lambda: desk.discord.interactions)
            for clock in (desk.clock, desk.discord.clock):
                clock.advance(4)
            assert (await asking).error is not None
            await desk.discord.connected()
            assert (await ada.command(desk.channel, "imagine", prompt="a fox")).error is None
            await desk.quiet()
            assert len(desk.core.events) == 1
    (warning,) = [line for line in log if line["event"] == "clock.wrong"]
    assert warning["service"] == "Discord"


@pytest.mark.parametrize("ahead_s", WRONG)
async def test_message_is_found_by_a_wrong_clock(database: Database, ahead_s: float) -> None:
    """A message whose posting was never answered is looked for where it is, and not posted twice."""
    async with a_desk(database, listening=False, clock=wrong(ahead_s)) as desk:
        await desk.platform.post(desk.place, STATUS, key="before")
        desk.discord.fail("create_message", faults.dropped_after(), times=4)
        with pytest.raises(Transient):
            await desk.platform.post(desk.place, STATUS, key=JOB)
        for clock in (desk.clock, desk.discord.clock):
            clock.advance(900)
        message = await desk.platform.post(desk.place, STATUS, key=JOB)
        assert [message.message.endswith(f":{each.id}") for each in desk.posted()] == [False, True]


@pytest.mark.parametrize(
    ("ahead_s", "text"),
    [
        (420.0, "This machine's clock is 7 min ahead of Discord's."),
        (-40.0, "This machine's clock is 40 s behind Discord's."),
        (5.0, None),
    ],
)
async def test_doctor_says_it(ahead_s: float, text: str | None) -> None:
    """`easel doctor` says how wrong the clock is, and what to do."""
    async with DiscordEmulator() as discord:
        given = DiscordOptions(token=discord.token, owner="w", api_url=discord.api_url, gateway_url=discord.gateway_url)
        found = [each async for each in examine(given, WrongClock(ahead_s), ()) if each.subject == "clock"]
    assert [each.text for each in found] == ([text] if text is not None else [])
