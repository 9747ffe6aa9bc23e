"""Reads Slack's JSON into the dataclasses of this package. Fields that a dataclass does not have are ignored."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final, TypeVar, cast

from pydantic import BeforeValidator, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

_T = TypeVar("_T")


def parser(kind: type[_T]) -> Callable[[object], _T]:
    """A function that reads a payload as `kind`.

    It takes up to 50 ms to build, so each is a constant of its module: built when Easel starts, not at the first event.
    The function raises ValueError if a field without a default is missing, or a field that is not lenient has another
    type. The message names fields, never their values: those may be prompts or tokens.
    """
    adapter = TypeAdapter(kind)

    def parse(payload: object) -> _T:
        try:
            return adapter.validate_python(payload)
        except ValidationError as problem:
            raise ValueError(f"Slack sent an unexpected {kind.__name__}: {_summary(problem)}") from None

    return parse


def _summary(problem: ValidationError) -> str:
    errors = problem.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['type']}" for error in errors)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _none_if_invalid(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _objects(value: object) -> Sequence[object]:
    many = cast("Sequence[object]", value) if isinstance(value, list) else ()
    return [cast("object", each) for each in many if isinstance(each, dict)]


OrNone: Final = WrapValidator(_none_if_invalid)
"""For a field that may be None: a value of another type becomes None as well."""

Text = Annotated[str, BeforeValidator(_text)]
"""A text; null or a value of another type becomes the empty text."""
Truthy = Annotated[bool, BeforeValidator(bool)]
Number = Annotated[float | None, OrNone]
ByteCount = Annotated[int | None, OrNone]
Part = Annotated[_T, BeforeValidator(_object)]
"""An object; null or a value of another type becomes the object without fields."""
Parts = Annotated[tuple[_T, ...], BeforeValidator(_objects)]
"""A list of objects; everything else in it, or in its place, is left out."""
