"""Parses JSON responses leniently, because an unreadable response may have been charged."""

import json
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from bot.domain.surrogates import replace_surrogates

_Model = TypeVar("_Model", bound=BaseModel)


def parse_json(kind: type[_Model], data: bytes) -> _Model:
    """Parses `data` into `kind`, in any Unicode encoding. Invalid bytes and lone surrogates become U+FFFD.

    Raises:
        ValidationError: it is not JSON, or does not match `kind`.
    """
    try:
        return kind.model_validate_json(data)
    except ValidationError as problem:
        if problem.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise
        # Pydantic's parser is strict; Python's is lenient, but several times slower.
        try:
            value: object = json.loads(data.decode(json.detect_encoding(data), errors="replace"), strict=False)
        except (ValueError, RecursionError):
            raise problem from None
        return kind.model_validate(replace_surrogates(value))


def _none_if_invalid(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


Lenient: Final = WrapValidator(_none_if_invalid)
"""Validator for optional fields: a value of a wrong type becomes None."""
Count = Annotated[int | None, Lenient]
Text = Annotated[str | None, Lenient]
