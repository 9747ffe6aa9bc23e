"""Replaces lone surrogates: halves of characters that JSON and shells can carry, but neither UTF-8 nor a database."""

import re
from collections.abc import Mapping
from typing import TypeVar, cast

_Value = TypeVar("_Value")
_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(value: _Value) -> _Value:
    """A text, or what a JSON parser returns, with U+FFFD for each lone surrogate in any text or key of it.

    Adapters call it once, where text from outside comes in: behind them every text is valid UTF-8.
    """
    match value:
        case str():
            return cast("_Value", _replaced(value))
        case list():
            return cast("_Value", [replace_surrogates(item) for item in cast("list[object]", value)])
        case dict():
            named = cast("Mapping[object, object]", value).items()
            return cast("_Value", {replace_surrogates(name): replace_surrogates(item) for name, item in named})
        case _:
            return value


def _replaced(text: str) -> str:
    if _SURROGATE.search(text) is None:
        return text
    # By way of UTF-16, two halves that belong together become their character.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
