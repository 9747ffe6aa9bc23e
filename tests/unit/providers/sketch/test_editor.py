"""The offline model as an editor."""

from collections.abc import AsyncIterator, Callable

import pytest
from PIL import Image as Pixels
from PIL import ImageChops, ImageStat

from bot.domain.ids import ModelName, PictureId
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.errors import BadCommand
from bot.imaging.pool import ImagingPool
from bot.ports import Drawing, Image, Inputs, Progress
from bot.providers.sketch.edit_words import known_edits, read_edits
from bot.providers.sketch.provider import SketchProvider
from tests.builders import ADA, a_mask, a_picture, a_png, opened

BASE_SIZE = Size(64, 48)
BASE = a_picture()
"""64x48, reddish, with a dark upper left quarter."""


@pytest.fixture
async def pool() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool()
    yield pool
    pool.close()


def an_image(data: bytes) -> Image:
    return Image(data, "png", Size(*opened(data).size))


async def edit(
    pool: ImagingPool,
    prompt: str,
    *,
    size: Size = BASE_SIZE,
    references: tuple[bytes, ...] = (),
    mask: bytes | None = None,
    base: bytes | None = None,
    n: int = 1,
) -> Drawing:
    inputs = Inputs(
        an_image(base or a_png()), tuple(an_image(one) for one in references), an_image(mask) if mask else None
    )
    request = Request(prompt, ModelName("sketch"), size, "medium", n=n, base=PictureId("b"))
    return await SketchProvider(pool).draw(request, inputs, asker=ADA, on_progress=lambda _: None)


def mean(image: Pixels.Image) -> list[float]:
    return ImageStat.Stat(image.convert("RGB")).mean


def is_grey(image: Pixels.Image) -> bool:
    red, green, blue = image.convert("RGB").split()
    return not ImageChops.difference(red, green).getbbox() and not ImageChops.difference(green, blue).getbbox()


def quarter_is_dark(image: Pixels.Image) -> tuple[bool, bool, bool, bool]:
    """Which quarter is the dark one: upper left, upper right, lower left, lower right."""
    right, lower = image.width - 4, image.height - 4
    return tuple(
        sum(image.convert("RGB").getpixel(at)) < 100 for at in ((3, 3), (right, 3), (3, lower), (right, lower))
    )


@pytest.mark.parametrize(
    ("prompt", "holds"),
    [
        ("greyscale", is_grey),
        ("make it black and white please", is_grey),
        ("brighter", lambda image: sum(mean(image)) > sum(mean(BASE)) + 20),
        ("a bit darker", lambda image: sum(mean(image)) < sum(mean(BASE)) - 8),
        ("warmer", lambda image: mean(image)[0] > mean(BASE)[0] and mean(image)[2] < mean(BASE)[2]),
        ("make it cooler", lambda image: mean(image)[0] < mean(BASE)[0] and mean(image)[2] > mean(BASE)[2]),
        ("blur it", lambda image: 30 < image.getpixel((31, 12))[0] < 190),
        ("sharper", lambda image: image.getpixel((33, 12))[0] > 200),
        ("invert", lambda image: image.getpixel((60, 40)) == (55, 195, 215)),
        ("flip", lambda image: quarter_is_dark(image) == (False, True, False, False)),
        ("flip upside down", lambda image: quarter_is_dark(image) == (False, False, True, False)),
        ("rotate 180", lambda image: quarter_is_dark(image) == (False, False, False, True)),
        ("rotate left", lambda image: image.size == (48, 64) and quarter_is_dark(image) == (False, False, True, False)),
        ("rotate 90 degrees", lambda image: image.size == (48, 64) and quarter_is_dark(image)[1]),
        ("make it blue", lambda image: mean(image)[2] > mean(image)[0]),
        ("sepia", lambda image: mean(image)[0] > mean(image)[1] > mean(image)[2]),
        ("make it night", lambda image: sum(mean(image)) < sum(mean(BASE)) / 2),
        ("more contrast", lambda image: ImageStat.Stat(image).stddev[0] > ImageStat.Stat(BASE).stddev[0]),
        ("more colourful", lambda image: image.getpixel((60, 40))[0] > 200),
        ("crop to a square", lambda image: image.size == (48, 48)),
        ("a green border", lambda image: image.getpixel((0, 0)) == (74, 146, 86)),
        ('caption "HELLO"', lambda image: image.getpixel((1, 46))[0] < 90 and image.getpixel((1, 20)) == (20, 20, 30)),
        ("add a yellow balloon", lambda image: ImageChops.difference(image, BASE).getbbox() is not None),
    ],
)
async def test_each_edit_changes_the_pixels(
    pool: ImagingPool, prompt: str, holds: Callable[[Pixels.Image], bool]
) -> None:
    """What the word promises is true of the picture."""
    drawing = await edit(pool, prompt)
    assert holds(opened(drawing.pictures[0]))
    assert not any(note.startswith("Not understood") for note in drawing.notes)


async def test_several_edits_happen_in_the_order_they_were_said(pool: ImagingPool) -> None:
    """The notes list them in that order, and all of them show."""
    drawing = await edit(pool, "greyscale, then flip and caption “BLUE”")
    image = opened(drawing.pictures[0])
    assert drawing.notes == ('Understood: greyscale, flip, caption "BLUE".',)
    assert is_grey(image.crop((0, 0, 64, 12)))
    assert quarter_is_dark(image)[:2] == (False, True)


