"""Renders text of any script as labels for pictures, with the fonts of `typefaces`.

Pango breaks and shapes the text in the sandboxed child process, because typed text is untrusted like SVG.
"""

import json
import subprocess
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Final

from PIL import Image, ImageFont

from bot.imaging.languages import detect_language
from bot.imaging.sandbox.child import ENVIRONMENT, TIMEOUT_EXIT_CODES, Limits, worker_broken, worker_command
from bot.imaging.sandbox.worker import READY
from bot.imaging.typefaces import FOLDER, TYPEFACES, is_blank, without_characters
from bot.texts import image_errors

_LIMITS: Final = Limits(cpu_s=10, wall_s=20)
_MIN_CHAR_WIDTH: Final = 0.1
"""The least average width of a character, relative to the letters' height: longer text is cut before rendering."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text to render on at most `max_lines` lines of `width_px`; longer text ends with an ellipsis.

    Attributes:
        height_px: the font size.
        line_px: the distance between lines.
    """

    text: str
    height_px: int
    line_px: int
    width_px: int
    max_lines: int
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class RenderedLabel:
    """A rendered label. `mask` is its ink (mode L), placed at (`left_px`, `top_px`) of the label's area."""

    mask: Image.Image
    left_px: int
    top_px: int


def render_labels(labels: Sequence[Label]) -> list[RenderedLabel | None]:
    """Renders labels; None for one without visible characters. Takes 0.1 s: one child process renders all. Blocks.

    Raises:
        AdminError: the child process cannot run here.
        Transient: rendering took too long: the machine is busy, or the text is hostile.
    """
    drawable = [replace(label, text=_drop_undrawable(label.text)) for label in labels]
    inks = iter(_render_lines([label for label in drawable if label.text]))
    return [next(inks) if label.text else None for label in drawable]


def missing_characters(text: str) -> str:
    """The characters that no font here has, each once. `render_labels` omits them."""
    return TYPEFACES.cover(text).missing


@lru_cache(maxsize=64)
def font(height_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font for Easel's own English texts in pictures, which Pillow can draw without the child process."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(FOLDER / name, max(4, height_px), layout_engine=ImageFont.Layout.BASIC)


def _drop_undrawable(text: str) -> str:
    """The text on one line, without characters that cannot be drawn."""
    line = " ".join(without_characters(text, missing_characters(text)).split())
    return "" if is_blank(line) else "".join(char for char in line if unicodedata.category(char) != "Cc")


def _render_lines(labels: Sequence[Label]) -> list[RenderedLabel | None]:
    """Renders labels whose texts are single lines of drawable characters."""
    if not labels:
        return []
    requests = [
        asdict(label) | {"text": label.text[: _max_chars(label)], "language": detect_language(label.text)}
        for label in labels
    ]
    typefaces = TYPEFACES.cover("".join(label.text for label in labels)).system_files
    answer = _run_worker(
        worker_command(_LIMITS, typefaces, "text"), json.dumps(requests).encode(), sum(map(_max_bytes, labels))
    )
    try:
        return _parse_answer(answer)
    except (ValueError, TypeError) as error:
        # The child may have been compromised: its answer is not trusted.
        raise worker_broken() from error


def _run_worker(arguments: Sequence[str], payload: bytes, max_bytes: int) -> bytes:
    """Runs the child process and returns its output after READY. It reads all of its input before it writes."""
    try:
        process = subprocess.Popen(  # noqa: S603 -- our own program, with nothing that anybody typed in its arguments
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise worker_broken() from error
    with process:
        if process.stdin is None or process.stdout is None:
            raise worker_broken()
        with suppress(BrokenPipeError):
            process.stdin.write(payload)
            process.stdin.close()
        answer = process.stdout.read(max_bytes)
        process.stdout.close()
    if process.returncode in TIMEOUT_EXIT_CODES:
        raise image_errors.text_took_too_long()
    if process.returncode != 0:
        raise worker_broken()
    return answer.removeprefix(READY)


def _parse_answer(answer: bytes) -> list[RenderedLabel | None]:
    """Parses the output of the child process, see `sandbox.writing.render_labels`."""
    boxes, _, pixels = answer.partition(b"\n")
    inks: list[RenderedLabel | None] = []
    begin = 0
    for left, top, width, height in json.loads(boxes):
        end = begin + width * height
        inks.append(
            RenderedLabel(Image.frombytes("L", (width, height), pixels[begin:end]), left, top) if end > begin else None
        )
        begin = end
    return inks


def _max_chars(label: Label) -> int:
    return label.max_lines * (2 + round(label.width_px / label.height_px / _MIN_CHAR_WIDTH))


def _max_bytes(label: Label) -> int:
    """An upper limit for the label's ink, overhang included; more output is not read."""
    return 1000 + (label.width_px + 4 * label.height_px) * (label.max_lines + 4) * (label.line_px + label.height_px)
