"""GIF and SVG output: where an entry lists them, with what each of them excludes."""

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.completion import Completed
from bot.catalog.pricing import count_output_tokens, estimate_cost
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec
from bot.errors import BadCommand
from tests.catalogs import a_catalog

NOTHING = PromptSpec("")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The built-in models, with the formats of an account that OpenAI lets draw GIF and SVG."""
    file: Path = tmp_path_factory.mktemp("catalog") / "models.toml"
    file.write_text(
        '[models."gpt-image-2.6-flare"]\nformats = ["png", "webp", "jpeg", "gif", "svg"]\n'
        '[models.small]\nlabel = "Small"\nlike = "gpt-image-1.5"\nformats = ["png", "gif"]\n'
        '[models.lively]\nlabel = "Lively"\nlike = "gpt-image-2.6-flare"\nformats = ["gif", "png"]\n',
        encoding="utf-8",
    )
    return a_catalog(file, default_model="gpt-image-2.6-flare")


def completed(
    catalog: Catalog,
    spec: PromptSpec,
    *,
    defaults: PromptSpec = NOTHING,
    base: Size | None = None,
    inputs: int = 0,
    mask: bool = False,
) -> Completed:
    return catalog.complete(spec, defaults=defaults, base=base, inputs=inputs, partials=3, mask=mask)


@pytest.mark.parametrize(
    ("spec", "size", "notes"),
    [
        (PromptSpec("x"), Size(960, 960), ()),
        (PromptSpec("x", size="512x512"), Size(512, 512), ()),
        (PromptSpec("x", size="1280x720"), Size(1280, 720), ()),
        (PromptSpec("x", size="auto"), Size(960, 960), ("chooses the size: the estimate is for 960x960",)),
        (PromptSpec("x", size="square"), Size(960, 960), ("921,600 pixels (a GIF is nine frames on one sheet)",)),
        (PromptSpec("x", size="landscape"), Size(1168, 784), ("1536x1024 has an edge over 1280 pixels (a", "1168x784")),
        (PromptSpec("x", size="128x128"), Size(272, 272), ("fewer than 72,818 pixels",)),
        (PromptSpec("x", ratio=(16, 9)), Size(1280, 720), ()),
        (PromptSpec("x", model="small", size="portrait"), Size(1024, 1536), ()),
    ],
)  # fmt: skip
def test_the_frames_of_a_gif_fit_their_sheet(
    catalog: Catalog, spec: PromptSpec, size: Size, notes: tuple[str, ...]
) -> None:
    """A GIF's frames are a ninth of the sheet that the model draws; a size that was said and does not fit is noted."""
    result = completed(catalog, spec, defaults=PromptSpec("", format="gif"))
    assert (result.request.size, result.request.format) == (size, "gif")
    assert [words for words in notes if words not in " ".join(result.notes)] == []
    assert len(result.notes) == (1 if notes else 0)


def test_a_gif_that_is_edited_keeps_to_its_sheet(catalog: Catalog) -> None:
    """A base that is too large for a frame is followed in shape, at once or when its size is learnt."""
    at_once = completed(catalog, PromptSpec("x", format="gif"), base=Size(1024, 1024), inputs=1)
    late = completed(catalog, PromptSpec("x", format="gif"), inputs=1)
    assert at_once.request.size == Size(960, 960)
    assert catalog.fit_to_base(late.request, Size(1024, 1024)) == (at_once.request, at_once.notes)
    assert "The image to edit, 1024x1024, has more than 921,600 pixels (a GIF" in at_once.notes[0]


@pytest.mark.parametrize(
    ("spec", "field", "value", "notes"),
    [
        (PromptSpec("x", format="png"), "partials", 3, ()),
        (PromptSpec("x", format="gif"), "partials", 0, ()),
        (PromptSpec("x", format="SVG"), "partials", 0, ()),
        (PromptSpec("x", format="svg"), "size", Size(1024, 1024), ()),
        (PromptSpec("x", format="gif", compression=5), "compression", None, ("--compression is ignored",)),
        (PromptSpec("x", format="svg", compression=5), "compression", None, ("for webp and jpeg, and this is svg",)),
        (PromptSpec("x", format="svg", background="clear"), "background", "transparent", ()),
        (PromptSpec("x", format="gif", background="clear"), "format", "png", ("gif has no transparency: using png.",)),
        (PromptSpec("x", format="gif", model="sunburst"), "format", "png", ("cannot draw gif: using png.",)),
        (PromptSpec("x", format="svg", model="codex"), "format", "png", ("gpt-5.3-codex always draws SVG",)),
        (PromptSpec("x", model="lively"), "format", "gif", ()),
    ],
)
def test_gif_and_svg_exclude_what_they_cannot_have(
    catalog: Catalog, spec: PromptSpec, field: str, value: object, notes: tuple[str, ...]
) -> None:
    """Neither has previews or a compression, and a model without them draws its usual format, with a note."""
    result = completed(catalog, spec)
    assert getattr(result.request, field) == value
    assert [words for words in notes if words not in " ".join(result.notes)] == []
    assert len(result.notes) == (1 if notes else 0)


def test_a_marked_area_and_a_gif_exclude_each_other(catalog: Catalog) -> None:
    """You asked for together they are refused; where only a default or the model wants a GIF, the mask wins."""
    with pytest.raises(BadCommand) as caught:
        completed(catalog, PromptSpec("x", format="gif"), inputs=1, mask=True)
    assert caught.value.text == "An edit of only the marked area cannot be saved as gif."
    assert (
        caught.value.hint
        == "Nearest: --format png. Or send the image without marks, and say in words where to change it."
    )
    by_default = completed(catalog, PromptSpec("x"), defaults=PromptSpec("", format="gif"), inputs=1, mask=True)
    assert (by_default.request.format, by_default.notes) == (
        "png",
        ("Your default: An edit of only the marked area cannot be saved as gif. Using png.",),
    )
    by_model = completed(catalog, PromptSpec("x", model="lively"), inputs=1, mask=True)
    assert (by_model.request.format, by_model.notes) == ("png", ())


@pytest.mark.parametrize(("image_format", "drawn"), [("gif", "2880x2880"), ("svg", "960x960"), ("png", "960x960")])
def test_a_gif_costs_what_its_sheet_costs(catalog: Catalog, image_format: str, drawn: str) -> None:
    """The estimate of a GIF counts its whole sheet; an SVG is estimated as the picture it is made from."""
    request = catalog.complete(
        PromptSpec("", size="960x960", format=image_format), defaults=NOTHING, base=None, inputs=0, partials=0
    ).request
    model = catalog.default
    tokens = count_output_tokens(model, "medium", Size.parse(drawn))
    assert tokens is not None
    assert estimate_cost(model, request, ()) == 6 * 5 + tokens * 30
