"""What the engine keeps of accepted work: the domain's own data as JSON, checked when it comes back."""

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from bot.jobs.engine import Json

_T = TypeVar("_T")


def encode(work: object) -> Json:
    return cast(Json, _adapter(type(work)).dump_python(work, mode="json"))


def decode(shape: type[_T], payload: Json) -> _T:
    """Raises ValidationError for what an incompatible release wrote: it stays in the engine, to be looked at."""
    return cast(_T, _adapter(shape).validate_python(payload))


@cache
def _adapter(shape: type[object]) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
