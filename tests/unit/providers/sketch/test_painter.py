"""The offline model as a painter."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest
from PIL import ImageChops, ImageStat

from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.ports import Drawing, Inputs, Progress
from bot.providers.sketch.palette import COLOUR_WORDS
from bot.providers.sketch.provider import SketchProvider
from bot.providers.sketch.subjects import KINDS
from bot.providers.sketch.vocabulary import read_scene
from tests.builders import ADA, opened


@pytest.fixture
async def pool() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool()
    yield pool
    pool.close()


def a_request(prompt: str = "a lighthouse at dusk", **changes: object) -> Request:
    return replace(Request(prompt, ModelName("sketch"), Size(192, 128), "medium"), **changes)


async def draw(pool: ImagingPool, request: Request) -> tuple[Drawing, list[Progress]]:
    seen: list[Progress] = []
    return await SketchProvider(pool).draw(request, Inputs(), asker=ADA, on_progress=seen.append), seen


async def test_the_same_request_is_the_same_picture(pool: ImagingPool) -> None:
    """Equal requests give equal bytes; other words give another picture."""
    first, _ = await draw(pool, a_request())
    again, _ = await draw(pool, a_request())
    other, _ = await draw(pool, a_request("a red fox in snow"))
    assert first == again
    assert first.pictures != other.pictures


@pytest.mark.parametrize("size", [Size(64, 64), Size(321, 123), Size(64, 700), Size(700, 64)])
@pytest.mark.parametrize("quality", ["low", "medium", "high"])
async def test_sizes_are_exact(pool: ImagingPool, size: Size, quality: str) -> None:
    """Any legal size comes out as asked, in every quality."""
    drawing, _ = await draw(pool, a_request("three boats and a castle", size=size, quality=quality))
    assert probe(drawing.pictures[0]).size == size


@pytest.mark.parametrize("format_", ["png", "jpeg", "webp"])
async def test_the_format_is_the_one_that_was_asked_for(pool: ImagingPool, format_: str) -> None:
    """By the bytes, not by a name."""
    drawing, _ = await draw(pool, a_request(format=format_))
    assert probe(drawing.pictures[0]).format == format_


async def test_compression_makes_smaller_files(pool: ImagingPool) -> None:
    """JPEG at 20 is smaller than at 95."""
    small, _ = await draw(pool, a_request(format="jpeg", compression=20))
    large, _ = await draw(pool, a_request(format="jpeg", compression=95))
    assert len(small.pictures[0]) < len(large.pictures[0]) / 2


async def test_qualities_differ_visibly(pool: ImagingPool) -> None:
    """Low is a few flat inks, medium a whole scene, high adds texture and light."""
    colours, pictures = [], []
    for quality in ("low", "medium", "high"):
        drawing, _ = await draw(pool, a_request(quality=quality))
        image = opened(drawing.pictures[0]).convert("RGB")
        pictures.append(image)
        colours.append(len(image.getcolors(image.width * image.height) or []))
    assert colours[0] <= 8 < 1000 < colours[1]
    assert ImageStat.Stat(ImageChops.difference(pictures[1], pictures[2]).convert("L")).mean[0] > 4


async def test_several_pictures_are_different(pool: ImagingPool) -> None:
    """Ten of one prompt are ten compositions."""
    drawing, seen = await draw(pool, a_request(n=10, size=Size(96, 64), quality="low"))
    assert len(set(drawing.pictures)) == 10
    assert [one.done for one in seen if one.fraction == one.done / 10] == list(range(1, 11))


@pytest.mark.parametrize("prompt", ["a blue bird", "two balloons", "a sunset", "synergy"])
async def test_transparent_backgrounds_are_transparent(pool: ImagingPool, prompt: str) -> None:
    """The corners are clear and something in the picture is solid."""
    drawing, _ = await draw(pool, a_request(prompt, background="transparent"))
    alpha = opened(drawing.pictures[0]).getchannel("A")
    assert alpha.getextrema() == (0, 255)
    assert alpha.getpixel((0, 0)) == 0


@pytest.mark.parametrize("partials", [0, 1, 2, 3])
async def test_previews_come_as_asked(pool: ImagingPool, partials: int) -> None:
    """Each is a small picture that can be shown; progress only ever grows."""
    _, seen = await draw(pool, a_request(partials=partials))
    previews = [one.preview for one in seen if one.preview is not None]
    assert len(previews) == partials
    assert all(probe(preview.data).format == preview.format for preview in previews)
    fractions = [one.fraction or 0 for one in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


async def test_what_was_not_understood_is_said(pool: ImagingPool) -> None:
    """Both kinds of words are named, and a prompt without known words says what it became."""
    drawing, _ = await draw(pool, a_request("a wistful lighthouse at dusk"))
    assert drawing.notes == ("Understood: lighthouse, dusk.", "Not understood: 'wistful'.")
    abstract, _ = await draw(pool, a_request("synergy"))
    thai, _ = await draw(pool, a_request("a fox ไทยกำลัง नमस्ते ❤️ in snow"))
    assert thai.notes == ("Understood: fox, snow.", "Not understood: 'ไทยกำลัง', 'नमस्ते'.")
    assert abstract.notes == ("Not understood: 'synergy'. It drew abstract shapes instead.",)


async def test_it_costs_nothing(pool: ImagingPool) -> None:
    """Usage is known and zero."""
    drawing, _ = await draw(pool, a_request())
    assert drawing.usage is not None
    assert drawing.usage.image_out == 0


async def test_a_red_fox_in_snow_is_red_and_in_snow(pool: ImagingPool) -> None:
    """There is a good share of red in the middle and the ground is pale."""
    drawing, _ = await draw(pool, a_request("a red fox in snow"))
    image = opened(drawing.pictures[0]).convert("RGB")
    middle = [image.getpixel((x, y)) for x in range(70, 122, 3) for y in range(50, 116, 3)]
    assert sum(red > 120 > 90 > blue for red, _, blue in middle) > len(middle) * 0.2
    assert min(image.getpixel((8, 122))) > 130


@pytest.mark.parametrize("subject", sorted(KINDS))
async def test_every_subject_can_be_cut_out(pool: ImagingPool, subject: str) -> None:
    """Each shows up solid and does not fill the whole picture."""
    drawing, _ = await draw(pool, a_request(f"a {subject}", background="transparent", size=Size(128, 128)))
    cover = ImageStat.Stat(opened(drawing.pictures[0]).getchannel("A")).mean[0] / 255
    assert 0.04 < cover < 0.9


@pytest.mark.parametrize(
    "prompt",
    ["aurora over mountains", "a city in the rain", "foggy autumn forest", "desert", "underwater", "space", "tulips"],
)
async def test_every_ground_can_be_painted(pool: ImagingPool, prompt: str) -> None:
    """None of them is one flat colour."""
    drawing, _ = await draw(pool, a_request(prompt, quality="high"))
    assert max(ImageStat.Stat(opened(drawing.pictures[0]).convert("RGB")).stddev) > 15


@pytest.mark.parametrize(
    ("prompt", "light", "ground", "subjects"),
    [
        ("a lighthouse at dusk", "dusk", "sea", [("lighthouse", 1, None)]),
        ("three boats at sunrise", "dawn", "sea", [("boat", 3, None)]),
        ("two red foxes in the forest at night", "night", "forest", [("fox", 2, COLOUR_WORDS["red"])]),
        ("a castle on a mountain, stormy", "storm", "mountains", [("castle", 1, None)]),
        ("an orange fish", "sea", "underwater", [("fish", 1, COLOUR_WORDS["orange"])]),
        (
            "an orange fish and a green fish",
            "sea",
            "underwater",
            [("fish", 1, COLOUR_WORDS["orange"]), ("fish", 1, COLOUR_WORDS["green"])],
        ),
        ("a rocket", "space", "space", [("rocket", 1, None)]),
        ("a house by the sea at noon\n\nDo not include: boats, cats.", "day", "sea", [("house", 1, None)]),
    ],
)
def test_words_become_a_scene(prompt: str, light: str, ground: str, subjects: list[tuple[str, int, object]]) -> None:
    """Light, place, things, their number and colour are read from the words."""
    scene = read_scene(prompt, Random(1))  # noqa: S311
    assert (scene.light_name, scene.ground) == (light, ground)
    assert [(subject.name, subject.count, subject.colour) for subject in scene.subjects] == subjects
    assert scene.missed == ()


async def test_cancelling_takes_effect_between_two_strokes(pool: ImagingPool) -> None:
    """A cancelled drawing paints no further stage."""
    reached, seen = asyncio.Event(), list[Progress]()

    async def never(_delay_s: float) -> None:
        reached.set()
        await asyncio.Event().wait()

    provider = SketchProvider(pool, stroke_delay_s=0.1, sleep=never)
    task = asyncio.create_task(provider.draw(a_request(), Inputs(), asker=ADA, on_progress=seen.append))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(seen) == 1


async def test_the_pause_between_strokes_is_the_one_that_was_set(pool: ImagingPool) -> None:
    """One pause after each of the four stages, and none by default."""
    pauses: list[float] = []

    async def note(delay_s: float) -> None:
        pauses.append(delay_s)

    await SketchProvider(pool, stroke_delay_s=0.3, sleep=note).draw(
        a_request(), Inputs(), asker=ADA, on_progress=lambda _: None
    )
    assert pauses == [0.3] * 4
    await SketchProvider(pool, sleep=note).draw(a_request(), Inputs(), asker=ADA, on_progress=lambda _: None)
    assert pauses == [0.3] * 4
