"""Discord custom ids of buttons and modals. They contain all data, so nothing is stored and they never expire.

ig1:again:<job>                  a button of a card
ig1:ask-delete:<job>:<question>  a button that asks for confirmation, with the question
ig1:close:                       the button that cancels a confirmation
ig1:form:<job>:<source>          a modal; the job and the message whose menu opened it can be empty
"""

from dataclasses import dataclass
from typing import Final, cast, get_args

from adapters.discord.limits import MAX_CUSTOM_ID_CHARS
from bot.domain.events import Action
from bot.presentation.card import Button

_PREFIX: Final = "ig1"
_ASK_PREFIX: Final = "ask-"
CLOSE: Final = f"{_PREFIX}:close:"


@dataclass(frozen=True, slots=True)
class ButtonId:
    """A button.

    Attributes:
        target: the job.
        question: the question for confirmation; "" for none.
    """

    action: Action
    target: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class DismissId:
    """The button that cancels a confirmation."""


@dataclass(frozen=True, slots=True)
class FormId:
    """A modal.

    Attributes:
        target: as in `Form`.
        source: the id of the message whose menu opened it; "" for none.
    """

    target: str
    source: str = ""


Meaning = ButtonId | DismissId | FormId


def for_button(button: Button) -> str:
    """The custom id of a button. Includes its `confirm`, or its label if that does not fit."""
    if button.confirm is None:
        return for_action(button.action, button.target)
    asking = f"{_PREFIX}:{_ASK_PREFIX}{button.action}:{button.target}:"
    question = asking + button.confirm
    return question if len(question) <= MAX_CUSTOM_ID_CHARS else f"{asking}{button.label}?"


def for_action(action: Action, target: str) -> str:
    return f"{_PREFIX}:{action}:{target}"


def for_form(target: str, source: str = "") -> str:
    return f"{_PREFIX}:form:{target}" + (f":{source}" if source else "")


def parse(custom_id: str) -> Meaning | None:
    """Parses a custom id; None if this version of Easel does not create such ids."""
    prefix, _, rest = custom_id.partition(":")
    name, _, rest = rest.partition(":")
    target, _, more = rest.partition(":")
    if prefix != _PREFIX:
        return None
    if name == "close":
        return DismissId()
    if name == "form":
        return FormId(target, more)
    action = name.removeprefix(_ASK_PREFIX)
    if action not in get_args(Action):
        return None
    return ButtonId(cast("Action", action), target, more)
