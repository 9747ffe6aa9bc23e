"""Child process: renders labels with Pango, which breaks, shapes and orders their text."""

import html
import json
import re
import unicodedata
from typing import Any, Final

_PANGO_UNITS: Final = 1024
"""Pango units per pixel."""
_CLUSTER: Final = re.compile(
    "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*[\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46]*"
    "|[\u0ec0-\u0ec4]?[\u0e81-\u0eae][\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd]*[\u0eaf\u0eb0\u0eb2\u0eb3\u0ec6]*"
)
"""Clusters of Thai and Lao, between which a line may break: they write no spaces, and Pango has no dictionary."""
_TOO_MANY: Final = 1_000_000
_JOINERS: Final = "\u200d\ufe0e\ufe0f"


def render_labels(vips: Any, labels: bytes) -> bytes:
    """Renders all labels.

    Returns:
        One line of JSON with [left, top, width, height] of each label's ink, in px from the label's upper left corner,
        then the ink of all labels in order: one byte per pixel, 255 for full coverage.

    Args:
        labels: a JSON list of labels, as `bot.imaging.text` sends it.
    """
    boxes: list[tuple[int, int, int, int]] = []
    inks: list[bytes] = []
    for label in json.loads(labels):
        ink = _render_to_fit(vips, label)
        if ink is None:
            boxes.append((0, 0, 0, 0))
        else:
            boxes.append((ink.get("xoffset"), ink.get("yoffset"), ink.width, ink.height))
            inks.append(ink.write_to_memory())
    return json.dumps(boxes).encode() + b"\n" + b"".join(inks)


def _render_to_fit(vips: Any, label: dict[str, Any]) -> Any | None:
    """Renders the label within its `max_lines`; a longer text is cut and ends with an ellipsis."""
    text = label["text"]
    ink, lines = _render(vips, label, text)
    if lines <= label["max_lines"]:
        return ink
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _render(vips, label, _truncate(text, middle))[1] <= label["max_lines"]:
            fits = middle
        else:
            too_long = middle
    return _render(vips, label, _truncate(text, fits))[0]


def _truncate(text: str, length: int) -> str:
    """The first `length` characters with an ellipsis, or fewer, so that no accent or emoji is split."""
    while length > 0 and (_belongs_to_previous(text[length]) or text[length - 1] == "\u200d"):
        length -= 1
    return text[:length].rstrip() + "…"


def _belongs_to_previous(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) in {"Mn", "Mc", "Me", "Sk"}


def _render(vips: Any, label: dict[str, Any], text: str) -> tuple[Any | None, int]:
    """Renders the text. Returns its ink and the number of lines; no ink if it is higher than an image can be.

    libvips reports only the height of the ink, so lines are counted by rendering them with two different spacings.
    """
    style = f'lang="{label["language"]}" line_height="{label["line_px"] * _PANGO_UNITS}" insert_hyphens="false"'
    apart_px = label["line_px"]
    markup = f"<span {style}>{html.escape(_CLUSTER.sub(_append_break_opportunity, text))}</span>"
    try:
        near, far = (
            vips.Image.text(
                markup,
                font=f"DejaVu Sans {'Bold' if label['bold'] else ''} {label['height_px']}px",
                dpi=72,
                width=label["width_px"],
                wrap="word-char",
                align="centre" if label["centred"] else "low",
                spacing=spacing_px,
            )
            for spacing_px in (0, apart_px)
        )
    except vips.Error:
        return None, _TOO_MANY
    return near, 1 + round((far.height - near.height) / apart_px)


def _append_break_opportunity(cluster: re.Match[str]) -> str:
    return f"{cluster[0]}\u200b"
