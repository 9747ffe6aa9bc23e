"""A workspace that throws Easel out while it draws there."""

import pytest

from tests.contract import books
from tests.contract.books import Entry
from tests.contract.painter import Painter
from tests.contract.running import Running
from tests.contract.slack import SlackSocketDriver

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_jobs_of_a_workspace_that_left_are_given_up(
    slack: SlackSocketDriver, painter: Painter, running: Running
) -> None:
    """What waits or is drawn for it stops and is not paid for, and nobody goes on trying to tell it so."""
    held = [painter.holds(f"slow {number}") for number in range(3)]
    for number, each in enumerate(held):
        await slack.command(f"slow {number}")
        await each.begun.wait()
    await slack.command("never begun --model paid")
    await slack.until(lambda seen: seen.title == "Next in the queue" and seen.quote == "never begun")
    slack.emulator.revoke(slack.emulator.team, error="token_revoked")
    await slack.emulator.quiet()
    await slack.settle()
    assert [each.was_stopped for each in held] == [True] * 3
    assert "never begun" not in painter.asked
    assert books.newest_entry(running.data_dir) == Entry("released", None)
    assert books.discrepancies(running.data_dir) == []
