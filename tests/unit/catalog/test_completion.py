"""From a wish to a complete request: nothing stays implicit, and nothing is changed in silence."""

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.completion import Completed
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec, Request
from bot.errors import BadCommand
from tests.clock import TODAY

NOTHING = PromptSpec("")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every built-in model, and two with abilities that no built-in one has."""
    file: Path = tmp_path_factory.mktemp("catalog") / "models.toml"
    file.write_text(
        '[models.poster]\nlabel = "Poster"\nlike = "sketch"\nedits = false\nn_max = 2\n'
        '[models.plain]\nlabel = "Plain"\nlike = "sketch"\nformats = ["jpeg"]\n'
        'backgrounds = ["opaque"]\nmax_partials = 0\n',
        encoding="utf-8",
    )
    return Catalog.load(
        extra=file,
        unavailable_reason=lambda model: "Its key is not set." if model.provider == "svg_author" else None,
        default_model="sketch",
        retired="successor",
        today=lambda: TODAY,
    )


def completed(
    catalog: Catalog,
    spec: PromptSpec,
    *,
    defaults: PromptSpec = NOTHING,
    base: Size | None = None,
    inputs: int = 0,
    partials: int = 0,
) -> Completed:
    return catalog.complete(spec, defaults=defaults, base=base, inputs=inputs, partials=partials)


def test_a_bare_prompt_becomes_a_complete_request(catalog: Catalog) -> None:
    """What nobody said comes from the model's own usual values, without a note."""
    assert completed(catalog, PromptSpec("a fox")) == Completed(
        Request(
            prompt="a fox",
            model=catalog.default.name,
            size=Size(1024, 1024),
            quality="medium",
            n=1,
            background="auto",
            format="png",
        ),
        notes=(),
        follows_base=False,
    )


