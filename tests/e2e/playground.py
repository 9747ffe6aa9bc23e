"""The real `easel run` as a process, and people who use its page in a real browser."""

import re
import signal
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests import clock
from tests.e2e.process import Easel, running

_CHROMIUM = "/usr/bin/chromium"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 120_000
"""For what takes less than a second: nothing that waits for it fails because the machine is busy with others."""
_LOST_CLICK_MS = 15_000
"""After which a person would click once more."""
_DATE_OF_THE_TESTS = """
  const RealDate = Date, ahead_ms = %d;
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length > 0 ? super(...given) : super(RealDate.now() + ahead_ms); }
    static now() { return RealDate.now() + ahead_ms; }
  };
"""
"""The page compares its own time with Easel's, which is that of the tests."""


class EaselProcess:
    """`easel run` on its own data directory and port; it can be stopped, killed and started again."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str]) -> None:
        data_dir.mkdir(exist_ok=True)
        self._data_dir = data_dir
        self._settings = {"EASEL_WEB_PORT": str(_free_port()), "EASEL_LOG_LEVEL": "WARNING", **settings}
        self._life = AsyncExitStack()
        self._easel: Easel | None = None
        self.address = ""

    async def start(self) -> None:
        self._easel = await self._life.enter_async_context(running(self._data_dir, env=self._settings))
        self.address = (await self._easel.life()).address

    async def kill(self) -> None:
        """As a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._easel is not None:
            self._easel.signal(how)
            await self._easel.ended()
            self._easel = None
        await self._life.aclose()


@asynccontextmanager
async def running_easel(data_dir: Path, **settings: str) -> AsyncGenerator[EaselProcess]:
    easel = EaselProcess(data_dir, settings)
    await easel.start()
    try:
        yield easel
    finally:
        await easel.stop()


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person in one tab."""

    page: Page

    @property
    def channel(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("region", name="Thread")

    @property
    def channel_box(self) -> Locator:
        return self.page.get_by_role("combobox", name="Message #studio")

    @property
    def thread_box(self) -> Locator:
        return self.page.get_by_role("combobox", name="Reply in thread")

    async def say(self, text: str) -> None:
        # A tab in the background draws no frames, and every wait in it for a steady picture takes seconds.
        await self.page.bring_to_front()
        await self.channel_box.fill(text)
        await self.channel_box.press("Enter")

    async def reply(self, text: str) -> None:
        await self.page.bring_to_front()
        await self.thread_box.fill(text)
        await self.thread_box.press("Enter")

    def card(self, words: str, *, where: Locator | None = None) -> Locator:
        """The newest message of Easel that quotes these words."""
        return (where or self.channel).get_by_role("article").filter(has_text=words).last

    async def draw(self, prompt: str, flags: str = "", *, count: int = 1) -> Locator:
        """Asks for a small picture and waits until it is there."""
        await self.say(f"/imagine {prompt} --size 256x256 --quality low {flags}".strip())
        card = self.card(prompt)
        await see_picture(card, count=count)
        return card

    async def open_thread(self, card: Locator) -> None:
        await self.page.bring_to_front()
        opens = card.get_by_role("button", name=re.compile("^Reply in thread to edit|repl(y|ies)")).last
        await opens.click()
        try:
            await expect(self.thread_box).to_be_focused(timeout=_LOST_CLICK_MS)
        except AssertionError:
            # The card may be drawn anew between the press and the release of the button: a person then clicks again.
            await opens.click()
            await expect(self.thread_box).to_be_focused()

    async def revise(self, words: str, flags: str = "") -> Locator:
        """Replies in the open thread and waits for the new version."""
        await self.reply(f"{words} {flags}".strip())
        card = self.thread.get_by_role("article").filter(has_text=words).filter(has=self.page.locator(".picture")).last
        await see_picture(card)
        return card


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """The system's browser, without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        await browser.close()


async def new_session(browser: Browser, *, width_px: int = 1280) -> BrowserContext:
    """One browser session, as one admin has it: its tabs share the token's cookie and can be several people."""
    phone = width_px < 700
    context = await browser.new_context(
        viewport={"width": width_px, "height": 844}, has_touch=phone, is_mobile=phone, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(_DATE_OF_THE_TESTS % ((clock.now() - clock.real_now()) / timedelta(milliseconds=1)))
    return context


@asynccontextmanager
async def visiting(session: BrowserContext, address: str, *names: str) -> AsyncGenerator[list[Visitor]]:
    """Opens a tab for each name, and closes them afterwards."""
    problems: list[str] = []
    visitors = [await _visit(session, address, name, problems) for name in names]
    try:
        yield visitors
    finally:
        for visitor in visitors:
            await visitor.page.close()
    assert problems == []


async def see_picture(card: Locator, *, count: int = 1) -> None:
    """Its pictures are there, and the browser could really show them."""
    await expect(card.locator(".picture img:not(.underlay)")).to_have_count(count, timeout=PATIENCE_MS)
    for image in await card.locator(".picture img:not(.underlay)").all():
        assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


async def _visit(session: BrowserContext, address: str, name: str, problems: list[str]) -> Visitor:
    page = await session.new_page()
    # A script error, or anything that the content security policy had to stop, fails the test.
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
    )
    # As the name switcher leaves it behind; the switcher has a test of its own.
    await page.add_init_script(
        f"sessionStorage.getItem('easel.person') ?? sessionStorage.setItem('easel.person', '{name.lower()}')"
    )
    await page.goto(address)
    visitor = Visitor(page)
    await expect(visitor.channel_box).to_be_visible()
    return visitor


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
