"""Money: every published price point, and "unknown" where nothing is known."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog.model import Model
from bot.catalog.pricing import actual_cost, count_output_tokens, estimate_cost, price_hint
from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.domain.usage import Usage
from tests.catalogs import a_catalog

CATALOG = a_catalog()


def model(name: str) -> Model:
    found = CATALOG.get(ModelName(name))
    assert found is not None
    return found


def a_request(
    size: str = "1024x1024", *, prompt: str = "", quality: str = "medium", n: int = 1, partials: int = 0
) -> Request:
    return Request(
        prompt=prompt, model=ModelName("any"), size=Size.parse(size), quality=quality, n=n, partials=partials
    )


SIZES = ("1024x1024", "1536x1024", "1536x864", "2048x2048", "2560x1440", "3840x2160")
LOW = ((196, 158, 120, 397, 205, 371), (0.0059, 0.0047, 0.0036, 0.0119, 0.0062, 0.0111))
SMALL = ((439, 343, 280, 892, 478, 865), (0.0132, 0.0103, 0.0084, 0.0268, 0.0143, 0.0260))
MIDDLE = ((1756, 1372, 1078, 3568, 1843, 3336), (0.0527, 0.0412, 0.0323, 0.1070, 0.0553, 0.1001))
LARGE = ((3122, 2459, 1917, 6343, 3276, 5930), (0.0937, 0.0738, 0.0575, 0.1903, 0.0983, 0.1779))
MOST = ((7024, 5488, 4312, 14272, 7370, 13342), (0.2107, 0.1646, 0.1294, 0.4282, 0.2211, 0.4003))
ROWS = {
    "gpt-image-2": {"low": LOW, "medium": MIDDLE, "high": MOST},
    "gpt-image-2.5-sunburst": {"low": LOW, "medium": SMALL, "high": MIDDLE, "xhigh": LARGE, "max": MOST},
    "gpt-image-2.5-flare": {"low": LOW, "medium": SMALL, "high": MIDDLE, "xhigh": LARGE, "max": MOST},
}
FLEXIBLE_POINTS = [
    (name, quality, size, tokens, usd)
    for name, qualities in ROWS.items()
    for quality, (row, prices) in qualities.items()
    for size, tokens, usd in zip(SIZES, row, prices, strict=True)
]
FIXED_POINTS = [
    (name, quality, size, tokens)
    for name in ("gpt-image-1.5", "gpt-image-1.5-2025-12-16", "chatgpt-image-latest", "gpt-image-1-mini")
    for quality, row in {"low": (272, 408, 400), "medium": (1056, 1584, 1568), "high": (4160, 6240, 6208)}.items()
    for size, tokens in zip(("1024x1024", "1024x1536", "1536x1024"), row, strict=True)
]


@pytest.mark.parametrize(("name", "quality", "size", "tokens", "usd"), FLEXIBLE_POINTS)
def test_published_points_of_the_formula_are_exact(name: str, quality: str, size: str, tokens: int, usd: float) -> None:
    """Every listed token count of gpt-image-2 and 2.5 is met exactly, and its price to the listed digit."""
    assert count_output_tokens(model(name), quality, Size.parse(size)) == tokens
    usage = Usage(image_out=tokens)
    assert actual_cost(model(name), usage) == pytest.approx(usd * 1e6, abs=51)


@pytest.mark.parametrize(("name", "quality", "size", "tokens"), FIXED_POINTS)
def test_published_points_of_the_fixed_sizes_are_exact(name: str, quality: str, size: str, tokens: int) -> None:
    """Every listed token count of the 1.x models is met exactly."""
    assert count_output_tokens(model(name), quality, Size.parse(size)) == tokens


@pytest.mark.parametrize(
    ("quality", "size", "measured", "error"),
    [("low", "1536x1024", 664, 0.096), ("high", "1536x1024", 1353, 0.015), ("high", "3840x2160", 3337, 0.001)],
)
def test_measured_points_of_2_6_are_covered(quality: str, size: str, measured: int, error: float) -> None:
    """Without its margin the fitted formula is as far off as stated; with it, no measured drawing costs more."""
    tokens = count_output_tokens(model("gpt-image-2.6-flare"), quality, Size.parse(size))
    assert tokens is not None
    assert tokens / 1.12 == pytest.approx(measured, rel=error)
    assert tokens >= measured


@given(width=st.integers(16, 3840), height=st.integers(16, 3840), quality=st.sampled_from(["low", "medium", "high"]))
@settings(deadline=None)
def test_portrait_costs_what_landscape_costs(width: int, height: int, quality: str) -> None:
    """Turning a picture by 90 degrees never changes its tokens."""
    assert count_output_tokens(model("gpt-image-2"), quality, Size(width, height)) == count_output_tokens(
        model("gpt-image-2"), quality, Size(height, width)
    )


@pytest.mark.parametrize(
    ("inputs", "tokens"),
    [
        ((Size(1024, 1024),), 1024),
        ((Size(512, 512),), 1024),
        ((Size(256, 256),), 256),
        ((Size(1536, 1024),), 1536),
        ((Size(4000, 3000),), 1536),
        ((Size(1000, 100),), 32 * 11),
        ((Size(1024, 1024), Size(2048, 2048)), 1024 + 1536),
    ],
)
def test_input_pictures_count_as_patches(inputs: tuple[Size, ...], tokens: int) -> None:
    """Pictures given to gpt-image-2 count as 32-pixel patches: small ones enlarged up to twice, at most 1536 each."""
    with_inputs = estimate_cost(model("gpt-image-2"), a_request(), inputs)
    without = estimate_cost(model("gpt-image-2"), a_request(), ())
    assert with_inputs is not None
    assert without is not None
    assert with_inputs - without == tokens * 8


@pytest.mark.parametrize(("size", "tokens"), [(Size(1024, 1024), 65 + 129), (Size(1536, 1024), 65 + 2 * 129)])
def test_input_pictures_of_old_models_count_as_tiles(size: Size, tokens: int) -> None:
    """Pictures given to a 1.x model count as 512-pixel tiles once the shorter edge is 512."""
    with_input = estimate_cost(model("gpt-image-1.5"), a_request(), (size,))
    without = estimate_cost(model("gpt-image-1.5"), a_request(), ())
    assert with_input is not None
    assert without is not None
    assert with_input - without == tokens * 8


@pytest.mark.parametrize(
    ("fidelity", "allowed", "size", "tokens"),
    [
        ("low", True, Size(1024, 1024), 65 + 129),
        ("high", True, Size(1024, 1024), 65 + 129 + 4160),
        ("high", True, Size(1536, 1024), 65 + 2 * 129 + 6240),
        ("high", False, Size(1024, 1024), 65 + 129),
    ],
)
def test_keeping_closely_to_old_models_pictures_costs_more(
    tmp_path: Path, fidelity: str, allowed: bool, size: Size, tokens: int
) -> None:
    """High input fidelity adds its tokens for each picture, where it is sent at all."""
    file = tmp_path / "models.toml"
    allow = '["n", "input_fidelity"]' if allowed else '["n"]'
    file.write_text(f'[models."gpt-image-1.5"]\ninput_fidelity = "{fidelity}"\nallow = {allow}\n', encoding="utf-8")
    entry = a_catalog(file).get(ModelName("gpt-image-1.5"))
    assert entry is not None
    with_inputs, without = estimate_cost(entry, a_request(), (size, size)), estimate_cost(entry, a_request(), ())
    assert with_inputs is not None
    assert without is not None
    assert with_inputs - without == 2 * tokens * 8


@pytest.mark.parametrize(
    ("name", "highest"), [("gpt-image-2", "high"), ("gpt-image-2.6-flare", "max"), ("gpt-image-1-mini", "high")]
)
def test_a_quality_left_to_the_model_is_estimated_as_its_highest(name: str, highest: str) -> None:
    """Nobody knows before what a service will choose, so the estimate is what it can cost at most."""
    auto, most = a_request(quality="auto"), a_request(quality=highest)
    assert estimate_cost(model(name), auto, ()) == estimate_cost(model(name), most, ())
    assert count_output_tokens(model(name), "auto", auto.size) == count_output_tokens(model(name), highest, auto.size)


@pytest.mark.parametrize(
    ("request_", "usd_micros"),
    [
        (a_request(prompt=""), 6 * 5 + 1756 * 30),
        (a_request(prompt="x" * 41), (11 + 6) * 5 + 1756 * 30),
        (a_request(partials=3), 6 * 5 + (1756 + 300) * 30),
        (a_request(prompt="abcd", n=4, partials=2), 4 * (7 * 5 + (1756 + 200) * 30)),
    ],
)
def test_an_estimate_adds_text_output_and_partials_for_each_picture(request_: Request, usd_micros: int) -> None:
    """n pictures cost n calls, each with its text, its output and 100 tokens for every partial picture."""
    assert estimate_cost(model("gpt-image-2"), request_, ()) == usd_micros


@pytest.mark.parametrize(
    ("name", "usage", "usd_micros"),
    [
        ("gpt-image-2", Usage(text_in=20, image_in=1024, image_out=1756), 100 + 8_192 + 52_680),
        ("gpt-image-2", Usage(text_in=20, cached_text_in=20, image_out=1), 25 + 30),
        ("gpt-image-2", Usage(image_in=1000, cached_image_in=600, image_out=1), 400 * 8 + 600 * 2 + 30),
        ("gpt-image-2", Usage(text_in=10, cached_text_in=99, image_out=1), 13 + 30),
        ("gpt-image-2", Usage(text_out=1000, image_out=1), 30),
        ("gpt-image-1.5", Usage(text_out=100, image_out=1056), 1_000 + 33_792),
        ("gpt-image-1-mini", Usage(text_in=10, image_in=10, image_out=1056), 20 + 25 + 8_448),
        ("gpt-5.3-codex", Usage(text_in=1_000, cached_text_in=200, text_out=3_000), 1_400 + 35 + 42_000),
        ("gpt-6-luna", Usage(text_in=5, text_out=1), 1),
        ("gpt-6.2-sol", Usage(text_in=1_000, cached_text_in=200, text_out=3_000), 1_600 + 20 + 30_000),
        ("gpt-6.2-astra", Usage(text_in=1_000, image_in=500, text_out=3_000), 8_000 + 4_000 + 120_000),
        ("sketch", Usage(), 0),
        ("sketch", None, 0),
    ],
)
def test_what_was_counted_is_priced_by_kind(name: str, usage: Usage | None, usd_micros: int) -> None:
    """Settlement prices every kind of token, cached ones at their own price, rounded half up to a micro-dollar."""
    assert actual_cost(model(name), usage) == usd_micros


@pytest.mark.parametrize(
    ("name", "usage"), [("gpt-image-2", None), ("gpt-image-2", Usage()), ("gpt-oss-120b", Usage(text_in=9, text_out=9))]
)
def test_unknown_usage_stays_unknown(name: str, usage: Usage | None) -> None:
    """No usage, a count of nothing but zeros, or no known price settles as unknown, never as a guess."""
    assert actual_cost(model(name), usage) is None


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("gpt-oss-120b", a_request()),
        ("gpt-5.3-codex", a_request()),
        ("gpt-image-1.5", a_request("512x512")),
        ("gpt-image-2", a_request(quality="max")),
    ],
)
def test_an_estimate_without_known_tokens_is_unknown(name: str, request_: Request) -> None:
    """Where nothing tells the price or the tokens of a drawing, there is no estimate."""
    assert estimate_cost(model(name), request_, ()) is None


def test_what_is_free_costs_nothing() -> None:
    """The offline model's estimate and settlement are zero, whatever is asked."""
    assert estimate_cost(model("sketch"), a_request("3840x2160", n=10, partials=3), (Size(64, 64),)) == 0
    assert not model("sketch").billed


