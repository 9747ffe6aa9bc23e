"""What buttons and forms carry: everything there is to know of them, so that they work for ever and nothing is stored.

ig1:again:<job>                  a button of a card
ig1:ask-delete:<job>:<question>  a button that asks first, and what it asks
ig1:close:                       ends such a question
ig1:form:<job>:<source>          a form about a job's card, or about no job; with the message whose menu opened it
"""

from dataclasses import dataclass
from typing import Final, cast, get_args

from adapters.discord.limits import MAX_CUSTOM_ID_CHARS
from bot.domain.events import Action
from bot.presentation.card import Button

_PREFIX: Final = "ig1"
_ASK: Final = "ask-"
CLOSE: Final = f"{_PREFIX}:close:"


@dataclass(frozen=True, slots=True)
class ButtonId:
    """`question` is asked first, where there is one."""

    action: Action
    target: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class DismissId:
    """The end of a question that was answered with no."""


@dataclass(frozen=True, slots=True)
class FormId:
    """A form that came back: `target` as in `Form`, `source` the name of the message whose menu opened it."""

    target: str
    source: str = ""


Meaning = ButtonId | DismissId | FormId


def for_button(button: Button) -> str:
    """Args: `button`: what its `confirm` asks goes along, as far as there is room; its label otherwise."""
    if button.confirm is None:
        return for_action(button.action, button.target)
    asking = f"{_PREFIX}:{_ASK}{button.action}:{button.target}:"
    question = asking + button.confirm
    return question if len(question) <= MAX_CUSTOM_ID_CHARS else f"{asking}{button.label}?"


def for_action(action: Action, target: str) -> str:
    return f"{_PREFIX}:{action}:{target}"


def for_form(target: str, source: str = "") -> str:
    return f"{_PREFIX}:form:{target}" + (f":{source}" if source else "")


def parse(custom_id: str) -> Meaning | None:
    """What a custom id means; None for one that no Easel of this version made."""
    prefix, _, rest = custom_id.partition(":")
    name, _, rest = rest.partition(":")
    target, _, more = rest.partition(":")
    if prefix != _PREFIX:
        return None
    if name == "close":
        return DismissId()
    if name == "form":
        return FormId(target, more)
    action = name.removeprefix(_ASK)
    if action not in get_args(Action):
        return None
    return ButtonId(cast("Action", action), target, more)
