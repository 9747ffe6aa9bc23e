"""Extracts the SVG from a model's answer. Takes linear time for any input."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

import pybase64

_TAG: Final = re.compile(r"<(/?)svg(?=[\s/>])([^<>]*+)>", re.IGNORECASE)
_FENCED: Final = re.compile(r"```[^\n`]*\n(.*?)```", re.DOTALL)
_PART: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]*+)(?P<rest>[^<>]*+)>",
    re.DOTALL,
)
_REFUSAL: Final = re.compile(
    r"\W*+(?:i['’]?m (?:very |really |so )?sorry|sorry|i apologi[sz]e"
    r"|i can(?:['’]t|not)|i['’]?m (?:unable|not able)|i won['’]t)\b",
    re.IGNORECASE,
)
_ESCAPED: Final = re.compile(r"<svg\b[^<>=]*+=\\[\"']", re.IGNORECASE)
"""An SVG with escaped quotes, as in a JSON string."""
_DATA_URL: Final = re.compile(r"data:image/svg\+xml[^,\s]{0,40};base64,([\w+/=-]+)", re.IGNORECASE)
_CUT_END: Final = re.compile(r"</svg?\s*(?=(?:```\s*)?\Z)", re.IGNORECASE)
_LONGEST_REFUSAL_CHARS: Final = 1500


def find_svg(answer: str) -> str | None:
    """The last complete `<svg>…</svg>`, preferably from a code fence; None if there is none.

    Models write drafts first and the final drawing last. An SVG in a JSON string, with HTML entities, or in a data URL
    is decoded.
    """
    in_json = _find_complete("\n".join(_strings_in(_find_json(answer))))
    if in_json is not None:
        return in_json
    svg = _find_complete(answer)
    if svg is not None and not _ESCAPED.match(svg):
        return svg
    return next((found for text in _decodings(answer) if (found := _find_complete(text)) is not None), svg)


def _find_complete(answer: str) -> str | None:
    """The last complete SVG, preferably from a code fence; None if there is none."""
    for fenced in reversed(_FENCED.findall(answer)):
        if (svg := _last_complete(fenced)) is not None:
            return svg
    return _last_complete(_complete_last_tag(answer))


def _find_json(answer: str) -> object:
    """The JSON object at the beginning of the answer, before any SVG; None if there is none."""
    begin = answer.find("{")
    if begin < 0 or _TAG.search(answer, 0, begin):
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(answer, begin)[0]
    except (ValueError, RecursionError):
        return None


def _decodings(answer: str) -> Iterator[str]:
    """Yields possible decodings of an answer that contains no SVG as it is."""
    if "\\" in answer:
        yield answer.replace("\\n", "\n").replace('\\"', '"').replace("\\/", "/")
    if "&lt;" in answer:
        yield html.unescape(answer)
    for encoded in reversed(_DATA_URL.findall(answer)):
        with suppress(ValueError):
            yield pybase64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode(errors="replace")


def _strings_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in cast("dict[str, object]", value).values():
                yield from _strings_in(inner)
        case list():
            for inner in cast("list[object]", value):
                yield from _strings_in(inner)
        case _:
            return


def _complete_last_tag(answer: str) -> str:
    """Completes `</svg>` at the end of the answer if its last characters are missing."""
    return _CUT_END.sub("</svg>", answer, count=1)


def explain_missing_svg(answer: str) -> str:
    """Why `find_svg` found nothing, as feedback for the model."""
    if _TAG.search(answer) is None:
        return "There is no <svg> in your answer."
    return "The <svg> in your answer is never closed."


def reads_as_refusal(answer: str) -> bool:
    """Whether an answer without SVG reads like an apology, which is how some models refuse."""
    return len(answer) <= _LONGEST_REFUSAL_CHARS and _REFUSAL.match(answer) is not None


def close_unfinished(unfinished: str) -> str | None:
    """An unfinished SVG, cut after its last complete element and closed; None if no element is complete."""
    root = next((tag.start() for tag in _TAG.finditer(unfinished) if not tag[1]), None)
    if root is None:
        return None
    inside: list[str] = []
    end, still_open = root, tuple[str, ...]()
    for part in _PART.finditer(unfinished, root):
        if part["name"] is None:
            continue
        if part["close"]:
            if not inside or inside.pop() != part["name"]:
                return None
        elif not part["rest"].endswith("/"):
            inside.append(part["name"])
            continue
        end, still_open = part.end(), tuple(inside)
        if not inside:
            break
    if end == root:
        return None
    return unfinished[root:end] + "".join(f"</{name}>" for name in reversed(still_open))


def _last_complete(text: str) -> str | None:
    """The last complete `<svg>…</svg>` in the text; None if there is none."""
    opened: list[re.Match[str]] = []
    found: list[tuple[int, int]] = []
    for tag in _TAG.finditer(text):
        if tag[1]:
            if opened:
                found.append((opened.pop().start(), tag.end()))
        elif not tag[2].endswith("/"):
            opened.append(tag)
    # A bare "<svg>" that is never closed is prose; with attributes it is a drawing that was cut off, and an SVG inside
    # of that does not count.
    cut_off = next((tag.start() for tag in opened if tag[2].strip()), len(text))
    whole = [span for span in found if span[1] <= cut_off]
    if not whole:
        return None
    start, end = whole[-1]
    return _TAG.sub(_lower_case_tag, text[start:end])


def _lower_case_tag(tag: re.Match[str]) -> str:
    return f"<{tag[1]}svg{tag[2]}>"
