"""Builds a `PromptSpec` from typed text or form fields, and a command line from a `Request`."""

from collections.abc import Container, Mapping

from bot.domain.prompts import MAX_PROMPT_CHARS, with_exclusions
from bot.domain.requests import PromptSpec, Request
from bot.domain.text import quote_typed
from bot.errors import BadCommand
from bot.grammar.characters import clean_text, normalize_value
from bot.grammar.flags import COMMAND, FlagName
from bot.grammar.tokens import scan
from bot.grammar.values import read_number, read_ratio, read_size, read_version
from bot.texts import command_errors

FORM_FIELDS: tuple[FlagName, ...] = ("model", "size", "quality", "n", "background", "format", "on")
"""Names of the edit form's fields besides `prompt`."""

_MAX_FLAG_CHARS = 4_000
"""Room for flags besides the longest prompt; longer text is refused before it is scanned."""


def parse_spec(text: str, models: Container[str] = ()) -> PromptSpec:
    """Parses typed text; the prompt may be empty.

    Raises:
        BadCommand: a flag or value is wrong, or the prompt is too long.
    """
    prompt, flag_values = _read_flags(text, models)
    return _build_spec(prompt, flag_values)


def spec_from_form(
    values: Mapping[str, str], *, models: Container[str] = (), allow_empty_prompt: bool = False
) -> PromptSpec:
    """Parses a submitted form. Empty fields do not count; flags in the prompt override fields.

    Args:
        allow_empty_prompt: for forms with attached pictures.
    """
    if unknown := sorted(set(values) - {"prompt", *FORM_FIELDS}):
        raise command_errors.unknown_form_field(quote_typed(unknown[0]), known=("prompt", *FORM_FIELDS))
    prompt, typed = _read_flags(values.get("prompt", ""), models)
    if not prompt and not allow_empty_prompt:
        raise command_errors.change_missing()
    fields: dict[FlagName, str] = {
        name: value for name in FORM_FIELDS if (value := normalize_value(clean_text(values.get(name, ""))).strip())
    }
    if "ar" in typed:
        fields.pop("size", None)
    return _build_spec(prompt, {**fields, **typed})


def command_line(request: Request) -> str:
    """The command that repeats this request, with all settings as flags. Its pictures have to be attached again."""
    size = "auto" if request.auto_size else request.size
    effort = f" --effort {request.effort}" if request.effort is not None else ""
    flags = (
        f"--model {request.model} --size {size} --quality {request.quality}{effort} --n {request.n}"
        f" --background {request.background} --format {request.format}"
    )
    if request.compression is not None:
        flags += f" --compression {request.compression}"
    line = f"{request.prompt} {flags}".lstrip()
    if request.prompt and not _parses_back(line, request.prompt):
        line = f"{flags} -- {request.prompt}"
    return f"{COMMAND} {line}"


def _read_flags(text: str, models: Container[str]) -> tuple[str, dict[FlagName, str]]:
    """The prompt, and the value of each flag as typed."""
    text = clean_text(text)
    if len(text) > MAX_PROMPT_CHARS + _MAX_FLAG_CHARS:
        raise _too_long(len(text))
    scanned = scan(text, models)
    flag_values: dict[FlagName, str] = {}
    for typed in scanned.flags:
        name, value = typed.flag.name, typed.value
        before = flag_values.get(name)
        if before is None:
            flag_values[name] = value
        elif name == "no":
            flag_values[name] = f"{before}, {value}"
        elif before.casefold() != value.casefold():
            raise command_errors.flag_given_twice(name, quote_typed(before), quote_typed(value), keep=value)
    length = len(with_exclusions(scanned.prose, flag_values.get("no")))
    if length > MAX_PROMPT_CHARS:
        raise _too_long(length)
    return scanned.prose, flag_values


def _too_long(chars: int) -> BadCommand:
    return command_errors.prompt_too_long(chars, max_chars=MAX_PROMPT_CHARS)


def _build_spec(prompt: str, flag_values: Mapping[FlagName, str]) -> PromptSpec:
    size, ratio = _read_shape(flag_values)
    return PromptSpec(
        prompt=prompt,
        model=flag_values.get("model"),
        size=size,
        ratio=ratio,
        quality=flag_values.get("quality"),
        effort=flag_values.get("effort"),
        n=read_number("n", flag_values["n"]) if "n" in flag_values else None,
        background=flag_values.get("background"),
        format=flag_values.get("format"),
        compression=read_number("compression", flag_values["compression"]) if "compression" in flag_values else None,
        exclude=flag_values.get("no"),
        on=read_version(flag_values["on"]) if "on" in flag_values else None,
        private="private" in flag_values,
    )


def _read_shape(flag_values: Mapping[FlagName, str]) -> tuple[str | None, tuple[int, int] | None]:
    """The size or ratio from `--size` and `--ar`, which exclude each other."""
    if "size" in flag_values and "ar" in flag_values:
        raise command_errors.size_and_ratio(
            quote_typed(flag_values["size"]), quote_typed(flag_values["ar"]), keep=flag_values["size"]
        )
    if "ar" in flag_values:
        return None, read_ratio(flag_values["ar"])
    if "size" not in flag_values:
        return None, None
    size = read_size(flag_values["size"])
    return (size, None) if isinstance(size, str) else (None, size)


class _AnyModel:
    """Contains every name: used where the catalog is not available."""

    def __contains__(self, name: object) -> bool:
        return True


def _parses_back(line: str, prompt: str) -> bool:
    """Whether parsing `line` returns `prompt` unchanged; if not, `--` is needed before the prompt."""
    try:
        return not scan(prompt, _AnyModel()).flags and parse_spec(line).prompt == prompt
    except BadCommand:
        return False
