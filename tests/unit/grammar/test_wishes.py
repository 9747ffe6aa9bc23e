"""Forms become wishes, and a request becomes the line that asks for it again."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.commands import Imagine
from bot.domain.ids import ModelName
from bot.domain.pictures import PICTURE_FORMATS, Background, PictureFormat, Size
from bot.domain.requests import PromptSpec, Request, VersionName
from bot.errors import BadCommand
from bot.grammar.characters import clean_text
from bot.grammar.commands import parse_command
from bot.grammar.prompt_specs import command_line, spec_from_form


def spec(text: str) -> PromptSpec:
    command = parse_command(text)
    assert isinstance(command, Imagine)
    return command.spec


@settings(deadline=None)
@given(
    prompt=st.text(max_size=80) | st.sampled_from(["help", "a --n 2", "-- x", "cat::2", '--no "x', "v2: x", "a\n\nb"]),
    model=st.sampled_from(["sketch", "gpt-image-2"]),
    width=st.integers(1, 99_999),
    height=st.integers(1, 99_999),
    quality=st.sampled_from(["low", "max", "auto"]),
    effort=st.none() | st.sampled_from(["none", "xhigh"]),
    auto_size=st.booleans(),
    n=st.integers(1, 10),
    background=st.sampled_from(("auto", "opaque", "transparent")),
    image_format=st.sampled_from(PICTURE_FORMATS),
    compression=st.none() | st.integers(0, 100),
)
def test_a_copied_command_asks_for_the_same_again(
    prompt: str,
    model: str,
    width: int,
    height: int,
    quality: str,
    effort: str | None,
    auto_size: bool,
    n: int,
    background: Background,
    image_format: PictureFormat,
    compression: int | None,
) -> None:
    """The copyable line of a request is read back as exactly that request, whatever its prompt holds."""
    prompt = clean_text(prompt).strip()
    assume(prompt)
    request = Request(
        prompt=prompt,
        model=ModelName(model),
        size=Size(width, height),
        quality=quality,
        effort=effort,
        auto_size=auto_size,
        n=n,
        background=background,
        format=image_format,
        compression=compression,
    )
    line = command_line(request)
    assert spec(line.removeprefix("/imagine ")) == PromptSpec(
        prompt=prompt,
        model=model,
        size="auto" if auto_size else f"{width}x{height}",
        quality=quality,
        effort=effort,
        n=n,
        background=background,
        format=image_format,
        compression=compression,
    )


def test_a_copied_command_is_easy_to_read() -> None:
    """The copyable line begins with the prompt and ends with the flags."""
    request = Request(prompt="a red fox", model=ModelName("sketch"), size=Size(64, 64), quality="low")
    assert command_line(request) == (
        "/imagine a red fox --model sketch --size 64x64 --quality low --n 1 --background auto --format png"
    )
    assert command_line(replace(request, effort="none", auto_size=True)) == (
        "/imagine a red fox --model sketch --size auto --quality low --effort none --n 1 --background auto --format png"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"prompt": "darker", "quality": "high", "n": "2"}, PromptSpec("darker", quality="high", n=2)),
        ({"prompt": "darker", "size": "", "on": "v2b"}, PromptSpec("darker", on=VersionName(2, 1))),
        ({"prompt": "darker --quality low", "quality": "high"}, PromptSpec("darker", quality="low")),
        ({"prompt": "darker --ar 1:1", "size": "64x64"}, PromptSpec("darker", ratio=(1, 1))),
        ({"prompt": "darker", "size": "1536 × 1024"}, PromptSpec("darker", size="1536x1024")),
    ],
)
def test_a_form_is_a_wish_whose_typed_flags_win(values: dict[str, str], expected: PromptSpec) -> None:
    """Form fields become the wish; empty ones are not said; a flag inside the prompt beats its field."""
    assert spec_from_form(values) == expected


@pytest.mark.parametrize("values", [{"prompt": " "}, {}, {"prompt": "x", "n": "11"}, {"prompt": "x", "siez": "1"}])
def test_a_form_is_refused_as_typed_words_are(values: dict[str, str]) -> None:
    """An empty prompt, an illegal value or an unknown field of a form is refused."""
    with pytest.raises(BadCommand):
        spec_from_form(values)


def test_a_form_with_pictures_needs_no_words() -> None:
    """With attached pictures the form's prompt may be empty."""
    assert spec_from_form({"prompt": ""}, allow_empty_prompt=True) == PromptSpec("")
