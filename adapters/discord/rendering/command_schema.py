"""Commands as they are registered with Discord, made from the one table of flags, and what comes back typed. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, cast, get_args

from adapters.discord import labels, limits
from adapters.discord.markup import Names, cut, plain
from adapters.discord.payloads import resolved_objects
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


def options_of(data: Payload) -> Sequence[Payload]:
    """The options of a command's `data`; texts in them as people see them."""
    names = _names(resolved_objects(data))
    given = cast("Sequence[Payload]", data.get("options") or ())
    return tuple(
        {**each, "value": plain(str(each.get("value") or ""), names)} if each.get("type") == _TEXT else each
        for each in given
    )


def text(name: str, given: Sequence[Payload]) -> str:
    """What the same would be as a line of text: Easel reads every flag in one way only, however it was given.

    The flags come first, since a `--` within the prompt ends them. `given` are the options.
    """
    if name != "imagine" and name != "edit":
        return name
    values = {str(each["name"]): each.get("value") for each in given}
    prompt = str(values.pop("prompt", "") or "")
    flags = [_flag(option, value) for option, value in values.items() if not option.startswith("image")]
    return " ".join([*(flag for flag in flags if flag), prompt]).strip()


def is_about_thread(name: str) -> bool:
    return name in _MEANT_FOR_THREADS


def images(given: Sequence[Payload]) -> tuple[str, ...]:
    """The ids of the images that came along, in the order of their names."""
    found = {str(each["name"]): str(each["value"]) for each in given if each.get("type") == _ATTACHMENT}
    return tuple(found[name] for name in sorted(found))


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


def focused(given: Sequence[Payload]) -> tuple[str, str]:
    """The option that is being typed, and what is typed of it."""
    for each in given:
        if each.get("focused"):
            return str(each["name"]), str(each.get("value") or "")
    return "", ""


# Private

_EVERYWHERE: Final[Payload] = {
    "integration_types": (0,),  # servers; an app of a person's own may not post where they are
    "contexts": (0, 1),  # servers, and direct messages with us
}


def _names(found: Payload) -> Names:
    """Of whom and what a command's texts mention."""
    members = _things(found, "members")
    names = {f"@&{number}": str(role["name"]) for number, role in _things(found, "roles").items()}
    names |= {f"#{number}": str(channel.get("name") or "") for number, channel in _things(found, "channels").items()}
    for number, user in _things(found, "users").items():
        nick = members.get(number, {}).get("nick")
        names[f"@{number}"] = str(nick or user.get("global_name") or user["username"])
    return names


def _things(found: Payload, kind: str) -> Mapping[str, Payload]:
    return cast("Mapping[str, Payload]", found.get(kind) or {})


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
