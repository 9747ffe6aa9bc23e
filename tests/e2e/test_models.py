"""Real models in the playground: a real browser against the real process, and an emulator of OpenAI as the service."""

import io
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, expect

from tests.e2e.playground import (
    PATIENCE_MS,
    EaselProcess,
    Visitor,
    chromium,
    new_session,
    running_easel,
    see_picture,
    visiting,
)
from tests.emulators.openai.faults import moderation_blocked
from tests.emulators.openai.server import OpenAIEmulator

pytestmark = pytest.mark.asyncio(loop_scope="session")

ON_OUR_MACHINE = """
[models."gpt-oss-120b"]
base_url = "{base_url}"
wire_name = "openai/gpt-oss-120b"
prices = {{ text_in = "0", image_in = "0", image_out = "0", text_out = "0", source = "ours", checked = 2026-11-22 }}
"""
HOSTILE = """Here it is:
```svg
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024" onload="alert(1)"><script>alert(2)</script>
<rect width="1024" height="1024" fill="#224"/><circle cx="512" cy="512" r="300" fill="#f80"/></svg>
```"""
MOST_DRAWING_S = 1.5
"""Long enough for a person to see what is drawn come into being."""


@pytest.fixture(scope="module", autouse=True)
def expectations() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def openai() -> AsyncGenerator[OpenAIEmulator]:
    async with OpenAIEmulator() as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def our_machine() -> AsyncGenerator[OpenAIEmulator]:
    async with OpenAIEmulator(dialect="vllm") as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def easel(
    openai: OpenAIEmulator, our_machine: OpenAIEmulator, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[EaselProcess]:
    folder = tmp_path_factory.mktemp("models")
    models = folder / "models.toml"
    models.write_text(ON_OUR_MACHINE.format(base_url=our_machine.base_url))
    async with running_easel(
        folder / "data",
        OPENAI_API_KEY=openai.key,
        OPENAI_BASE_URL=openai.base_url,
        EASEL_MODELS_FILE=str(models),
    ) as process:
        yield process


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ada(easel: EaselProcess) -> AsyncGenerator[Visitor]:
    """One person in one tab for all of these tests, which tell their pictures apart by their words."""
    async with (
        chromium() as browser,
        await new_session(browser) as session,
        visiting(session, easel.address, "Ada") as [visitor],
    ):
        yield visitor


async def test_previews(ada: Visitor, openai: OpenAIEmulator) -> None:
    """With a key the default model draws, and the picture comes into being before everybody's eyes."""
    openai.delay_s = MOST_DRAWING_S
    await ada.say("/imagine a lighthouse at dusk --size 1536x1024")
    card = ada.card("a lighthouse at dusk")
    await expect(card.locator("img.preview").first).to_be_visible()
    await see_picture(card)
    openai.delay_s = 0
    await expect(card).to_contain_text("GPT Image 2.6 Flare")
    await expect(card).to_contain_text("1536x1024")
    call = openai.calls[-1]
    assert (call.fields["model"], call.fields["stream"]) == ("gpt-image-2.6-flare", True)


async def test_two_references(ada: Visitor, openai: OpenAIEmulator, tmp_path: Path) -> None:
    """What is attached reaches the model behind the picture itself, in the order of "image 2" and "image 3"."""
    card = await drawn(ada, "a kitchen table")
    await ada.open_thread(card)
    files = [painted(tmp_path / f"{colour}.png", colour) for colour in ("red", "blue")]
    await ada.thread.locator("input[type=file]").set_input_files(files)
    version = await ada.revise("put image 2 beside image 3")
    await expect(version).to_contain_text("image 2: red.png")
    await expect(version).to_contain_text("image 3: blue.png")
    call = openai.calls[-1]
    assert call.path.endswith("/images/edits")
    _, *references = call.files_in("image[]")
    assert [colour_of(upload.data) for upload in references] == [(255, 0, 0), (0, 0, 255)]


async def test_drawing_on_the_picture(ada: Visitor, openai: OpenAIEmulator) -> None:
    """Strokes drawn on a picture go to the model as a transparent sheet over it."""
    card = await drawn(ada, "a quiet street")
    await card.get_by_role("button", name="Edit…").click()
    form = ada.page.get_by_role("dialog", name="Edit v1")
    await form.get_by_role("textbox").first.fill("a tree where the line is")
    await form.get_by_text("Show it on the image…").click()
    await form.get_by_text("Draw on it").click()
    await form.get_by_role("radio", name="Blue").check(force=True)
    sheet = form.locator("canvas")
    await sheet.hover()
    await ada.page.mouse.down()
    await sheet.hover(position={"x": 30, "y": 30})
    await ada.page.mouse.up()
    await form.get_by_role("button", name="Draw", exact=True).click()
    await expect(form).to_have_count(0)
    await ada.open_thread(card)
    await see_picture(ada.card("a tree where the line is", where=ada.thread))
    [upload] = openai.calls[-1].files_in("markup")
    with Image.open(io.BytesIO(upload.data)) as strokes:
        assert strokes.size == (1024, 1024)
        assert {alpha for _, alpha in strokes.getchannel("A").getcolors()} >= {0, 255}


async def test_pinned_snapshot(ada: Visitor, openai: OpenAIEmulator) -> None:
    """A snapshot is a model of its own: the very name that was asked for is sent."""
    card = await drawn(ada, "a pinned butterfly", "--model gpt-image-2-2026-04-21")
    await expect(card).to_contain_text("GPT Image 2 (2026-04-21)")
    assert openai.calls[-1].fields["model"] == "gpt-image-2-2026-04-21"


async def test_model_that_writes(ada: Visitor, openai: OpenAIEmulator) -> None:
    """A text model draws by writing an SVG, which can be downloaded without anything that acts."""
    openai.answer(HOSTILE, path="responses")
    card = await drawn(ada, "a low sun", "--model gpt-5.3-codex --effort high")
    assert openai.calls[-1].path.endswith("/responses")
    svg = await downloaded(ada, card)
    assert '<circle cx="512"' in svg
    assert not any(word in svg for word in ("script", "alert", "onload"))


async def test_model_of_our_own(ada: Visitor, our_machine: OpenAIEmulator) -> None:
    """An open model on one's own server draws too, for nothing."""
    card = await drawn(ada, "two hills", "--model gpt-oss-120b --effort low")
    await expect(card).to_contain_text("free")
    call = our_machine.calls[-1]
    assert (call.fields["model"], call.fields["reasoning_effort"]) == ("openai/gpt-oss-120b", "low")
    assert (await downloaded(ada, card)).startswith("<svg")


async def test_switching_models(ada: Visitor, openai: OpenAIEmulator) -> None:
    """Each version of a thread may be drawn by another model, from what the one before made."""
    await ada.open_thread(await drawn(ada, "a paper boat"))
    before = len(openai.calls)
    written = await ada.revise("make it a drawing of few lines", "--model gpt-5.3-codex")
    await expect(written).to_contain_text("GPT-5.3 Codex")
    painted_again = await ada.revise("paint it in oil", "--model gpt-image-2")
    await expect(painted_again).to_contain_text("v3 from v2")
    asked = [(call.path.removeprefix("/v1/"), call.fields["model"]) for call in openai.calls[before:]]
    assert asked == [("responses", "gpt-5.3-codex"), ("images/edits", "gpt-image-2")]


async def test_refusal(ada: Visitor, openai: OpenAIEmulator) -> None:
    """What the safety system refuses is said in plain words, with the reason and without the service's own text."""
    openai.fail(moderation_blocked(categories=("violence",)), path="images")
    await ada.say("/imagine a forbidden scene")
    card = ada.card("a forbidden scene")
    await expect(card).to_contain_text("violence")
    await expect(card).not_to_contain_text("req_")
    await expect(card.locator(".picture")).to_have_count(0)


async def test_a_model_that_cannot_see(ada: Visitor, our_machine: OpenAIEmulator) -> None:
    """A text-only model is not asked to change what it cannot see; the answer names one that can."""
    await ada.open_thread(await drawn(ada, "a photograph of a cat"))
    before = len(our_machine.calls)
    await ada.reply("give it a hat --model gpt-oss-120b")
    await expect(ada.thread.get_by_role("alert")).to_contain_text("--model gpt-")
    await expect(ada.thread_box).to_have_value("give it a hat --model gpt-oss-120b")
    assert len(our_machine.calls) == before


async def drawn(visitor: Visitor, prompt: str, flags: str = "") -> Locator:
    await visitor.say(f"/imagine {prompt} --quality low {flags}".strip())
    card = visitor.card(prompt)
    await see_picture(card)
    return card


async def downloaded(visitor: Visitor, card: Locator) -> str:
    """What the SVG button saves; the private answer offers it once more."""
    async with visitor.page.expect_download() as download:
        await card.get_by_role("button", name="SVG").click()
    saved = await download.value
    assert saved.suggested_filename == "easel-v1.svg"
    await expect(visitor.page.get_by_role("link", name="Download easel-v1.svg").last).to_be_visible()
    return text_of(await saved.path())


def text_of(file: Path) -> str:
    return file.read_text()


def painted(path: Path, colour: str) -> Path:
    Image.new("RGB", (64, 64), colour).save(path)
    return path


def colour_of(data: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(data)) as picture:
        pixel = picture.convert("RGB").getpixel((32, 32))
    assert isinstance(pixel, tuple)
    return pixel
