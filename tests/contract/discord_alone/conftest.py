"""What only Discord has, through the whole product and the emulated Discord."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from tests.contract.discord_people import DiscordDriver
from tests.contract.painter import Painter
from tests.contract.running import Running


@pytest_asyncio.fixture(loop_scope="module")
async def discord(running: Running, only_painter: Painter) -> AsyncGenerator[DiscordDriver]:
    """People at Discord, and everything as it usually is."""
    async with DiscordDriver.opened(running) as opened:
        yield opened
        only_painter.let_go()
        await opened.settle()
    assert running.errors() == []