@pytest.mark.parametrize(
    ("spec", "field", "value", "notes"),
    [
        (PromptSpec("x", size="landscape"), "size", Size(1536, 1024), []),
        (PromptSpec("x", model="flare", size="1000x1000"), "size", Size(1008, 1008),
         ["multiple of 16: using 1008x1008."]),
        (PromptSpec("x", model="mini", size="portrait"), "size", Size(1024, 1536), []),
        (PromptSpec("x", model="mini", size="1920x1080"), "size", Size(1536, 1024),
         ["is not one of", "using 1536x1024."]),
        (PromptSpec("x", model="flare", ratio=(16, 9)), "size", Size(1280, 720), []),
        (PromptSpec("x", model="flare", ratio=(5, 1)), "size", Size(1776, 592), ["cannot draw 5:1: using 1776x592."]),
        (PromptSpec("x", model="mini", ratio=(16, 9)), "size", Size(1536, 1024),
         ["cannot draw 16:9: using 1536x1024."]),
        (PromptSpec("x", model="flare", quality="High"), "quality", "high", []),
        (PromptSpec("x", model="flare", quality="HD"), "quality", "high", []),
        (PromptSpec("x", model="flare", quality="extra high"), "quality", "xhigh", []),
        (PromptSpec("x", model="flare", quality="best"), "quality", "max", []),
        (PromptSpec("x", quality="standard"), "quality", "medium", []),
        (PromptSpec("x", quality="auto"), "quality", "medium", ["Quality auto is medium on sketch."]),
        (PromptSpec("x", model="gpt-image-2", quality="xhigh"), "quality", "high",
         ["has no quality xhigh: using high."]),
        (PromptSpec("x", background="Clear"), "background", "transparent", []),
        (PromptSpec("x", model="gpt-image-2", background="clear"), "background", "auto", ["using auto."]),
        (PromptSpec("x", format=".JPG"), "format", "jpeg", []),
        (PromptSpec("x", format="gif"), "format", "png", ["sketch cannot draw gif: using png."]),
        (PromptSpec("x", background="transparent", format="jpeg"), "format", "png",
         ["jpeg has no transparency: using png."]),
        (PromptSpec("x", background="transparent", format="webp"), "format", "webp", []),
        (PromptSpec("x", format="webp", compression=40), "compression", 40, []),
        (PromptSpec("x", compression=40), "compression", None, ["--compression is ignored"]),
        (PromptSpec("x", n=10), "n", 10, []),
        (PromptSpec("x", exclude="hats, dogs"), "prompt", "x\n\nDo not include: hats, dogs.", []),
    ],
)  # fmt: skip
def test_a_wish_is_honoured_or_adjusted_with_a_note(
    catalog: Catalog, spec: PromptSpec, field: str, value: object, notes: list[str]
) -> None:
    """Legal values stay as they are, other ones become the nearest legal one, and exactly then a note says so."""
    result = completed(catalog, spec)
    assert getattr(result.request, field) == value
    said = " ".join(result.notes)
    assert [words for words in notes if words not in said] == []
    assert len(result.notes) == (1 if notes else 0)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            PromptSpec("x", model="flare", size="99999x1"),
            ["--size '99999x1'", "wider than 3:1", "Nearest: --size 1408x480"],
        ),
        (PromptSpec("x", size="1x1"), ["--size '1x1'", "under 64", "Nearest: --size 64x64", "edges 64 to 3840"]),
        (PromptSpec("x", model="flare", ratio=(100, 1)), ["--ar '100:1'", "Nearest: --size 1776x592"]),
        (PromptSpec("x", quality="hihg"), ["--quality 'hihg'", "low, medium, high", "Nearest: --quality high"]),
        (PromptSpec("x", quality="7"), ["--quality '7'", "low, medium, high"]),
        (PromptSpec("x", background="tranparent"), ["--background 'tranparent'", "Nearest: --background transparent"]),
        (PromptSpec("x", format="bmp"), ["--format 'bmp'", "png, webp, jpeg", "Nearest: --format png"]),
        (PromptSpec("x", model="poster", n=3), ["--n '3'", "1 to 2", "Nearest: --n 2"]),
        (PromptSpec("x", model="skecth"), ["'skecth'", "Nearest: --model sketch"]),
    ],
)
def test_what_no_adjustment_can_honour_is_refused(catalog: Catalog, spec: PromptSpec, words: list[str]) -> None:
    """A value that nobody can have meant is refused with the legal values and the nearest one."""
    with pytest.raises(BadCommand) as caught:
        completed(catalog, spec)
    said = f"{caught.value.text} | {caught.value.hint}"
    assert [word for word in words if word not in said] == []


def test_defaults_apply_where_the_wish_is_silent(catalog: Catalog) -> None:
    """A person's defaults fill what they did not say, and what they said wins."""
    defaults = PromptSpec("", model="flare", size="landscape", quality="high", n=3, format="webp", compression=70)
    request = completed(catalog, PromptSpec("x", quality="low"), defaults=defaults).request
    assert (request.model, request.size, request.quality) == ("gpt-image-2.6-flare", Size(1536, 1024), "low")
    assert (request.n, request.format, request.compression) == (3, "webp", 70)


@pytest.mark.parametrize(
    ("spec", "defaults", "field", "value", "note"),
    [
        (
            PromptSpec("x"),
            PromptSpec("", model="codex"),
            "model",
            "sketch",
            "Your default: gpt-5.3-codex is not connected",
        ),
        (PromptSpec("x"), PromptSpec("", model="gone"), "model", "sketch", "Using sketch."),
        (
            PromptSpec("x"),
            PromptSpec("", quality="xhigh"),
            "quality",
            "high",
            "Your default: sketch has no quality xhigh",
        ),
        (PromptSpec("x", model="poster"), PromptSpec("", n=4), "n", 1, "Your default: --n '4' is too many for poster"),
        (PromptSpec("x"), PromptSpec("", ratio=(9999, 1)), "size", Size(1024, 1024), "Your default: --ar '9999:1'"),
        (
            PromptSpec("x", model="plain"),
            PromptSpec("", format="png"),
            "format",
            "jpeg",
            "Your default: plain cannot draw png",
        ),
        (
            PromptSpec("x", format="jpeg"),
            PromptSpec("", background="transparent"),
            "background",
            "auto",
            "your default background",
        ),
        (
            PromptSpec("x", format="jpeg"),
            PromptSpec("", background="transparent"),
            "format",
            "jpeg",
            "your default background",
        ),
    ],
)
def test_a_default_that_does_not_fit_never_stops_anyone(
    catalog: Catalog, spec: PromptSpec, defaults: PromptSpec, field: str, value: object, note: str
) -> None:
    """A default that is illegal for the model gives way to a legal value, with a note."""
    result = completed(catalog, spec, defaults=defaults)
    assert getattr(result.request, field) == value
    assert note in " ".join(result.notes)


