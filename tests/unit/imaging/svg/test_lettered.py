"""Text in drawings: any script is drawn as it is read, and what no typeface has is left out and named."""

import asyncio
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.pictures import Size
from bot.imaging.svg.lettered import PreparedSvg, prepare_text
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import sanitise
from tests.builders import opened
from tests.unit.imaging.test_text import SAMPLES, UNKNOWN, difference, has_boxes
from tests.unit.providers.svg_author.text_model import SIZE, Studio, a_request, open_studio

ROW_PX, WIDTH_PX = 64, 640


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with open_studio(tmp_path) as studio:
        yield studio


def a_drawing(inside: str, size: Size) -> PreparedSvg:
    return prepare_text(sanitise(f'<svg viewBox="0 0 {size.width_px} {size.height_px}">{inside}</svg>', size))


def inks_of(*texts: str, style: str = "") -> list[Image.Image]:
    """The ink of each text, from one drawing that has them below each other."""
    size = Size(WIDTH_PX, ROW_PX * len(texts))
    rows = "".join(
        f'<text x="10" y="{ROW_PX * row + 44}" font-size="32" {style}>{text}</text>' for row, text in enumerate(texts)
    )
    drawing = a_drawing(rows, size)
    sheet = opened(asyncio.run(Rasteriser().draw(drawing.svg, size, background="auto"))).getchannel("A")
    inks = [sheet.crop((0, ROW_PX * row, WIDTH_PX, ROW_PX * (row + 1))) for row in range(len(texts))]
    return [ink.crop(ink.getbbox()) for ink in inks]


@lru_cache
def samples() -> dict[str, Image.Image]:
    return dict(zip(SAMPLES, inks_of(*SAMPLES.values(), style='font-family="Georgia, serif"'), strict=True))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_script_is_drawn(name: str) -> None:
    """Whatever family a model asks for, there are letters and no boxes."""
    ink = samples()[name]
    assert ink.getbbox() is not None
    assert ink.width > 40
    assert not has_boxes(ink)


def test_the_order_and_the_joints_are_those_of_reading() -> None:
    """Hebrew and Arabic run from the right, also among others; joined letters differ from those that stand alone."""
    hebrew, from_right, from_left = inks_of("שלום עולם", "\u202eשלום עולם\u202c", "\u202dשלום עולם\u202c")
    assert hebrew == from_right
    assert hebrew != from_left
    joined, apart = inks_of("ببب", "ب\u200cب\u200cب")
    assert joined.width < apart.width
    mixed, right, wrong = inks_of("abc שלום 12", "\u202dabc 12 םולש\u202c", "\u202dabc שלום 12\u202c")
    assert difference(mixed, right) < difference(mixed, wrong) / 2


def test_a_word_is_of_one_typeface() -> None:
    """Where the first typeface has only some letters of a script, the one that has all of them is used."""
    for words in ("یہ اردو ہے", "בָּ֣רָא"):
        family = "Noto Sans Arabic" if words.startswith("ی") else "Noto Sans Hebrew"
        usual, all_alike = (inks_of(words, style=f'font-family="{each}"')[0] for each in ("DejaVu Sans", family))
        assert usual == all_alike


@pytest.mark.parametrize("style", ['font-weight="bold"', 'style="font-weight:700"', 'font-style="italic"'])
def test_every_script_is_bold_or_slanted_where_it_is_asked_for(style: str) -> None:
    """Also those that have one face only."""
    words = ("初雪", "नमस्ते", "สวัสดี", "שלום")
    for plain, styled in zip(inks_of(*words), inks_of(*words, style=style), strict=True):
        assert plain != styled
        if "weight" in style:
            assert sum(styled.histogram()[128:]) > sum(plain.histogram()[128:]) * 1.1


def test_what_no_typeface_has_is_left_out_of_the_picture_alone() -> None:
    """What is kept is what the model wrote; titles are not drawn, so nothing in them is missing."""
    size = Size(64, 64)
    drawing = a_drawing(
        f"<title>{UNKNOWN}</title><text>a{UNKNOWN}<tspan>b<title>{UNKNOWN}</title>{UNKNOWN}\u0301</tspan>c{UNKNOWN}</text>",
        size,
    )
    assert drawing.missing == UNKNOWN
    assert drawing.original.decode().count(UNKNOWN) == 5
    assert drawing.svg.decode().count(UNKNOWN) == 2
    assert "\u0301" not in drawing.svg.decode()
    only_a_title = a_drawing(f"<title>{UNKNOWN}</title><text>初雪</text>", size)
    assert only_a_title.missing == ""


def test_plain_drawings_stay_as_they_are() -> None:
    """Without a letter beyond ASCII there is nothing to prepare."""
    drawing = a_drawing('<text x="9" y="9">fox</text>', Size(64, 64))
    assert drawing.svg is drawing.original


def test_each_text_has_its_own_language() -> None:
    """Chinese characters take the forms of the language that the text around them is in."""
    drawing = a_drawing("<text>直骨</text><text>直骨<tspan>の</tspan></text><text>fox ñ</text>", Size(64, 64))
    assert drawing.svg.decode().count('lang="zh-cn"') == drawing.svg.decode().count('lang="ja"') == 1
    chinese, japanese = inks_of("直骨", "直骨<tspan>の</tspan>")
    first, other = chinese.crop((0, 0, 64, 30)), japanese.crop((0, 0, 64, 30))
    assert first != other


@pytest.mark.parametrize(("words", "note"), [("初雪", None), (f"初雪{UNKNOWN}", "U+10FFFE")])
async def test_a_model_may_write_in_any_script(studio: Studio, words: str, note: str | None) -> None:
    """Its picture has the letters, and its card names what could not be drawn."""
    ground = '<rect width="192" height="128" fill="#fff"/>'
    svg = f'<svg viewBox="0 0 192 128">{ground}<text x="9" y="90" font-size="60">{words}</text></svg>'
    studio.openai.answer(svg)
    drawing, _ = await studio.draw(a_request())
    ink = opened(drawing.pictures[0]).convert("L").point(lambda value: 255 - value)
    assert ink.size == (SIZE.width_px, SIZE.height_px)
    assert not has_boxes(ink.crop(ink.getbbox()))
    left, _, right, _ = ink.getbbox() or (0, 0, 0, 0)
    assert 110 < right - left < 125
    assert len(drawing.notes) == (0 if note is None else 1)
    assert note is None or note in drawing.notes[0]
    assert words.encode() in (drawing.svgs[0] or b"")