@pytest.mark.parametrize(
    ("prompt", "label", "left_out"),
    [
        ('caption "你好 世界"', "你好 世界", None),
        ("caption 「初雪」", "初雪", None),
        ('caption "「初雪」の朝"', "「初雪」の朝", None),
        ("title《红楼梦》, greyscale", "红楼梦", None),
        ('add the text "שלום"', "שלום", None),
        ("with a caption “สวัสดี”", "สวัสดี", None),
        ('caption "🎉 नमस्ते"', "🎉 नमस्ते", None),
        ('caption "fox \U0010fffe"', "fox \U0010fffe", "U+10FFFE"),
    ],
)
async def test_a_caption_may_be_in_any_script(pool: ImagingPool, prompt: str, label: str, left_out: str | None) -> None:
    """White letters stand on a dark band, and what no typeface has is named."""
    base = a_png(400, 300)
    drawing = await edit(pool, prompt, base=base, size=Size(400, 300))
    assert drawing.notes[0].startswith(f'Understood: caption "{label}"')
    assert len(drawing.notes) == (1 if left_out is None else 2)
    assert left_out is None or left_out in drawing.notes[1]
    band = opened(drawing.pictures[0]).convert("L").crop((0, 265, 400, 300))
    assert band.getpixel((2, 30)) < 80
    assert sum(band.histogram()[230:]) > 150


async def test_a_caption_of_which_nothing_can_be_drawn_draws_nothing(pool: ImagingPool) -> None:
    """No empty band, and the note says why."""
    drawing = await edit(pool, 'caption "\U0010fffe"')
    assert opened(drawing.pictures[0]).convert("RGB").tobytes() == BASE.convert("RGB").tobytes()
    assert drawing.notes[1].startswith("Not drawn, because no font has them: U+10FFFE.")


async def test_what_is_not_understood_is_said(pool: ImagingPool) -> None:
    """The rest of the sentence is quoted."""
    drawing = await edit(pool, "greyscale and add a unicorn")
    assert drawing.notes == ("Understood: greyscale.", "Not understood: 'add a unicorn'.")


async def test_a_sentence_without_any_known_edit_changes_nothing_and_says_so(pool: ImagingPool) -> None:
    """It is an error that lists what can be done, never a silent copy."""
    with pytest.raises(BadCommand, match="understood none of 'give it more soul'") as refused:
        await edit(pool, "give it more soul")
    assert "greyscale" in (refused.value.hint or "")


@pytest.mark.parametrize("example", known_edits())
def test_every_example_in_the_hint_is_itself_understood(example: str) -> None:
    """The list of edits can be typed as it stands."""
    reading = read_edits(example, [BASE])
    assert len(reading.steps) == 1
    assert reading.missed == ()


@pytest.mark.parametrize(
    ("prompt", "changed"),
    [("", (55, 40)), ("put image 2 on image 1", (55, 40)), ("place image 2 in the top left corner", (15, 15))],
)
async def test_a_reference_is_placed_on_the_picture(pool: ImagingPool, prompt: str, changed: tuple[int, int]) -> None:
    """Where it was asked for, or in the lower right corner."""
    drawing = await edit(pool, prompt, references=(a_png(20, 20, (0, 255, 0)),))
    before, after = BASE.getpixel(changed), opened(drawing.pictures[0]).getpixel(changed)
    assert before != after
    assert drawing.notes == ("Understood: place image 2 on image 1.",)


async def test_a_reference_that_nobody_mentions_is_named(pool: ImagingPool) -> None:
    """An attached picture is never ignored in silence."""
    drawing = await edit(pool, "flip", references=(a_png(),))
    assert drawing.notes[-1] == "Not used: image 2. Say 'place image 2 on image 1'."


async def test_outside_the_mask_nothing_changes(pool: ImagingPool) -> None:
    """The left half is identical, the right half is inverted."""
    drawing = await edit(pool, "invert", mask=a_mask())
    image = opened(drawing.pictures[0])
    assert image.crop((0, 0, 32, 48)).tobytes() == BASE.crop((0, 0, 32, 48)).tobytes()
    assert image.getpixel((60, 40)) == (55, 195, 215)


async def test_transparency_survives_an_edit(pool: ImagingPool) -> None:
    """Colours change, clear stays clear."""
    drawing = await edit(pool, "invert", base=a_png(64, 48, (200, 60, 40, 0)))
    assert opened(drawing.pictures[0]).getpixel((60, 40))[3] == 0


async def test_another_size_is_filled_from_the_middle(pool: ImagingPool) -> None:
    """A size that was asked for comes out exactly."""
    drawing = await edit(pool, "flip", size=Size(100, 100))
    assert opened(drawing.pictures[0]).size == (100, 100)


async def test_several_pictures_of_an_exact_edit_are_the_same_and_it_says_so(pool: ImagingPool) -> None:
    """Nobody wonders why two pictures look alike."""
    drawing = await edit(pool, "flip", n=2)
    assert drawing.pictures[0] == drawing.pictures[1]
    assert drawing.notes[-1] == "The sketch model's edits are exact, so all 2 images are the same."


async def test_previews_of_an_edit_show_its_steps(pool: ImagingPool) -> None:
    """With two edits and one preview, one unfinished picture is shown."""
    seen: list[Progress] = []
    request = Request(
        "greyscale and flip", ModelName("sketch"), Size(64, 48), "medium", partials=1, base=PictureId("b")
    )
    await SketchProvider(pool).draw(request, Inputs(an_image(a_png())), asker=ADA, on_progress=seen.append)
    assert sum(one.preview is not None for one in seen) == 1
    assert seen[-1].done == 1
