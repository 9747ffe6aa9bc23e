"""Block elements: what can be pressed, picked, or filled in."""

from collections.abc import Mapping
from typing import Any

from tests.emulators.slack.kit.objects import (
    CONFIRM,
    DISPATCH_CONFIG,
    ONE_PICTURE,
    OPTION,
    OPTION_GROUPS,
    OPTION_RULES,
    OPTIONS,
    OVERFLOW_OPTION,
    PICTURE_FIELDS,
    plain_text,
    text,
)
from tests.emulators.slack.kit.shapes import (
    Check,
    Field,
    Needed,
    Report,
    choice,
    exactly_one,
    flag,
    integer,
    listing,
    shape,
    string,
)

_PLACEHOLDER = {"placeholder": plain_text(150)}
_MENU = {**_PLACEHOLDER, "confirm": CONFIRM, "focus_on_load": flag}
_CONVERSATION_FILTER = shape(
    {
        "include": listing(choice("im", "mpim", "private", "public"), at_most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    lambda value, pointer, report: None if value else report.add("must have a condition", pointer),
)


def _element(kind: str, fields: Mapping[str, Field], *more: Check) -> Check:
    common: dict[str, Field] = {"type": Needed(choice(kind)), "action_id": string(255)}
    return shape({**common, **fields}, *more)


def _lengths_agree(value: Any, pointer: str, report: Report) -> None:
    lowest, highest = value.get("min_length", 0), value.get("max_length", 3000)
    initial = value.get("initial_value", "")
    if isinstance(lowest, int) and isinstance(highest, int) and lowest > highest:
        report.add("min_length must not exceed max_length", pointer)
    if isinstance(initial, str) and isinstance(highest, int) and len(initial) > highest:
        report.add(f"initial_value must be less than {highest + 1} characters", f"{pointer}/initial_value")


_PICKS = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
_CHECKS = {"options": Needed(listing(OPTION, at_most=10)), "confirm": CONFIRM, "focus_on_load": flag}

ELEMENTS: Mapping[str, Check] = {
    "button": _element(
        "button",
        {
            "text": Needed(plain_text(75)),
            "url": string(3000),
            "value": string(2000),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": _element("overflow", {"options": Needed(listing(OVERFLOW_OPTION, at_most=5)), "confirm": CONFIRM}),
    "static_select": _element(
        "static_select",
        {**_MENU, **_PICKS, "initial_option": OPTION},
        exactly_one("options", "option_groups"),
        *OPTION_RULES,
    ),
    "multi_static_select": _element(
        "multi_static_select",
        {**_MENU, **_PICKS, "initial_options": OPTIONS, "max_selected_items": integer(1, 100)},
        exactly_one("options", "option_groups"),
        *OPTION_RULES,
    ),
    "conversations_select": _element(
        "conversations_select",
        {
            **_MENU,
            "initial_conversation": string(255),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _CONVERSATION_FILTER,
        },
    ),
    "channels_select": _element(
        "channels_select", {**_MENU, "initial_channel": string(255), "response_url_enabled": flag}
    ),
    "users_select": _element("users_select", {**_MENU, "initial_user": string(255)}),
    "checkboxes": _element("checkboxes", {**_CHECKS, "initial_options": OPTIONS}, *OPTION_RULES),
    "radio_buttons": _element("radio_buttons", {**_CHECKS, "initial_option": OPTION}, *OPTION_RULES),
    "plain_text_input": _element(
        "plain_text_input",
        {
            **_PLACEHOLDER,
            "initial_value": string(3000, min_chars=0),
            "multiline": flag,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
            "dispatch_action_config": DISPATCH_CONFIG,
            "focus_on_load": flag,
        },
        _lengths_agree,
    ),
    "number_input": _element(
        "number_input",
        {
            **_PLACEHOLDER,
            "is_decimal_allowed": Needed(flag),
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
            "dispatch_action_config": DISPATCH_CONFIG,
            "focus_on_load": flag,
        },
    ),
    "file_input": _element("file_input", {"filetypes": listing(string(20), at_most=100), "max_files": integer(1, 10)}),
    "image": shape(PICTURE_FIELDS, ONE_PICTURE),
    "mrkdwn": text(3000),
    "plain_text": text(3000),
}

MENUS = frozenset({"static_select", "conversations_select", "channels_select", "users_select"})
IN_ACTIONS = MENUS | {"button", "overflow", "checkboxes", "radio_buttons"}
IN_SECTION = IN_ACTIONS | {"image", "multi_static_select"}
IN_CONTEXT = frozenset({"image", "mrkdwn", "plain_text"})
IN_INPUT = MENUS | {
    "checkboxes",
    "radio_buttons",
    "multi_static_select",
    "plain_text_input",
    "number_input",
    "file_input",
}