def test_a_self_hosted_model_is_free_by_its_entry(tmp_path: Path) -> None:
    """An entry whose prices are all zero costs nothing, even where the server reports no usage."""
    file = tmp_path / "models.toml"
    file.write_text(
        '[models."gpt-oss-120b".prices]\ntext_in = 0\nimage_in = 0\nimage_out = 0\ntext_out = 0\n'
        'source = "own machine"\nchecked = 2026-11-22\n',
        encoding="utf-8",
    )
    entry = a_catalog(file).get(ModelName("gpt-oss-120b"))
    assert entry is not None
    assert (actual_cost(entry, None), estimate_cost(entry, a_request(), ()), price_hint(entry)) == (0, 0, "free")


@given(text=st.integers(0, 10**6), image=st.integers(0, 10**6), out=st.integers(1, 10**6), cached=st.integers(0, 10**6))
@settings(deadline=None)
def test_cached_tokens_never_make_it_dearer_or_free(text: int, image: int, out: int, cached: int) -> None:
    """With cached input a drawing costs at most what it costs without, and always at least its output."""
    full = actual_cost(model("gpt-image-2"), Usage(text_in=text, image_in=image, image_out=out))
    less = actual_cost(
        model("gpt-image-2"),
        Usage(text_in=text, image_in=image, image_out=out, cached_text_in=cached, cached_image_in=cached),
    )
    assert full is not None
    assert less is not None
    assert out * 30 <= less <= full


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("sketch", "free"),
        ("gpt-oss-120b", "price unknown"),
        ("gpt-image-2", "≈ $0.0527 at 1024x1024 medium"),
        ("gpt-5.3-codex", "$1.75 in, $14.00 out per million tokens"),
        ("gpt-6.2-sol", "$2.00 in, $10.00 out per million tokens"),
        ("gpt-6.2-astra", "$8.00 in, $40.00 out per million tokens"),
    ],
)
def test_menus_show_about_what_a_picture_costs(name: str, hint: str) -> None:
    """A menu's few words about money are true for each kind of price."""
    assert price_hint(model(name)) == hint
