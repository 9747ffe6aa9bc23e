"""What people do in the playground, in a real browser against the real process."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from tests.e2e.playground import PATIENCE_MS, EaselProcess, chromium, new_session, running_easel, see_picture, visiting

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE_PX = 390
IN_LINE = re.compile("Next in the queue|Queued")
HAND_OVER = """(box, [name, kind]) => {
  const data = new DataTransfer();
  data.items.add(new File(["x"], name, { type: "image/png" }));
  const init = { bubbles: true, cancelable: true };
  const pasted = () => new ClipboardEvent(kind, { ...init, clipboardData: data });
  box.dispatchEvent(kind === "paste" ? pasted() : new DragEvent(kind, { ...init, dataTransfer: data }));
}"""

PASTE_TEXT = """(box, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
}"""


@pytest.fixture(scope="module", autouse=True)
def expectations() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def session(browser: Browser) -> AsyncGenerator[BrowserContext]:
    async with await new_session(browser) as session:
        yield session


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def easel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EaselProcess]:
    """One process for all tests that do not end it: they tell their pictures apart by their words."""
    async with running_easel(tmp_path_factory.mktemp("easel"), EASEL_SKETCH_STROKE_S="0") as process:
        yield process


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def slow_easel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EaselProcess]:
    """Another one, which draws one thing at a time and so slowly that even a busy machine can watch it."""
    pace = {"EASEL_SKETCH_STROKE_S": "0.4", "EASEL_SLOTS": "1"}
    async with running_easel(tmp_path_factory.mktemp("slow_easel"), **pace) as process:
        yield process


async def test_generate(slow_easel: EaselProcess, session: BrowserContext) -> None:
    """A command shows life at once, then previews, then the picture with its facts, in one message."""
    async with visiting(session, slow_easel.address, "Ada") as [ada]:
        await ada.say("/imagine a lighthouse at dusk --size 768x512 --quality high")
        card = ada.card("a lighthouse at dusk")
        await expect(card.get_by_role("button", name="Cancel")).to_be_visible()
        await expect(ada.channel_box).to_have_value("")
        await expect(card.locator("img.preview").first).to_be_visible()
        await expect(card.get_by_role("timer")).to_be_visible()
        await see_picture(card)
        await expect(card).to_contain_text("v1")
        await expect(card).to_contain_text("768x512")
        await expect(card.get_by_role("button", name="Again")).to_be_visible()
        await expect(card.get_by_role("button", name="Cancel")).to_have_count(0)


async def test_edit_by_reply(easel: EaselProcess, session: BrowserContext) -> None:
    """A reply in the thread makes the next version, and the channel shows that the thread has grown."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        card = await ada.draw("a windmill on a hill")
        await ada.open_thread(card)
        version = await ada.revise("make it greyscale")
        await expect(version).to_contain_text("v2 from v1")
        await expect(card.get_by_role("button", name=re.compile("2 replies"))).to_be_visible()


async def test_edit_with_an_image(easel: EaselProcess, session: BrowserContext, tmp_path: Path) -> None:
    """An attached image joins the edit as image 2, and the card says so; of a long name no character is cut in half."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        card = await ada.draw("a harbour with boats")
        name = "l" * 199 + "🦊"  # 200 characters, of which the last one is two for JavaScript
        logo = tmp_path / f"{name}.png"
        logo.write_bytes(await card.locator(".picture img").first.screenshot())
        await ada.open_thread(card)
        await ada.thread.locator("input[type=file]").set_input_files(logo)
        await expect(ada.thread.get_by_role("img", name=logo.name)).to_be_visible()
        version = await ada.revise("place image 2 on image 1")
        await expect(version).to_contain_text(f"image 2: {name}")
        said = ada.thread.get_by_role("article").filter(has_text="place image 2 on image 1").first
        await see_picture(said)


async def test_attaching(easel: EaselProcess, session: BrowserContext, tmp_path: Path) -> None:
    """Files can be picked, pasted and dropped; each shows itself and can be taken off again."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        picked = tmp_path / "picked.png"
        picked.write_bytes(await ada.page.screenshot())
        await ada.channel.locator("input[type=file]").set_input_files(picked)
        for name, event in (("pasted.png", "paste"), ("dropped.png", "drop")):
            await ada.channel_box.evaluate(HAND_OVER, [name, event])
        for name in ("picked.png", "pasted.png", "dropped.png"):
            await expect(ada.channel.get_by_role("button", name=f"Remove {name}")).to_be_visible()
        await ada.channel.get_by_role("button", name="Remove pasted.png").click()
        await expect(ada.channel.get_by_role("button", name="Remove")).to_have_count(2)


