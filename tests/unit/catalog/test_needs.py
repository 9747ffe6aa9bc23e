"""Pictures that come with a wish: who can see them, keep to marks, and read what is drawn over them."""

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.domain.ids import ModelName
from bot.domain.requests import PromptSpec
from bot.errors import BadCommand
from tests.clock import TODAY

EVERYTHING = ("openai_images", "svg_author", "sketch")


BLIND = "gpt-oss-120b reads text only, so it cannot see an image."
UNMARKED = "gpt-5.3-codex cannot change only the marked area of an image."
BOTH = "An image can have a marked area or a drawing on it, not both."


def able(name: str) -> str:
    return f"Use a model that can: --model {name}"


def a_catalog(folder: Path, *connected: str) -> Catalog:
    """The built-in models, and one that edits but knows no masks."""
    file = folder / "models.toml"
    file.write_text(
        '[models.plain]\nlabel = "Plain"\nlike = "sketch"\nmasks = false\nmax_inputs = 1\n', encoding="utf-8"
    )
    return Catalog.load(
        extra=file,
        unavailable_reason=lambda model: None if model.provider in connected else "Its key is not set.",
        default_model="sketch" if "sketch" in connected else "codex",
        retired="successor",
        today=lambda: TODAY,
    )


def refusal(
    catalog: Catalog,
    model: str,
    *,
    inputs: int = 1,
    mask: bool = False,
    markup: bool = False,
    seen_inputs: int | None = None,
) -> tuple[str, str | None] | None:
    """Text and hint, or None where the model can."""
    try:
        catalog.complete(
            PromptSpec("x", model=model),
            defaults=PromptSpec(""),
            base=None,
            inputs=inputs,
            partials=0,
            mask=mask,
            markup=markup,
            seen_inputs=seen_inputs,
        )
    except BadCommand as error:
        return error.text, error.hint
    return None


@pytest.mark.parametrize(
    ("model", "inputs", "seen_inputs", "said"),
    [
        ("oss", 1, None, (BLIND, able("gpt-5.3-codex"))),
        ("oss", 1, 1, (BLIND, able("gpt-5.3-codex"))),
        ("oss", 2, 1, (BLIND, able("gpt-5.3-codex"))),
        ("oss", 1, 0, None),
        ("oss", 0, None, None),
        ("codex", 8, None, None),
        ("codex", 9, None, ("gpt-5.3-codex takes at most 8 images, and this has 9.", able("gpt-image-2.6-sunburst"))),
        ("plain", 2, None, ("plain takes at most 1 image, and this has 2.", able("sketch"))),
        ("flare", 16, None, None),
    ],
)
def test_a_model_that_reads_text_only_sees_no_picture(
    tmp_path: Path, model: str, inputs: int, seen_inputs: int | None, said: tuple[str, str] | None
) -> None:
    """A drawing that has its SVG can be edited by any text model; a picture only by one that sees, which is named."""
    assert refusal(a_catalog(tmp_path, *EVERYTHING), model, inputs=inputs, seen_inputs=seen_inputs) == said


@pytest.mark.parametrize(
    ("connected", "model", "mask", "markup", "said"),
    [
        (EVERYTHING, "flare", True, False, None),
        (EVERYTHING, "flare", False, True, None),
        (EVERYTHING, "flare", True, True, (BOTH, "Remove one of the two.")),
        (EVERYTHING, "mini", True, False, None),
        (
            EVERYTHING,
            "mini",
            False,
            True,
            ("gpt-image-1-mini cannot read what is drawn on an image.", able("gpt-image-2.6-sunburst")),
        ),
        (EVERYTHING, "codex", True, False, (UNMARKED, able("sketch"))),
        (("sketch",), "plain", True, False, ("plain cannot change only the marked area of an image.", able("sketch"))),
        (
            ("sketch",),
            "sketch",
            False,
            True,
            ("sketch cannot read what is drawn on an image.", "Remove the drawing and say in words what to change."),
        ),
        (
            ("svg_author",),
            "codex",
            True,
            False,
            (UNMARKED, "Send the image without marks, and say in words where to change it."),
        ),
    ],
)
def test_marks_need_a_model_that_understands_them(
    tmp_path: Path, connected: tuple[str, ...], model: str, mask: bool, markup: bool, said: tuple[str, str] | None
) -> None:
    """Masks and markup are refused where the model cannot use them, with a connected one that can, else in words."""
    assert refusal(a_catalog(tmp_path, *connected), model, mask=mask, markup=markup) == said


def test_sight_is_asked_for_again_when_the_pictures_are_there(tmp_path: Path) -> None:
    """A job that learns late that a picture has no SVG is refused in the same words, and a seeing model never is."""
    catalog = a_catalog(tmp_path, *EVERYTHING)
    catalog.require_vision(ModelName("gpt-oss-120b"), 0)
    catalog.require_vision(ModelName("gpt-5.3-codex"), 2)
    with pytest.raises(BadCommand, match="gpt-oss-120b reads text only") as caught:
        catalog.require_vision(ModelName("gpt-oss-120b"), 1)
    assert caught.value.hint == "Use a model that can: --model gpt-5.3-codex"
