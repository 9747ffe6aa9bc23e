"""Reads settings from the environment and `.env`, and reports all problems at once."""

import difflib
import re
from collections.abc import Collection, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import ValidationError

from bot.errors import AdminError
from bot.settings.fields import PREFIX, IllegalValue, example_of, legal_values, metadata_of
from bot.settings.settings import Settings, variable


class SettingsError(AdminError):
    """One or more settings are wrong; `text` lists all of them.

    `variables` are their names; empty if the settings could not be read at all.
    """

    def __init__(self, text: str, *, hint: str, variables: Collection[str] = ()) -> None:
        super().__init__(text, hint=hint)
        self.variables = frozenset(variables)


def load_settings(
    env: Mapping[str, str], dotenv_path: Path | None, *, ignored_variables: Collection[str] = ()
) -> Settings:
    """Reads settings from `env` and the file `dotenv_path`, if it exists. `env` takes precedence.

    Args:
        ignored_variables: variables to treat as not set.

    Raises:
        SettingsError: one or more settings are wrong.
    """
    everything = _set_variables(_read_dotenv(dotenv_path), "in .env") | _set_variables(env, "in the environment")
    everything = {name: found for name, found in everything.items() if name not in ignored_variables}
    known = {variable(field): field for field in Settings.model_fields}
    given = {name: found for name, found in everything.items() if name in known or name.upper().startswith(PREFIX)}
    problems = {name: _describe_unknown(name, where, known) for name, (_, where) in given.items() if name not in known}
    try:
        settings = Settings.from_values(
            {known[name]: text for name, (text, _) in given.items() if name in known},
            elsewhere={name: text for name, (text, _) in everything.items() if name not in given},
        )
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            field = str(one["loc"][0])
            text, where = given.get(variable(field), ("", "by default"))
            reason = one.get("ctx", {}).get("error")
            problems.setdefault(variable(field), _describe_wrong_value(field, text, where, reason))
    else:
        if not problems:
            return settings
    raise SettingsError(
        "\n".join(problems.values()), hint="Every setting is explained in .env.example.", variables=problems
    ) from None


# Kubernetes sets such variables in every pod for a service named "easel"; they are no settings.
_SERVICE_LINK = re.compile(
    r"EASEL_SERVICE_(HOST|PORT(_\w+)?)=.*|EASEL_PORT=\w+://.*|EASEL_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?=.*", re.DOTALL
)

_NOT_IN_NAMES = re.compile(r"[^\w.-]")
"""Characters that a variable's name cannot have, such as the quotes of `"EASEL_SLOTS"=4`."""


def _set_variables(variables: Mapping[str, str | None], where: str) -> dict[str, tuple[str, str]]:
    """Maps each variable to its value and `where`. An empty value counts as not set: compose files write that."""
    return {
        name: (text, where)
        for name, text in variables.items()
        if text and not _SERVICE_LINK.fullmatch(f"{name}={text}")
    }


def _read_dotenv(path: Path | None) -> Mapping[str, str | None]:
    """The variables in the file; empty if there is none. Raises SettingsError for lines that cannot be read."""
    if path is None or not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors write a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "The file .env cannot be read.",
            hint="It must be a UTF-8 text file that the user who starts Easel may read.",
        ) from error
    # python-dotenv only logs a warning for such lines and ignores them.
    unread = [_line_of(binding) for binding in parse_stream(StringIO(text)) if _sets_nothing(binding)]
    if unread:
        raise SettingsError(
            "\n".join(f"Line {number} of .env is no setting." for number in unread),
            hint="Write NAME=value, or # in front of a comment. A value with spaces or # goes between quotes, "
            "and a quote that is opened must be closed.",
        )
    return dotenv_values(stream=StringIO(text))


def _sets_nothing(binding: Binding) -> bool:
    """Whether a line is neither empty nor a comment, but sets no variable."""
    if binding.key is None:
        return binding.error
    return binding.value is None or _NOT_IN_NAMES.search(binding.key) is not None


def _line_of(binding: Binding) -> int:
    """The line number of a binding. Its text includes the blank lines before it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _describe_unknown(name: str, where: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6)
    advice = f"Did you mean {near[0]}?" if near else "See .env.example for all of them."
    return f"{name} ({where}) is not a setting of Easel. {advice}"


def _describe_wrong_value(name: str, text: str, where: str, reason: object) -> str:
    field, called = Settings.model_fields[name], variable(name)
    shown = "(hidden)" if metadata_of(field, "is_secret") else repr(text)
    because = f" and {reason}" if isinstance(reason, IllegalValue) else ""
    legal = f"it must be {legal_values(field)}. Example: {called}={example_of(field)}"
    return f"{called} is {shown} ({where}){because}; {legal}"