async def test_file_that_is_no_picture(easel: EaselProcess, session: BrowserContext, tmp_path: Path) -> None:
    """It is named at once and keeps the message from being sent, whose words stay; without it they are sent."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        photo = tmp_path / "IMG_0043.HEIC"
        photo.write_bytes(b"\0\0\0\x18ftypheic" + bytes(12))
        await ada.channel.locator("input[type=file]").set_input_files(photo)
        problem = ada.channel.get_by_role("alert").filter(has_text="IMG_0043.HEIC: That is a HEIC photo")
        await expect(problem).to_contain_text("share the photo as JPEG")
        words = "/imagine a lamp in the fog --size 256x256"
        await ada.say(words)
        await expect(ada.channel_box).to_have_value(words)
        await expect(problem).to_be_visible()
        await ada.channel.get_by_role("button", name="Remove IMG_0043.HEIC").click()
        await ada.channel_box.press("Enter")
        await see_picture(ada.card("a lamp in the fog"))


async def test_two_people(slow_easel: EaselProcess, session: BrowserContext) -> None:
    """Two people see the same conversation live, and their edits at the same time become siblings."""
    async with visiting(session, slow_easel.address, "Ada", "Ben") as [ada, ben]:
        await ada.draw("a castle in the mountains")
        await see_picture(ben.card("a castle in the mountains"))
        # It holds the only slot, so that neither edit can be done before the other was asked for.
        await ada.say("/imagine a very long river --quality high --n 10")
        await expect(ada.card("a very long river").get_by_role("timer")).to_be_visible()
        for visitor in (ada, ben):
            await visitor.open_thread(visitor.card("a castle in the mountains"))
        await ada.reply("make it warmer")
        await ben.reply("make it darker")
        for visitor in (ada, ben):
            for words in ("make it warmer", "make it darker"):
                await expect(visitor.card(words, where=visitor.thread)).to_contain_text(IN_LINE)
        await ada.card("a very long river").get_by_role("button", name="Cancel").click()
        for visitor in (ada, ben):
            for words in ("make it warmer", "make it darker"):
                result = visitor.thread.get_by_role("article").filter(has_text=words)
                await expect(result.filter(has_text="from v1")).to_be_visible()
        await expect(ben.thread.get_by_role("article").filter(has_text="Ada").first).to_be_visible()


async def test_switching_people(easel: EaselProcess, session: BrowserContext) -> None:
    """A tab becomes another person, or a new one, and stays that person over a reload."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        await ada.page.get_by_role("button", name="Speaking as Ada").click()
        await ada.page.get_by_role("button", name="Ben", exact=True).click()
        await ada.page.get_by_role("button", name="Speaking as Ben").click()
        await ada.page.get_by_label("Name").fill("Dana")
        await ada.page.get_by_role("button", name="Add", exact=True).click()
        await expect(ada.page.get_by_role("button", name="Speaking as Dana")).to_be_visible()
        await ada.page.reload()
        await expect(ada.page.get_by_role("button", name="Speaking as Dana")).to_be_visible()


async def test_cancel(slow_easel: EaselProcess, session: BrowserContext) -> None:
    """Cancel works while a picture is being drawn."""
    async with visiting(session, slow_easel.address, "Ada") as [ada]:
        await ada.say("/imagine a slow river --quality high --n 10")
        card = ada.card("a slow river")
        await card.get_by_role("button", name="Cancel").click()
        await expect(card).to_contain_text("Cancelled")
        await expect(card.locator(".picture")).to_have_count(0)


async def test_delete(easel: EaselProcess, session: BrowserContext) -> None:
    """Delete asks first, and then the picture is gone for everybody."""
    async with visiting(session, easel.address, "Ada", "Ben") as [ada, ben]:
        card = await ada.draw("a forgotten teapot")
        await see_picture(ben.card("a forgotten teapot"))
        gone = await card.get_attribute("data-id")
        await ada.page.bring_to_front()
        await card.get_by_role("button", name="Delete").click()
        await ada.page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
        await expect(card.locator(".picture")).to_have_count(1)
        await card.get_by_role("button", name="Delete").click()
        await ada.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
        for visitor in (ada, ben):
            message = visitor.channel.locator(f"[data-id='{gone}']")
            await expect(message).to_contain_text("was deleted by Ada")
            await expect(message.locator(".picture")).to_have_count(0)


