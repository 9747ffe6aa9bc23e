"""Which sizes are legal, and the nearest legal one to any other."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog.sizes import FixedSizes, FlexibleSizes, is_too_far
from bot.domain.pictures import Size

GPT_2 = FlexibleSizes(multiple_px=16, max_edge_px=3840, min_pixels=655_360, max_pixels=8_294_400, max_ratio=3)
GPT_1 = FixedSizes(choices=(Size(1024, 1024), Size(1024, 1536), Size(1536, 1024)))
SKETCH = FlexibleSizes(min_edge_px=64, max_edge_px=3840, max_pixels=8_294_400, max_ratio=60)
RULES = [GPT_2, GPT_1, SKETCH]


def size(text: str) -> Size:
    return Size.parse(text)


@pytest.mark.parametrize(
    ("rule", "wanted", "reason", "nearest"),
    [
        (GPT_2, "1024x1024", None, "1024x1024"),
        (GPT_2, "3840x2160", None, "3840x2160"),
        (GPT_2, "1000x1000", "is not a multiple of 16", "1008x1008"),
        (GPT_2, "1920x1080", "is not a multiple of 16", "1920x1088"),
        (GPT_2, "512x512", "has fewer than 655,360 pixels", "816x816"),
        (GPT_2, "3840x3840", "has more than 8,294,400 pixels", "2880x2880"),
        (GPT_2, "4096x2160", "has an edge over 3840 pixels", "3840x2032"),
        (GPT_2, "3000x500", "is wider than 3:1", "2112x704"),
        (GPT_2, "500x3000", "is taller than 1:3", "704x2112"),
        (GPT_1, "1536x1024", None, "1536x1024"),
        (GPT_1, "1920x1080", "is not one of 1024x1024, 1024x1536, 1536x1024", "1536x1024"),
        (GPT_1, "100x90", "is not one of 1024x1024, 1024x1536, 1536x1024", "1024x1024"),
        (SKETCH, "1001x777", None, "1001x777"),
        (SKETCH, "32x64", "has an edge under 64 pixels", "64x128"),
    ],
)
def test_a_size_is_legal_or_has_a_reason_and_a_nearest(
    rule: FlexibleSizes | FixedSizes, wanted: str, reason: str | None, nearest: str
) -> None:
    """Each illegal size is told why, and the nearest one keeps its shape as far as the rule allows."""
    assert rule.rejection_reason(size(wanted)) == reason
    assert str(rule.nearest(size(wanted))) == nearest


@pytest.mark.parametrize(
    ("rule", "width", "height", "expected"),
    [
        (GPT_2, 1, 1, "1024x1024"),
        (GPT_2, 16, 9, "1280x720"),
        (GPT_2, 9, 16, "720x1280"),
        (GPT_2, 3, 2, "1248x832"),
        (GPT_2, 4, 3, "1152x864"),
        (GPT_2, 21, 9, "1568x672"),
        (GPT_2, 3, 1, "1776x592"),
        (GPT_2, 10, 1, "1776x592"),
        (GPT_2, 1920, 1080, "1280x720"),
        (GPT_2, 185, 100, "1184x640"),
        (GPT_1, 16, 9, "1536x1024"),
        (GPT_1, 4, 5, "1024x1536"),
        (GPT_1, 9, 10, "1024x1024"),
        (SKETCH, 2, 1, "1448x724"),
    ],
)
def test_a_ratio_becomes_a_size_of_about_the_usual_number_of_pixels(
    rule: FlexibleSizes | FixedSizes, width: int, height: int, expected: str
) -> None:
    """A ratio is met exactly where a legal size lies near the usual number of pixels, else as nearly as possible."""
    assert str(rule.at_ratio(width, height, 1024 * 1024)) == expected


@given(rule=st.sampled_from(RULES), width=st.integers(1, 999_999), height=st.integers(1, 999_999))
@settings(deadline=None)
def test_the_nearest_size_is_always_legal(rule: FlexibleSizes | FixedSizes, width: int, height: int) -> None:
    """Whatever was asked for, the nearest size and the size at that ratio are legal, and legal sizes stay."""
    nearest = rule.nearest(Size(width, height))
    assert rule.rejection_reason(nearest) is None
    assert rule.nearest(nearest) == nearest
    assert rule.rejection_reason(rule.at_ratio(width, height, 1024 * 1024)) is None


@given(width=st.integers(640, 5000), height=st.integers(640, 5000))
@settings(deadline=None)
def test_the_nearest_size_keeps_the_shape(width: int, height: int) -> None:
    """Within the legal ratios the shape changes by less than 4 % (steps of 16 at the smallest pictures)."""
    wanted = Size(width, height)
    nearest = GPT_2.nearest(wanted)
    if max(width, height) <= 2.9 * min(width, height):
        assert abs(math.log((nearest.width_px / nearest.height_px) / (width / height))) < 0.04


@pytest.mark.parametrize(
    ("wanted", "legal", "far"),
    [
        ("99999x1", "1408x480", True),
        ("16x16", "816x816", True),
        ("512x512", "816x816", False),
        ("64x64", "640x640", False),
    ],
)
def test_a_size_is_far_when_an_edge_changes_more_than_tenfold(wanted: str, legal: str, far: bool) -> None:
    """More than tenfold is far, exactly tenfold is not."""
    assert is_too_far(size(wanted), size(legal)) is far
