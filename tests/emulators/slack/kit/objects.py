"""Composition objects: texts, confirmations, options, files."""

import re
from typing import Any

from tests.emulators.slack.kit.shapes import (
    Check,
    Needed,
    Report,
    choice,
    exactly_one,
    flag,
    listing,
    shape,
    string,
)

_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")


def plain_text(max_chars: int) -> Check:
    return _counted(shape(_plain_fields(max_chars)))


def text(max_chars: int) -> Check:
    """Plain text or mrkdwn, in which Slack finds mentions and links."""
    mrkdwn = shape(
        {"type": Needed(choice("mrkdwn")), "text": Needed(string(max_chars)), "verbatim": flag}, _remember_mrkdwn
    )
    plain = shape(_plain_fields(max_chars))

    def check(value: Any, pointer: str, report: Report) -> None:
        is_mrkdwn = isinstance(value, dict) and value.get("type") == "mrkdwn"
        (mrkdwn if is_mrkdwn else plain)(value, pointer, report)

    return _counted(check)


def _plain_fields(max_chars: int) -> dict[str, Any]:
    return {"type": Needed(choice("plain_text")), "text": Needed(string(max_chars, may_be_blank=False)), "emoji": flag}


def _counted(inner: Check) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        inner(value, pointer, report)
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            report.chars += len(value["text"])

    return check


def _remember_mrkdwn(value: Any, pointer: str, report: Report) -> None:
    if isinstance(value.get("text"), str):
        report.mrkdwn.append(value["text"])


CONFIRM = shape(
    {
        "title": Needed(plain_text(100)),
        "text": Needed(text(300)),
        "confirm": Needed(plain_text(30)),
        "deny": Needed(plain_text(30)),
        "style": choice("primary", "danger"),
    }
)

_OPTION_FIELDS = {
    "text": Needed(text(75)),
    "value": Needed(string(150)),
    "description": plain_text(75),
}
OPTION = shape(_OPTION_FIELDS)
OVERFLOW_OPTION = shape({**_OPTION_FIELDS, "url": string(3000)})
OPTIONS = listing(OPTION, at_most=100)
OPTION_GROUPS = listing(shape({"label": Needed(plain_text(75)), "options": Needed(OPTIONS)}), at_most=100)
DISPATCH_CONFIG = shape({"trigger_actions_on": listing(choice("on_enter_pressed", "on_character_entered"), at_most=2)})


def _remember_file(value: Any, pointer: str, report: Report) -> None:
    if "id" in value and not (isinstance(value["id"], str) and _FILE_ID.fullmatch(value["id"])):
        report.add("must match a file id", f"{pointer}/id")
    elif isinstance(value.get("id", value.get("url")), str):
        report.slack_files.append((pointer, value))


SLACK_FILE = shape({"id": string(255), "url": string(3000)}, exactly_one("id", "url"), _remember_file)
PICTURE_FIELDS = {
    "type": Needed(choice("image")),
    "alt_text": Needed(string(2000)),
    "image_url": string(3000),
    "slack_file": SLACK_FILE,
}
ONE_PICTURE = exactly_one("image_url", "slack_file")


def _pick_is_an_option(value: Any, pointer: str, report: Report) -> None:
    options = all_options(value)
    picks = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    if any(pick not in options for pick in picks):
        report.add("must exactly match one of the options", f"{pointer}/initial_option")


def _values_differ(value: Any, pointer: str, report: Report) -> None:
    values = [option.get("value") for option in all_options(value) if isinstance(option, dict)]
    if len(set(map(str, values))) != len(values):
        report.add("option values must be unique", f"{pointer}/options")


OPTION_RULES: tuple[Check, ...] = (_pick_is_an_option, _values_differ)


def all_options(element: Any) -> list[Any]:
    """The options of a menu, those in groups among them."""
    found: list[Any] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        found += group.get("options") or []
    return found