async def test_private_and_share(easel: EaselProcess, session: BrowserContext) -> None:
    """A private picture is seen by its author alone, until it is shared."""
    async with visiting(session, easel.address, "Ada", "Ben") as [ada, ben]:
        card = await ada.draw("a secret garden", "--private")
        await expect(card).to_contain_text("Only you can see this")
        await ben.draw("an open field")
        await expect(ben.channel.get_by_text("a secret garden")).to_have_count(0)
        await ada.page.bring_to_front()
        await card.get_by_role("button", name="Share").click()
        await see_picture(ben.card("a secret garden"))


async def test_reload(easel: EaselProcess, session: BrowserContext) -> None:
    """A reload in the middle loses neither the picture nor the thread nor what was being typed."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        card = await ada.draw("a bridge over water")
        await ada.open_thread(card)
        await ada.thread_box.fill("half a thought")
        await ada.say("/imagine a bicycle by a wall --quality high")
        await expect(ada.card("a bicycle by a wall")).to_be_visible()
        await ada.page.reload()
        await see_picture(ada.card("a bicycle by a wall"))
        await see_picture(ada.card("a bridge over water"))
        await expect(ada.thread_box).to_have_value("half a thought")


async def test_phone(easel: EaselProcess, browser: Browser) -> None:
    """At phone width everything fits: the thread covers the channel and leads back."""
    async with (
        await new_session(browser, width_px=PHONE_PX) as phone,
        visiting(phone, easel.address, "Cleo") as [cleo],
    ):
        card = await cleo.draw("a small boat", "--n 4", count=4)
        await cleo.open_thread(card)
        await expect(cleo.channel_box).to_be_hidden()
        await cleo.revise("make v1b blue")
        assert await cleo.page.evaluate("document.documentElement.scrollWidth") == PHONE_PX
        await cleo.thread.get_by_role("button", name="Close thread").first.click()
        await expect(cleo.channel_box).to_be_visible()


async def test_bad_command(easel: EaselProcess, session: BrowserContext) -> None:
    """A refused command says what to do and stays in the composer, files and all."""
    async with visiting(session, easel.address, "Ada", "Ben") as [ada, ben]:
        await ada.say("/imagine a fox --qualty high")
        await expect(ada.channel.get_by_role("alert")).to_contain_text("--quality")
        await expect(ada.channel_box).to_have_value("/imagine a fox --qualty high")
        await expect(ben.channel.get_by_role("alert")).to_have_count(0)
        await ada.draw("a corrected fox")
        await expect(ada.channel.get_by_role("alert")).to_have_count(0)


async def test_long_text_is_a_file(easel: EaselProcess, session: BrowserContext, tmp_path: Path) -> None:
    """What is pasted beyond the composer's limit goes as a file, which is too long; a shorter one is drawn."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        await ada.channel_box.fill("/imagine a lagoon")
        await ada.channel_box.evaluate(PASTE_TEXT, "word " * 20_000)
        await expect(ada.channel.get_by_role("button", name="Remove pasted.txt")).to_be_visible()
        await ada.channel_box.press("Enter")
        await expect(ada.channel.get_by_role("alert")).to_contain_text("at most 32,000")
        await ada.channel.get_by_role("button", name="Remove pasted.txt").click()
        notes = tmp_path / "notes.txt"
        notes.write_text("in the fog\n--size 256x192")
        await ada.channel.locator("input[type=file]").set_input_files(notes)
        await ada.channel_box.press("Enter")
        card = ada.card("a lagoon in the fog")
        await see_picture(card)
        await expect(card).to_contain_text("256x192")


