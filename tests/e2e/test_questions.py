"""A question that was asked before a restart is answered after it."""

from pathlib import Path

from tests.contract.painter import Painter
from tests.contract.running import running_easel
from tests.contract.web import WebDriver


async def test_a_question_outlives_a_restart(tmp_path: Path) -> None:
    """The playground still shows it to who was asked; Draw makes the edit once, Ben has nothing to press."""
    painter = Painter()
    async with running_easel(tmp_path, {"svg_author": painter}) as running, WebDriver.opened(running) as before:
        first = await before.end_of(before.command("a fox by the sea --model paid"))
        asked = (await before.reply(first, "nice hat")).said
    async with running_easel(tmp_path, {"svg_author": painter}) as running, WebDriver.opened(running) as driver:
        assert (await driver.press(asked, "Draw", as_="Ben")).said.tone == "error"
        await driver.press(asked, "Draw")
        await driver.press(asked, "Draw")
        settled = await driver.until(lambda seen: seen.id == asked.id)
        assert (settled.title, settled.only_for, dict(settled.buttons)) == ("Edit started", "Ada", {})
        result = await driver.until(lambda seen: seen.tone == "done")
        assert (result.title, result.quote) == ("v2 from v1 for Ada", "nice hat")
        await driver.settle()
        assert len(painter.asked["nice hat"]) == 1
