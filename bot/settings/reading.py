"""Reads settings from the environment and `.env`, and reports everything that is wrong at once."""

import difflib
import re
from collections.abc import Collection, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import ValidationError

from bot.errors import AdminError
from bot.settings.fields import PREFIX, IllegalValue, example_of, fact, legal_values
from bot.settings.settings import Settings, variable


class SettingsError(AdminError):
    """One or more settings are wrong; `text` lists them all.

    `variables` are their names; empty where none of the settings could be read.
    """

    def __init__(self, text: str, *, hint: str, variables: Collection[str] = ()) -> None:
        super().__init__(text, hint=hint)
        self.variables = frozenset(variables)


def load_settings(env: Mapping[str, str], dotenv_path: Path | None, *, leaving_out: Collection[str] = ()) -> Settings:
    """Reads settings from `env`, and from the file `dotenv_path` (if it exists) what `env` does not set.

    Args:
        leaving_out: variables that are read as if they were not set.

    Raises:
        SettingsError: everything that is wrong, at once.
    """
    everything = _set(_read_dotenv(dotenv_path), "in .env") | _set(env, "in the environment")
    everything = {name: found for name, found in everything.items() if name not in leaving_out}
    known = {variable(field): field for field in Settings.model_fields}
    given = {name: found for name, found in everything.items() if name in known or name.upper().startswith(PREFIX)}
    problems = {name: _unknown(name, where, known) for name, (_, where) in given.items() if name not in known}
    try:
        settings = Settings.read(
            {known[name]: text for name, (text, _) in given.items() if name in known},
            elsewhere={name: text for name, (text, _) in everything.items() if name not in given},
        )
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            field = str(one["loc"][0])
            text, where = given.get(variable(field), ("", "by default"))
            reason = one.get("ctx", {}).get("error")
            problems.setdefault(variable(field), _wrong(field, text, where, reason))
    else:
        if not problems:
            return settings
    raise SettingsError(
        "\n".join(problems.values()), hint="Every setting is explained in .env.example.", variables=problems
    ) from None


# Kubernetes tells every pod about a service named "easel" in such variables; they are not meant for us.
_SERVICE_LINK = re.compile(
    r"EASEL_SERVICE_(HOST|PORT(_\w+)?)=.*|EASEL_PORT=\w+://.*|EASEL_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?=.*", re.DOTALL
)

_NO_NAME = re.compile(r"[^\w.-]")
"""No variable's name has it, such as the quotes of `"EASEL_SLOTS"=4`."""


def _set(variables: Mapping[str, str | None], where: str) -> dict[str, tuple[str, str]]:
    """Non-empty variables with where they were set. An empty value means: not set, as compose files do."""
    return {
        name: (text, where)
        for name, text in variables.items()
        if text and not _SERVICE_LINK.fullmatch(f"{name}={text}")
    }


def _read_dotenv(path: Path | None) -> Mapping[str, str | None]:
    if path is None or not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors put a byte order mark in front
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "The file .env cannot be read.",
            hint="It must be a UTF-8 text file that the user who starts Easel may read.",
        ) from error
    # python-dotenv itself only logs a warning for such lines, and goes on without what they were to set.
    unread = [_line_of(binding) for binding in parse_stream(StringIO(text)) if _is_unread(binding)]
    if unread:
        raise SettingsError(
            "\n".join(f"Line {number} of .env is no setting." for number in unread),
            hint="Write NAME=value, or # in front of a comment. A value with spaces or # goes between quotes, "
            "and a quote that is opened must be closed.",
        )
    return dotenv_values(stream=StringIO(text))


def _is_unread(binding: Binding) -> bool:
    """Whether a line sets nothing although it is neither empty nor a comment."""
    if binding.key is None:
        return binding.error
    return binding.value is None or _NO_NAME.search(binding.key) is not None


def _line_of(binding: Binding) -> int:
    """Blank lines belong to what follows them."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _unknown(name: str, where: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6)
    advice = f"Did you mean {near[0]}?" if near else "See .env.example for all of them."
    return f"{name} ({where}) is not a setting of Easel. {advice}"


def _wrong(name: str, text: str, where: str, reason: object) -> str:
    field, called = Settings.model_fields[name], variable(name)
    shown = "(hidden)" if fact(field, "is_secret") else repr(text)
    because = f" and {reason}" if isinstance(reason, IllegalValue) else ""
    legal = f"it must be {legal_values(field)}. Example: {called}={example_of(field)}"
    return f"{called} is {shown} ({where}){because}; {legal}"
