"""Commands as they are registered with Discord, made from the one table of flags, and what comes back typed. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, get_args

from adapters.discord import labels, limits
from adapters.discord.markup import cut
from adapters.discord.payloads.interactions import SlashCommand
from bot.presentation.card import Choice
from bot.presentation.options import Option, Subcommand

Payload = Mapping[str, Any]
Name = Literal["imagine", "edit", "tree", "models", "usage", "help"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)

_MAX_IMAGES: Final = 4
_TEXT, _NUMBER, _SWITCH, _ATTACHMENT = 3, 4, 5, 11
_QUESTIONS: Final[tuple[Name, ...]] = ("models", "usage", "help")
_MEANT_FOR_THREADS: Final[frozenset[Name]] = frozenset({"edit", "tree"})


def payload(options: Sequence[Option], questions: Sequence[Subcommand]) -> tuple[Payload, ...]:
    """Everything that is registered. The same tables make the same payload."""
    flags = tuple(_option(option) for option in options)
    about = {question.name: question.summary for question in questions}
    return (
        _typed("imagine", labels.IMAGINE, (_prompt(labels.PROMPT), *flags, *_images())),
        _typed("edit", labels.EDIT, (_prompt(labels.CHANGE), *flags, *_images())),
        _typed("tree", labels.TREE, ()),
        *(_typed(name, about[name], ()) for name in _QUESTIONS if name in about),
        {"type": 3, "name": labels.EDIT_MENU, **_EVERYWHERE},
    )


def digest(registered: Sequence[Payload]) -> str:
    """Changes when, and only when, what is registered changes."""
    return hashlib.sha256(json.dumps(registered, sort_keys=True).encode()).hexdigest()


def text(command: SlashCommand) -> str:
    """The command as a line of text, so that there is one way to read flags, typed or chosen.

    The flags come first, since a `--` within the prompt ends them.
    """
    if command.name != "imagine" and command.name != "edit":
        return command.name
    values = {option.name: option.value for option in command.options}
    prompt = str(values.pop("prompt", ""))
    flags = [_flag(name, value) for name, value in values.items()]
    return " ".join([*(flag for flag in flags if flag), prompt]).strip()


def is_about_thread(name: str) -> bool:
    return name in _MEANT_FOR_THREADS


def suggestions(option: Option | None, typed: str) -> tuple[Choice, ...]:
    """What fits to what was typed so far: the words in any order, in value or label."""
    if option is None:
        return ()
    wanted = typed.casefold().split()
    fitting = [
        choice
        for choice in option.choices
        if all(word in f"{choice.value} {choice.label}".casefold() for word in wanted)
    ]
    return tuple(fitting[: limits.MAX_OPTIONS])


def choices(suggested: Sequence[Choice]) -> tuple[Payload, ...]:
    return tuple(
        {"name": cut(each.label, limits.MAX_OPTION_CHARS), "value": each.value}
        for each in suggested
        if 0 < len(each.value) <= limits.MAX_OPTION_CHARS
    )


# Private

_EVERYWHERE: Final[Payload] = {
    "integration_types": (0,),  # servers; an app of a person's own may not post where they are
    "contexts": (0, 1),  # servers, and direct messages with us
}


def _typed(name: Name, about: str, options: Sequence[Payload]) -> Payload:
    described = cut(about, limits.MAX_OPTION_CHARS)
    return {"type": 1, "name": name, "description": described, "options": tuple(options), **_EVERYWHERE}


def _prompt(about: str) -> Payload:
    return {
        "type": _TEXT,
        "name": "prompt",
        "description": cut(about, limits.MAX_OPTION_CHARS),
        "required": True,
        "min_length": 1,
        "max_length": limits.MAX_PROMPT_OPTION_CHARS,
    }


def _images() -> Iterator[Payload]:
    for number in range(1, _MAX_IMAGES + 1):
        yield {"type": _ATTACHMENT, "name": f"image{number}", "description": labels.IMAGE, "required": False}


def _option(option: Option) -> Payload:
    base: Payload = {
        "name": option.name,
        "description": cut(option.summary, limits.MAX_OPTION_CHARS),
        "required": False,
    }
    match option.kind:
        case "switch":
            return {"type": _SWITCH, **base}
        case "number":
            bounds = {"min_value": option.minimum, "max_value": option.maximum}
            return {"type": _NUMBER, **base, **{name: bound for name, bound in bounds.items() if bound is not None}}
        case "choice" if option.closed:
            return {"type": _TEXT, **base, "choices": choices(option.choices)}
        case "choice":
            # Models come and go without anything being registered anew, and sizes may be any.
            return {"type": _TEXT, **base, "autocomplete": True}
        case "text":
            return {"type": _TEXT, **base}


def _flag(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else ""
    if isinstance(value, int):
        return f"--{name} {value}"
    incoming = " ".join(str(value or "").replace('"', "'").split())
    return f'--{name} "{incoming}"' if incoming else ""
