"""Slack's own traps: what no other platform has, through the whole product and the emulated Slack."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from tests.contract.painter import Painter
from tests.contract.running import Running
from tests.contract.slack import SlackSocketDriver


@pytest_asyncio.fixture(loop_scope="module")
async def slack(running: Running, only_painter: Painter) -> AsyncGenerator[SlackSocketDriver]:
    """People at Slack, connected by Socket Mode, and everything as it usually is."""
    emulator = running.slack
    emulator.twins, emulator.mention_files = "message_first", "full"
    emulator.redirect_downloads, emulator.processing_delay_s = False, 0.0
    async with SlackSocketDriver.opened(running) as opened:
        yield opened
        only_painter.let_go()
        await opened.settle()
    assert running.errors() == []
