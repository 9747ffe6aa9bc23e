"""What elements tell once somebody pressed, picked or filled them in, and what they tell before."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.emulators.slack.kit.check import elements_of
from tests.emulators.slack.kit.objects import all_options
from tests.emulators.slack.things import Json

Chosen = Mapping[tuple[str, str], Json]
_NAMED_PICKS = {
    "conversations_select": "conversation",
    "channels_select": "channel",
    "users_select": "user",
}
_STATELESS = frozenset({"button", "overflow", "image", "mrkdwn", "plain_text"})


def find(blocks: Sequence[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and the element that are meant.

    Raises:
        LookupError: there is none, or more than one.
    """
    found = [
        (block, element)
        for block in blocks
        if block_id is None or block["block_id"] == block_id
        for element in elements_of(block)
        if element.get("action_id") == action_id
    ]
    if len(found) != 1:
        there = [element.get("action_id") for block in blocks for element in elements_of(block)]
        raise LookupError(f"{len(found)} elements are called {action_id!r}; there are {there}")
    return found[0]


def action(block: Json, element: Json, value: str | None, action_ts: str) -> Json:
    """What a press or a pick sends. `value` is the option, or the conversation, that was picked."""
    told: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    told["action_ts"] = action_ts
    if element["type"] == "button":
        told |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        return told
    if value is None:
        raise LookupError(f"{element['type']} needs a value")
    if "placeholder" in element:
        told["placeholder"] = element["placeholder"]
    return told | chosen(element, value)


def chosen(element: Json, value: Any) -> Json:
    """How state tells the value of an element that a person gave one.

    Raises:
        LookupError: no option has that value.
    """
    match element["type"]:
        case "static_select" | "radio_buttons" | "overflow":
            return {"selected_option": _option(element, value)}
        case "multi_static_select" | "checkboxes":
            return {"selected_options": [_option(element, each) for each in value]}
        case kind if kind in _NAMED_PICKS:
            return {f"selected_{_NAMED_PICKS[kind]}": value}
        case "file_input":
            return {"files": value}
        case _:
            return {"value": value}


def initial(element: Json, conversation: str | None) -> Json:
    """How state tells an element that nobody touched. `conversation` is the one where the form was opened."""
    kind = element["type"]
    if kind in ("static_select", "radio_buttons"):
        return {"selected_option": element.get("initial_option")}
    if kind in ("multi_static_select", "checkboxes"):
        return {"selected_options": element.get("initial_options", [])}
    if kind in _NAMED_PICKS:
        name = _NAMED_PICKS[kind]
        given = element.get(f"initial_{name}")
        if given is None and element.get("default_to_current_conversation"):
            given = conversation
        return {f"selected_{name}": given}
    if kind == "file_input":
        return {"files": []}
    return {"value": element.get("initial_value")}


def state_values(blocks: Sequence[Json], picked: Chosen, conversation: str | None = None) -> Json:
    """`state.values`: every element that has a value, by block and action."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in _STATELESS or "action_id" not in element:
                continue
            where = (block["block_id"], element["action_id"])
            told = picked.get(where) or initial(element, conversation)
            values.setdefault(where[0], {})[where[1]] = {"type": element["type"], **told}
    return values


def is_empty(told: Json) -> bool:
    """Whether nothing was filled in."""
    return not any(value for name, value in told.items() if name != "type")


def _option(element: Json, value: str) -> Json:
    for option in all_options(element):
        if option["value"] == value:
            return option
    raise LookupError(f"no option {value!r} among {[option['value'] for option in all_options(element)]}")