async def test_talk_is_left_alone(easel: EaselProcess, session: BrowserContext) -> None:
    """Thanks in a thread make no version, and whoever said them sees that nothing is drawn."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        card = await ada.draw("a meadow with poppies")
        await ada.open_thread(card)
        await ada.thread_box.fill("thaaanks!")
        await ada.thread_box.press("Enter")
        await expect(ada.page.get_by_text("Nothing was drawn")).to_be_visible()
        await expect(ada.thread.get_by_role("article").filter(has_text="thaaanks!")).to_be_visible()
        await expect(ada.thread.get_by_role("article").filter(has_text="v2")).to_have_count(0)


async def test_completion(easel: EaselProcess, session: BrowserContext) -> None:
    """A whole command can be put together from the keyboard."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        box = ada.channel_box
        await box.press_sequentially("/im")
        await expect(ada.page.get_by_role("option", name="/imagine")).to_be_visible()
        await box.press("Tab")
        await expect(box).to_have_value("/imagine ")
        await box.press_sequentially("a tree --qual")
        await expect(ada.page.get_by_role("option", name="--quality")).to_have_attribute("aria-selected", "true")
        await box.press("Enter")
        await expect(ada.page.get_by_role("option")).not_to_have_count(0)
        await box.press("ArrowDown")
        await box.press("Enter")
        await expect(box).to_have_value(re.compile(r"^/imagine a tree --quality \w+ $"))
        await box.press_sequentially("--model ")
        await expect(ada.page.get_by_role("option", name=re.compile("sketch"))).to_be_visible()
        await box.press("Escape")
        await expect(ada.page.get_by_role("option")).to_have_count(0)
        await expect(box).to_have_attribute("aria-expanded", "false")


async def test_help_is_private(easel: EaselProcess, session: BrowserContext) -> None:
    """Help is seen by who asked, and can be put away."""
    async with visiting(session, easel.address, "Ada", "Ben") as [ada, ben]:
        await ada.say("/imagine help")
        answer = ada.channel.get_by_role("article").filter(has_text="--compression")
        await expect(answer).to_contain_text("Only you can see this")
        await ben.draw("a red balloon")
        await expect(ben.channel.get_by_role("article").filter(has_text="--compression")).to_have_count(0)
        await ada.page.bring_to_front()
        await answer.get_by_role("button", name="Dismiss").click()
        await expect(answer).to_have_count(0)


async def test_lightbox(easel: EaselProcess, session: BrowserContext) -> None:
    """A picture opens large, the arrow keys lead to its siblings, and Escape leads back to where one was."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        card = await ada.draw("two pears on a table", "--n 2", count=2)
        await card.locator("button.picture").first.press("Enter")
        large = ada.page.get_by_role("dialog")
        await expect(large).to_contain_text("Image 1 of 2")
        await ada.page.keyboard.press("ArrowRight")
        await expect(large).to_contain_text("Image 2 of 2")
        async with ada.page.expect_download() as download:
            await large.get_by_role("link", name="Download original").click()
        assert (await download.value).suggested_filename.endswith(".png")
        await ada.page.keyboard.press("Escape")
        await expect(large).to_have_count(0)
        await expect(card.locator("button.picture").first).to_be_focused()


async def test_edit_form(easel: EaselProcess, session: BrowserContext) -> None:
    """The edit form takes words and a painted area, and makes the next version."""
    async with visiting(session, easel.address, "Ada") as [ada]:
        card = await ada.draw("a snowy village")
        await card.get_by_role("button", name="Edit…").click()
        form = ada.page.get_by_role("dialog", name="Edit v1")
        await form.get_by_role("textbox").fill("invert")
        await form.get_by_text("Show it on the image…").click()
        area = form.locator("canvas")
        await area.hover()
        await ada.page.mouse.down()
        await area.hover(position={"x": 20, "y": 20})
        await ada.page.mouse.up()
        await form.get_by_role("button", name="Draw").click()
        await expect(form).to_have_count(0)
        await ada.open_thread(card)
        await see_picture(ada.card("invert", where=ada.thread))


async def test_restart(slow_easel: EaselProcess, session: BrowserContext) -> None:
    """After a crash in the middle of a drawing, the open page reconnects by itself and gets its picture."""
    async with visiting(session, slow_easel.address, "Ada") as [ada]:
        await ada.say("/imagine a ship in a storm --quality high")
        await expect(ada.card("a ship in a storm").get_by_role("timer")).to_be_visible()
        await slow_easel.kill()
        banner = ada.page.get_by_text("Connection lost")
        await expect(banner).to_be_visible()
        await ada.channel_box.fill("/imagine a calm sea")
        await ada.channel_box.press("Enter")
        await expect(ada.channel.get_by_role("alert")).to_contain_text("Nothing is lost")
        await slow_easel.start()
        await expect(banner).to_be_hidden()
        await see_picture(ada.card("a ship in a storm"))
        await ada.channel.get_by_role("button", name="Try again").click()
        await see_picture(ada.card("a calm sea"))
        await expect(ada.channel.get_by_role("article").filter(has_text="a ship in a storm")).to_have_count(1)
