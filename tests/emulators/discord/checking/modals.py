"""The rules of forms."""

from typing import Any

from tests.emulators.discord.checking.components import check_options, check_select, each_of
from tests.emulators.discord.checking.findings import Findings, Path, array, check_object, text
from tests.emulators.discord.checking.kinds import (
    CHECKBOX_GROUP,
    FIELDS,
    FILE_UPLOAD,
    INPUTS,
    LABEL,
    RADIO_GROUP,
    ROW,
    SELECTS,
    TEXT_DISPLAY,
    TEXT_INPUT,
)
from tests.emulators.discord.things import Json

_MODAL = {
    "custom_id": text(1, 100, needed=True),
    "title": text(1, 45, needed=True),
    "components": array(1, 5, needed=True),
}


def check_modal(data: Any) -> list[str]:
    """What the app should not have sent although Discord does not mind.

    Raises:
        ApiError: the form is not as it should be.
    """
    findings = Findings()
    if check_object(findings, ("data",), data, _MODAL):
        for index, each in enumerate(data["components"]):
            _check_line(findings, ("data", "components", index), each)
        if findings.is_clean:
            _check_ids(findings, data["components"])
    findings.settle()
    return findings.complaints


def _check_line(findings: Findings, path: Path, line: Any) -> None:
    kind = line.get("type") if isinstance(line, dict) else None
    if kind not in (ROW, LABEL, TEXT_DISPLAY):
        findings.add((*path, "type"), "UNION_TYPE_CHOICES", "must be a label, a text, or a row with a text input")
        return
    if not check_object(findings, path, line, FIELDS[kind]):
        return
    if kind == ROW:
        children = line["components"]
        if len(children) != 1:
            findings.add((*path, "components"), "BASE_TYPE_BAD_LENGTH", "one text input a row")
        for index, child in enumerate(children):
            _check_input(findings, (*path, "components", index), child, (TEXT_INPUT,), needs_label=True)
    elif kind == LABEL:
        _check_input(findings, (*path, "component"), line["component"], INPUTS, needs_label=False)


def _check_input(findings: Findings, path: Path, given: Any, allowed: tuple[int, ...], *, needs_label: bool) -> None:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind not in allowed:
        findings.add((*path, "type"), "UNION_TYPE_CHOICES", f"Value of field type must be one of {allowed}.")
        return
    if not check_object(findings, path, given, FIELDS[kind]):
        return
    if kind == TEXT_INPUT:
        _check_text_input(findings, path, given, needs_label=needs_label)
    elif kind in SELECTS:
        check_select(findings, path, given)
    elif kind in (RADIO_GROUP, CHECKBOX_GROUP):
        check_options(findings, path, given["options"])
    if given.get("disabled"):
        findings.add((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "nothing in a form can be disabled")
    if kind in (*SELECTS, FILE_UPLOAD, CHECKBOX_GROUP) and given.get("min_values") == 0 and given.get("required", True):
        findings.complain(path, "is required although min_values is 0")


def _check_text_input(findings: Findings, path: Path, given: Json, *, needs_label: bool) -> None:
    label, value = given.get("label"), given.get("value")
    if needs_label and not label:
        findings.add((*path, "label"), "BASE_TYPE_REQUIRED", "This field is required")
    if not needs_label and label:
        findings.add((*path, "label"), "TEXT_INPUT_LABEL_IN_LABEL", "the label around it has the text")
    if given.get("min_length", 0) > given.get("max_length", 4000):
        findings.add((*path, "min_length"), "BASE_TYPE_MAX", "min_length is more than max_length")
    if value and len(value) > given.get("max_length", 4000):
        findings.add((*path, "value"), "BASE_TYPE_BAD_LENGTH", f"Must be {given['max_length']} or fewer in length.")


def _check_ids(findings: Findings, components: list[Json]) -> None:
    ids = [each["custom_id"] for each in each_of(components) if "custom_id" in each]
    if len(ids) != len(set(ids)):
        findings.add(("data", "components"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom ids are duplicated")
