"""From flags and form fields to a `PromptSpec`, and from a `Request` back to the line that would ask for it."""

from collections.abc import Container, Mapping

from bot.domain.prompts import MAX_PROMPT_CHARS, with_exclusions
from bot.domain.requests import PromptSpec, Request
from bot.domain.text import quoted
from bot.errors import BadCommand
from bot.grammar.characters import clean, plain
from bot.grammar.flags import COMMAND, FlagName
from bot.grammar.tokens import scan
from bot.grammar.values import read_number, read_ratio, read_size, read_version

FORM_FIELDS: tuple[FlagName, ...] = ("model", "size", "quality", "n", "background", "format", "on")
"""Names of the edit form's fields beside `prompt`."""

_MAX_FLAG_CHARS = 4_000
"""Room for flags beside the longest prompt; longer text is refused before anyone looks through it."""


def parse_spec(text: str, models: Container[str] = ()) -> PromptSpec:
    """The wish in typed text; its prompt may be empty.

    Raises:
        BadCommand: a flag or value that cannot be honoured, or a prompt that is too long.
    """
    prompt, said = _read(text, models)
    return _spec(prompt, said)


def spec_from_form(
    values: Mapping[str, str], *, models: Container[str] = (), may_be_wordless: bool = False
) -> PromptSpec:
    """The wish of a submitted form. Empty fields are not said; flags inside the prompt win over the fields.

    Args:
        may_be_wordless: pictures came along, so the prompt may be empty.
    """
    if unknown := sorted(set(values) - {"prompt", *FORM_FIELDS}):
        raise BadCommand(
            f"The form has no field {quoted(unknown[0])}.", hint=f"Fields: prompt, {', '.join(FORM_FIELDS)}"
        )
    prompt, typed = _read(values.get("prompt", ""), models)
    if not prompt and not may_be_wordless:
        raise BadCommand("The prompt is empty: say what to draw or change.", hint="For example: make it darker")
    fields: dict[FlagName, str] = {
        name: value for name in FORM_FIELDS if (value := plain(clean(values.get(name, ""))).strip())
    }
    if "ar" in typed:
        fields.pop("size", None)
    return _spec(prompt, {**fields, **typed})


def command_line(request: Request) -> str:
    """The line that asks for this request again, with every choice in a flag. Its pictures must be attached anew."""
    size = "auto" if request.auto_size else request.size
    effort = f" --effort {request.effort}" if request.effort is not None else ""
    flags = (
        f"--model {request.model} --size {size} --quality {request.quality}{effort} --n {request.n}"
        f" --background {request.background} --format {request.format}"
    )
    if request.compression is not None:
        flags += f" --compression {request.compression}"
    line = f"{request.prompt} {flags}".lstrip()
    if request.prompt and not _is_read_back(line, request.prompt):
        line = f"{flags} -- {request.prompt}"
    return f"{COMMAND} {line}"


def _read(text: str, models: Container[str]) -> tuple[str, dict[FlagName, str]]:
    """The prompt, and each flag's value as typed."""
    text = clean(text)
    if len(text) > MAX_PROMPT_CHARS + _MAX_FLAG_CHARS:
        raise _too_long(len(text))
    scanned = scan(text, models)
    said: dict[FlagName, str] = {}
    for typed in scanned.flags:
        name, value = typed.flag.name, typed.value
        before = said.get(name)
        if before is None:
            said[name] = value
        elif name == "no":
            said[name] = f"{before}, {value}"
        elif before.casefold() != value.casefold():
            raise BadCommand(
                f"--{name} is given twice: {quoted(before)} and {quoted(value)}.", hint=f"Keep one: --{name} {value}"
            )
    length = len(with_exclusions(scanned.prose, said.get("no")))
    if length > MAX_PROMPT_CHARS:
        raise _too_long(length)
    return scanned.prose, said


def _too_long(chars: int) -> BadCommand:
    return BadCommand(
        f"The prompt is {chars:,} characters long; at most {MAX_PROMPT_CHARS:,} are possible.",
        hint=f"Shorten it by {chars - MAX_PROMPT_CHARS:,} characters.",
    )


def _spec(prompt: str, said: Mapping[FlagName, str]) -> PromptSpec:
    size, ratio = _shape(said)
    return PromptSpec(
        prompt=prompt,
        model=said.get("model"),
        size=size,
        ratio=ratio,
        quality=said.get("quality"),
        effort=said.get("effort"),
        n=read_number("n", said["n"]) if "n" in said else None,
        background=said.get("background"),
        format=said.get("format"),
        compression=read_number("compression", said["compression"]) if "compression" in said else None,
        exclude=said.get("no"),
        on=read_version(said["on"]) if "on" in said else None,
        private="private" in said,
    )


def _shape(said: Mapping[FlagName, str]) -> tuple[str | None, tuple[int, int] | None]:
    """`--size` and `--ar` are two ways to say the same thing."""
    if "size" in said and "ar" in said:
        raise BadCommand(
            f"--size {quoted(said['size'])} and --ar {quoted(said['ar'])} both set the shape.",
            hint=f"Keep one: --size {said['size']}",
        )
    if "ar" in said:
        return None, read_ratio(said["ar"])
    if "size" not in said:
        return None, None
    size = read_size(said["size"])
    return (size, None) if isinstance(size, str) else (None, size)


class _AnyModel:
    """Stands for a catalog that is not known here: whatever could name a model does."""

    def __contains__(self, name: object) -> bool:
        return True


def _is_read_back(line: str, prompt: str) -> bool:
    """Whether the line's prompt is read as it is: one that looks like flags needs `--` before it."""
    try:
        return not scan(prompt, _AnyModel()).flags and parse_spec(line).prompt == prompt
    except BadCommand:
        return False
