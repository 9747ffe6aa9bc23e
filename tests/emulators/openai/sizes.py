"""The size of a picture: what the Images API accepts and what `auto` becomes."""

import math
import re

from tests.emulators.openai import problems
from tests.emulators.openai.models import FIXED_SIZES, ImageModel
from tests.emulators.openai.problems import ApiProblem

MAX_EDGE_PX = 3840
MIN_PIXELS = 655_360
MAX_PIXELS = 8_294_400
AUTO_PIXELS = 1_048_576


def size_of(value: str | None, model: ImageModel, *, base: tuple[int, int] | None) -> tuple[int, int]:
    """The canvas; `auto` follows the edited picture and then keeps to no multiple of 16.

    Raises:
        ApiProblem: the model does not draw that size.
    """
    if value in (None, "auto"):
        return _auto(model, base)
    if not model.flexible:
        if value not in FIXED_SIZES:
            raise problems.invalid_value("size", value, (*FIXED_SIZES, "auto"))
        return _parsed(value)
    width, height = _parsed(value)
    if width % 16 or height % 16:
        raise _bad(value, "Width and height must both be divisible by 16.")
    check_budget(value, width, height)
    return width, height


def check_budget(value: str, width: int, height: int) -> None:
    if max(width, height) > MAX_EDGE_PX:
        raise _bad(value, f"The longest edge must be at most {MAX_EDGE_PX} pixels.")
    if max(width, height) > 3 * min(width, height):
        raise _bad(value, "The aspect ratio must be between 1:3 and 3:1.")
    if width * height < MIN_PIXELS:
        raise _bad(value, "Requested resolution is below the current minimum pixel budget.")
    if width * height > MAX_PIXELS:
        raise _bad(value, "Requested resolution exceeds the current maximum pixel budget.")


def check_sheet(value: str, width: int, height: int, frames: int) -> None:
    """The frames of a GIF are drawn side by side on one sheet, which has to fit the usual budget."""
    columns, rows = (3, 3) if frames <= 9 else (4, 3) if frames <= 12 else (4, 4)
    check_budget(value, width * columns, height * rows)


def gif_size_of(value: str | None, frames: int) -> tuple[int, int]:
    if value in (None, "auto"):
        return 512, 512
    width, height = _parsed(value)
    if width % 16 or height % 16:
        raise _bad(value, "Width and height must both be divisible by 16.")
    check_sheet(value, width, height, frames)
    return width, height


def _auto(model: ImageModel, base: tuple[int, int] | None) -> tuple[int, int]:
    if base is None:
        return 1024, 1024
    ratio = min(3.0, max(1 / 3, base[0] / base[1]))
    if not model.flexible:
        return (1024, 1024) if 0.8 < ratio < 1.25 else (1536, 1024) if ratio > 1 else (1024, 1536)
    width = round(math.sqrt(AUTO_PIXELS * ratio))
    return width, round(width / ratio)


def _parsed(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", value)
    if not match:
        raise _bad(value, "Expected WIDTHxHEIGHT, for example 1536x864, or 'auto'.")
    return int(match[1]), int(match[2])


def _bad(value: str, why: str) -> ApiProblem:
    return problems.invalid("size", f"Invalid size '{value}'. {why}")
