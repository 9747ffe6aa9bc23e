"""Reads what a service answers as JSON, also where a text in it is not valid Unicode: it may have been paid for."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.domain.surrogates import replace_surrogates

_Model = TypeVar("_Model", bound=BaseModel)


def parse_json(kind: type[_Model], data: bytes) -> _Model:
    """`data` as `kind`. Half characters and bytes that are no UTF-8 are read as U+FFFD.

    Raises:
        ValidationError: it is no JSON, or of another kind.
    """
    try:
        return kind.model_validate_json(data)
    except ValidationError as problem:
        if problem.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise
        # Pydantic's parser is strict; Python's is forgiving, but several times slower.
        try:
            value: object = json.loads(data.decode(errors="replace"))
        except (ValueError, RecursionError):
            raise problem from None
        return kind.model_validate(replace_surrogates(value))
