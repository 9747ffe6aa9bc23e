"""Replaces lone surrogates: half characters that JSON and shells can carry, but UTF-8 and databases cannot."""

import re
from collections.abc import Mapping
from typing import TypeVar, cast

_Value = TypeVar("_Value")
_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(value: _Value) -> _Value:
    """`value` (text, or parsed JSON) with U+FFFD in place of each lone surrogate, in all strings and keys.

    Adapters call it once where text comes in, so that all text in the core is valid UTF-8.
    """
    match value:
        case str():
            return cast("_Value", _replace_in_text(value))
        case list():
            return cast("_Value", [replace_surrogates(item) for item in cast("list[object]", value)])
        case dict():
            named = cast("Mapping[object, object]", value).items()
            return cast("_Value", {replace_surrogates(name): replace_surrogates(item) for name, item in named})
        case _:
            return value


def _replace_in_text(text: str) -> str:
    if _SURROGATE.search(text) is None:
        return text
    # Through UTF-16, two halves that belong together become one character.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