def test_a_default_compression_is_for_formats_that_have_one(catalog: Catalog) -> None:
    """A default compression says nothing about a PNG, so no note is needed."""
    result = completed(catalog, PromptSpec("x"), defaults=PromptSpec("", compression=50))
    assert (result.request.compression, result.notes) == (None, ())


@pytest.mark.parametrize(
    ("spec", "base", "size", "follows", "notes"),
    [
        (PromptSpec("x", model="flare"), Size(1536, 1024), Size(1536, 1024), True, 0),
        (PromptSpec("x", model="flare"), Size(1000, 1000), Size(1008, 1008), True, 1),
        (PromptSpec("x", model="mini"), Size(4000, 3000), Size(1536, 1024), True, 1),
        (PromptSpec("x", model="flare"), None, Size(1024, 1024), True, 0),
        (PromptSpec("x", size="square"), Size(1536, 1024), Size(1024, 1024), False, 0),
        (PromptSpec("x", ratio=(1, 1)), Size(1536, 1024), Size(1024, 1024), False, 0),
    ],
)
def test_an_edit_without_a_size_follows_its_base(
    catalog: Catalog, spec: PromptSpec, base: Size | None, size: Size, follows: bool, notes: int
) -> None:
    """The base's size beats a default; a size that was said beats the base; an unknown base is followed later."""
    result = completed(
        catalog, spec, defaults=PromptSpec("", size="portrait" if follows and base else None), base=base, inputs=1
    )
    assert (result.request.size, result.follows_base, len(result.notes)) == (size, follows, notes)


def test_a_base_whose_size_is_learnt_late_is_followed_then(catalog: Catalog) -> None:
    """`fit_to_base` gives the size that following the base would have given at once, with the same note."""
    late = completed(catalog, PromptSpec("x", model="flare"), inputs=1)
    request, notes = catalog.fit_to_base(late.request, Size(1000, 1000))
    at_once = completed(catalog, PromptSpec("x", model="flare"), base=Size(1000, 1000), inputs=1)
    assert (request, notes) == (at_once.request, at_once.notes)


@pytest.mark.parametrize(
    ("spec", "inputs", "words"),
    [
        (PromptSpec("x", model="poster"), 1, ["poster cannot edit images", "--model sketch"]),
        (PromptSpec("x"), 5, ["sketch takes at most 4 images, and this has 5", "--model gpt-image-2.6-sunburst"]),
        (PromptSpec("x", model="flare"), 17, ["at most 16 images, and this has 17", "Remove 1 image."]),
    ],
)
def test_too_many_pictures_are_refused(catalog: Catalog, spec: PromptSpec, inputs: int, words: list[str]) -> None:
    """A model that cannot edit, or not so many pictures, is refused; one that can is named where there is one."""
    with pytest.raises(BadCommand) as caught:
        completed(catalog, spec, inputs=inputs)
    said = f"{caught.value.text} | {caught.value.hint}"
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(("spec", "partials"), [(PromptSpec("x"), 2), (PromptSpec("x", model="plain"), 0)])
def test_previews_are_asked_of_models_that_stream(catalog: Catalog, spec: PromptSpec, partials: int) -> None:
    """As many partial pictures are asked for as can be shown and the model streams."""
    assert completed(catalog, spec, partials=2).request.partials == partials


def test_the_successor_of_a_model_is_noted_first(catalog: Catalog) -> None:
    """Notes about the model come before notes about its values."""
    result = completed(catalog, PromptSpec("x", model="dall-e-3", size="1000x1000"))
    assert [note.split()[0] for note in result.notes] == ["dall-e-3", "1000x1000"]
