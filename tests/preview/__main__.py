"""`python -m tests.preview slack OUTDIR`: what a platform would show, as a page and as screenshots of it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tests.e2e.playground import chromium
from tests.preview import discord, slack

PLATFORMS: Mapping[str, Callable[[], Awaitable[str]]] = {
    "discord": discord.page_of_all,
    "slack": slack.page_of_all,
}
"""Each makes a page, see `page.page`."""


def _make(platform: str, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    html = directory / f"{platform}.html"
    html.write_text(asyncio.run(PLATFORMS[platform]()), encoding="utf-8")
    asyncio.run(_photograph(html.resolve()))


async def _photograph(html: Path) -> None:
    """Each figure as a picture beside the page."""
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1220, "height": 900})
        await page.goto(html.as_uri())
        for section in await page.locator("section").all():
            await section.screenshot(path=html.with_name(f"{html.stem}-{await section.get_attribute('id')}.png"))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in PLATFORMS:
        sys.exit(f"usage: python -m tests.preview {'|'.join(PLATFORMS)} OUTDIR")
    _make(sys.argv[1], Path(sys.argv[2]))
