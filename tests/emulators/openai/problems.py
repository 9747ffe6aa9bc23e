"""The API's own complaints: the JSON body that every refused request gets."""

from collections.abc import Mapping, Sequence


class ApiProblem(Exception):
    """A request that the real API refuses, in its own words."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | int | None = None,
        type_: str | None = "invalid_request_error",
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, object] = {
            "message": message,
            "type": type_,
            "param": param,
            "code": code,
            **(more or {}),
        }

    @property
    def message(self) -> str:
        return str(self.error["message"])


def missing(name: str) -> ApiProblem:
    return ApiProblem(400, f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def unknown(name: str) -> ApiProblem:
    return ApiProblem(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def wrong_type(name: str, expected: str, value: object) -> ApiProblem:
    text = f"Invalid type for '{name}': expected {expected}, but got {_kind(value)} instead."
    return ApiProblem(400, text, param=name, code="invalid_type")


def invalid_value(name: str, value: object, allowed: Sequence[str]) -> ApiProblem:
    text = f"Invalid value: {value!r}. Supported values are: {in_words(allowed)}."
    return ApiProblem(400, text, param=name, code="invalid_value")


def invalid(name: str, text: str) -> ApiProblem:
    return ApiProblem(400, text, param=name, code="invalid_value")


def unsupported(name: str, text: str) -> ApiProblem:
    return ApiProblem(400, text, param=name, code="unsupported_value")


def too_large(name: str, most: int, value: int) -> ApiProblem:
    text = f"Invalid '{name}': integer above maximum value. Expected a value <= {most}, but got {value} instead."
    return ApiProblem(400, text, param=name, code="integer_above_max_value")


def too_small(name: str, least: int, value: int) -> ApiProblem:
    text = f"Invalid '{name}': integer below minimum value. Expected a value >= {least}, but got {value} instead."
    return ApiProblem(400, text, param=name, code="integer_below_min_value")


def too_long(name: str, most: int, length: int) -> ApiProblem:
    text = (
        f"Invalid '{name}': string too long. Expected a string with maximum length {most}, "
        f"but got a string with length {length} instead."
    )
    return ApiProblem(400, text, param=name, code="string_above_max_length")


def no_model(name: object) -> ApiProblem:
    text = f"The model '{name}' does not exist or you do not have access to it."
    return ApiProblem(404, text, code="model_not_found")


def bad_key(key: str | None) -> ApiProblem:
    if key is None:
        text = (
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        return ApiProblem(401, text)
    shown = f"{key[:8]}{'*' * 8}{key[-4:]}"
    text = f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/api-keys."
    return ApiProblem(401, text, code="invalid_api_key")


def no_such_path(method: str, path: str) -> ApiProblem:
    return ApiProblem(404, f"Invalid URL ({method} {path})")


def in_words(values: Sequence[str]) -> str:
    quoted = [f"'{value}'" for value in values]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])}, and {quoted[-1]}"


def _kind(value: object) -> str:
    kinds: dict[type, str] = {
        bool: "a boolean",
        int: "an integer",
        float: "a decimal",
        str: "a string",
        list: "an array",
    }
    return "null" if value is None else kinds.get(type(value), "an object")
