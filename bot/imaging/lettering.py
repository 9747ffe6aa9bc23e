"""Text in pictures, in the one typeface that comes with Easel (DejaVu Sans; see fonts/LICENSE)."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_FOLDER: Final = Path(__file__).with_name("fonts")
_PROBE_PX: Final = 16
_MISSING: Final = "\U0010ffff"
ELLIPSIS: Final = "…"


@lru_cache(maxsize=64)
def font(height_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The typeface at a height. Basic layout, so that no system library changes what a caption looks like."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(_FOLDER / name, max(4, height_px), layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str) -> str:
    """`text` on one line without what the typeface has no shape for, such as emoji: no boxes in its place."""
    line = " ".join(text.split())
    return " ".join("".join(sign for sign in line if _has_shape(sign)).split())


def wrap(text: str, face: ImageFont.FreeTypeFont, width_px: float, max_lines: int) -> list[str]:
    """`text` in lines that fit into `width_px`; what does not fit into the last line ends in an ellipsis."""
    lines: list[str] = []
    words = drawable(text).split(" ")
    while words and words[0] and len(lines) < max_lines:
        line = words.pop(0)
        while words and face.getlength(f"{line} {words[0]}") <= width_px:
            line = f"{line} {words.pop(0)}"
        lines.append(line)
    if lines:
        rest = bool(words and words[0])
        lines = [_cut(line, face, width_px, more=rest and index == len(lines) - 1) for index, line in enumerate(lines)]
    return lines


def _cut(line: str, face: ImageFont.FreeTypeFont, width_px: float, *, more: bool) -> str:
    if face.getlength(line + ELLIPSIS * more) <= width_px:
        return line + ELLIPSIS * more
    while line and face.getlength(line + ELLIPSIS) > width_px:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


@lru_cache(maxsize=4096)
def _has_shape(sign: str) -> bool:
    if sign == " ":
        return True
    return _shape(sign) != _shape(_MISSING)


def _shape(sign: str) -> bytes:
    image = Image.new("L", (_PROBE_PX * 2, _PROBE_PX * 2))
    ImageDraw.Draw(image).text((0, 0), sign, font=font(_PROBE_PX), fill=255)
    return image.tobytes()
