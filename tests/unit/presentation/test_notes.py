"""What a result says where a service made something else of a request."""

from dataclasses import replace

import pytest

from bot.domain.ids import ModelName, PictureId
from bot.domain.pictures import Picture, PictureFormat, Size
from bot.domain.requests import AppliedSettings, Request
from bot.presentation.notes import applied_notes

ASKED = Request("a fox", ModelName("m"), Size(64, 48), "high", background="transparent", format="webp")


def a_picture(image_format: PictureFormat = "webp", size: Size = ASKED.size, *, svg: bool = False) -> Picture:
    return Picture(PictureId("0" * 64), image_format, size, 100, PictureId("1" * 64) if svg else None)


@pytest.mark.parametrize(
    ("request_", "applied", "picture", "notes"),
    [
        (ASKED, AppliedSettings(), a_picture(), ()),
        (ASKED, AppliedSettings("high", "transparent"), a_picture(), ()),
        (ASKED, AppliedSettings("medium"), a_picture(), ("You asked for quality high; the service used medium.",)),
        (replace(ASKED, quality="auto"), AppliedSettings("medium"), a_picture(), ()),
        (
            ASKED,
            AppliedSettings(None, "opaque"),
            a_picture(),
            ("You asked for background transparent; the service used opaque.",),
        ),
        (replace(ASKED, background="auto"), AppliedSettings(None, "opaque"), a_picture(), ()),
        (ASKED, AppliedSettings(), a_picture("png"), ("You asked for format webp; the service used png.",)),
        (replace(ASKED, format="svg"), AppliedSettings(), a_picture("png", svg=True), ()),
        (
            replace(ASKED, format="svg"),
            AppliedSettings(),
            a_picture("png"),
            ("You asked for format svg; the service used png.",),
        ),
        (ASKED, AppliedSettings(), a_picture(size=Size(99, 9)), ("You asked for size 64x48; the service used 99x9.",)),
        (replace(ASKED, auto_size=True), AppliedSettings(), a_picture(size=Size(99, 9)), ()),
    ],
)
def test_differences_are_said(
    request_: Request, applied: AppliedSettings, picture: Picture, notes: tuple[str, ...]
) -> None:
    """Each value that is not the one asked for has a sentence; what was left to the service has none."""
    assert applied_notes(request_, applied, [picture]) == notes
