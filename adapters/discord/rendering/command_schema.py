"""Discord slash commands: builds them from the table of flags, and converts received ones to text. Pure."""

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
_INFO_COMMANDS: Final[tuple[Name, ...]] = ("models", "usage", "help")
_THREAD_COMMANDS: Final[frozenset[Name]] = frozenset({"edit", "tree"})


def payload(options: Sequence[Option], questions: Sequence[Subcommand]) -> tuple[Payload, ...]:
    """The commands to register with Discord. Deterministic."""
    flags = tuple(_option(option) for option in options)
    about = {question.name: question.summary for question in questions}
    return (
        _slash_command("imagine", labels.IMAGINE, (_prompt_option(labels.PROMPT), *flags, *_image_options())),
        _slash_command("edit", labels.EDIT, (_prompt_option(labels.CHANGE), *flags, *_image_options())),
        _slash_command("tree", labels.TREE, ()),
        *(_slash_command(name, about[name], ()) for name in _INFO_COMMANDS if name in about),
        {"type": 3, "name": labels.EDIT_MENU, **_AVAILABILITY},
    )


def digest(registered: Sequence[Payload]) -> str:
    """A hash of the commands, to detect whether they must be registered again."""
    return hashlib.sha256(json.dumps(registered, sort_keys=True).encode()).hexdigest()


def text(command: SlashCommand) -> str:
    """Converts a command to a line of text, which is parsed like a typed one.

    The flags come first, because a `--` in the prompt ends them.
    """
    if command.name != "imagine" and command.name != "edit":
        return command.name
    values = {option.name: option.value for option in command.options}
    prompt = str(values.pop("prompt", ""))
    flags = [_flag(name, value) for name, value in values.items()]
    return " ".join([*(flag for flag in flags if flag), prompt]).strip()


def is_about_thread(name: str) -> bool:
    """Whether the command needs the picture of a thread."""
    return name in _THREAD_COMMANDS


def suggestions(option: Option | None, typed: str) -> tuple[Choice, ...]:
    """Autocomplete: the choices whose value or label contains all words typed so far, in any order."""
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
    """Renders choices of an option; leaves out those with a value that Discord does not accept."""
    return tuple(
        {"name": cut(each.label, limits.MAX_OPTION_CHARS), "value": each.value}
        for each in suggested
        if 0 < len(each.value) <= limits.MAX_OPTION_CHARS
    )


# Private

_AVAILABILITY: Final[Payload] = {
    "integration_types": (0,),  # installed on servers; an app that a person installs cannot post in their channels
    "contexts": (0, 1),  # usable on servers and in direct messages with the bot
}


def _slash_command(name: Name, about: str, options: Sequence[Payload]) -> Payload:
    described = cut(about, limits.MAX_OPTION_CHARS)
    return {"type": 1, "name": name, "description": described, "options": tuple(options), **_AVAILABILITY}


def _prompt_option(about: str) -> Payload:
    return {
        "type": _TEXT,
        "name": "prompt",
        "description": cut(about, limits.MAX_OPTION_CHARS),
        "required": True,
        "min_length": 1,
        "max_length": limits.MAX_PROMPT_OPTION_CHARS,
    }


def _image_options() -> Iterator[Payload]:
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
            # Autocomplete: models change without a new registration, and sizes are not limited to a list.
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
