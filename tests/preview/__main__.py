"""Pictures of what Slack and Discord show, made from the payloads that Easel sends.

`python -m tests.preview slack OUTDIR`, or `discord`: a page with every card and form, and a picture of each.
`python -m tests.preview windows docs/images`: slack.png and discord.png, which the README shows.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from PIL import Image

from tests.e2e.playground import chromium
from tests.preview import discord, slack
from tests.preview.discord_window import discord_window
from tests.preview.slack_window import slack_window
from tests.preview.window import HEIGHT_PX, WIDTH_PX

Page = Callable[[], Awaitable[str]]

CARDS: Mapping[str, Page] = {"discord": discord.page_of_all, "slack": slack.page_of_all}
"""Each makes a page, see `page.page`."""
WINDOWS: Mapping[str, Page] = {"discord": discord_window, "slack": slack_window}
"""Each makes a page, see `window.window`."""

_SCALE = 1.6
_COLOURS = 256


async def _draw_cards(platform: str, directory: Path) -> None:
    """Each figure as a picture beside the page."""
    html = directory / f"{platform}.html"
    html.write_text(await CARDS[platform](), encoding="utf-8")
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1220, "height": 900})
        await page.goto(html.resolve().as_uri())
        for section in await page.locator("section").all():
            await section.screenshot(path=html.with_name(f"{html.stem}-{await section.get_attribute('id')}.png"))


async def _draw_windows(directory: Path) -> None:
    """One picture for each platform, in few colours: that makes it small enough for the repository."""
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}, device_scale_factor=_SCALE)
        for platform, made in WINDOWS.items():
            await page.set_content(await made(), wait_until="load")
            image = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
            image.quantize(_COLOURS, kmeans=1, dither=Image.Dither.NONE).save(
                directory / f"{platform}.png", optimize=True
            )


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in (*CARDS, "windows"):
        sys.exit(f"usage: python -m tests.preview {'|'.join(CARDS)}|windows OUTDIR")
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    asyncio.run(_draw_windows(out) if sys.argv[1] == "windows" else _draw_cards(sys.argv[1], out))
