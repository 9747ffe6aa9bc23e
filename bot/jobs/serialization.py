"""Encodes accepted work as JSON for the engine, and validates it when it is read."""

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from bot.jobs.engine import Json

_T = TypeVar("_T")


def encode(work: object) -> Json:
    return cast(Json, _adapter(type(work)).dump_python(work, mode="json"))


def decode(shape: type[_T], payload: Json) -> _T:
    """Decodes a payload. Raises ValidationError if an incompatible release wrote it; it then stays in the engine."""
    return cast(_T, _adapter(shape).validate_python(payload))


@cache
def _adapter(shape: type[object]) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
