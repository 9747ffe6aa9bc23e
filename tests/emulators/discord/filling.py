"""What a person's client makes of a form that was filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.emulators.discord.checking.kinds import (
    CHECKBOX_GROUP,
    LABEL,
    RADIO_GROUP,
    ROW,
    SELECT,
)
from tests.emulators.discord.interactions import Modal
from tests.emulators.discord.payloads import Resolved
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Json, Profile, Role
from tests.emulators.discord.uploads import FileToUpload, uploaded

Value = str | bool | Sequence[Any]


class Filling:
    """One form with a person's values by custom id or label; what they leave alone stays as it came.

    Attributes:
        errors: what the client says beside a field that it does not send, by custom id.
    """

    def __init__(self, state: State, modal: Modal, channel: Channel) -> None:
        self._state = state
        self._modal = modal
        self._channel = channel
        self.errors: dict[str, str] = {}
        self.resolved = Resolved()

    def fill(self, values: Mapping[str, Value], files: Sequence[FileToUpload]) -> list[Json]:
        """The components as they are sent. `files` go to the only field that takes any.

        Raises:
            LookupError: the form has no such field.
        """
        left = dict(values)
        sent = [self._line(line, left, files) for line in self._modal.components]
        if left:
            raise LookupError(f"the form has no {sorted(left)}")
        return sent

    def _line(self, line: Json, left: dict[str, Value], files: Sequence[FileToUpload]) -> Json:
        told: Json = {"type": line["type"], "id": line.get("id", 0)}
        if line["type"] == LABEL:
            return told | {"component": self._input(line["component"], line["label"], left, files)}
        if line["type"] == ROW:
            inner = line["components"][0]
            return told | {"components": [self._input(inner, inner["label"], left, files)]}
        return told

    def _input(self, given: Json, label: str, left: dict[str, Value], files: Sequence[FileToUpload]) -> Json:
        custom_id = given["custom_id"]
        value = left.pop(custom_id, left.pop(label, None))
        told: Json = {"type": given["type"], "id": given.get("id", 0), "custom_id": custom_id}
        match given["type"]:
            case 4:
                return told | {"value": self._text(given, value)}
            case 19:
                return told | {"values": self._files(given, files)}
            case 23:
                return told | {"value": given.get("default", False) if value is None else bool(value)}
            case 21:
                chosen = self._chosen(given, value)
                return told | {"value": chosen[0] if chosen else None}
            case _:
                return told | {"values": self._chosen(given, value)}

    def _text(self, given: Json, value: Value | None) -> str:
        text = (given.get("value") or "") if value is None else str(value)
        if not text and given.get("required", True):
            self.errors[given["custom_id"]] = "This field is required"
        elif text and not given.get("min_length", 0) <= len(text) <= given.get("max_length", 4000):
            self.errors[given["custom_id"]] = "It is too short or too long"
        return text

    def _files(self, given: Json, files: Sequence[FileToUpload]) -> list[str]:
        least, most = given.get("min_values", 1), given.get("max_values", 1)
        if not (least if given.get("required", True) else 0) <= len(files) <= most:
            self.errors[given["custom_id"]] = f"{least} to {most} files, not {len(files)}"
        kept = [uploaded(self._state, self._channel.id, file, is_ephemeral=True) for file in files]
        self.resolved.attachments += kept
        return [each.id for each in kept]

    def _chosen(self, given: Json, value: Value | None) -> list[str]:
        options: list[Json] = given.get("options", [])
        if value is None:
            wanted = [option["value"] for option in options if option.get("default")]
        else:
            picked = [value] if isinstance(value, str | Profile | Role | Channel) else list(value)  # type: ignore[arg-type]
            wanted = [self._option(given, options, each) for each in picked]
        least, most = given.get("min_values", 1), given.get("max_values", 1)
        if not (least if given.get("required", True) else 0) <= len(wanted) <= most:
            self.errors[given["custom_id"]] = f"choose {least} to {most}"
        return wanted

    def _option(self, given: Json, options: Sequence[Json], picked: Any) -> str:
        if given["type"] not in (SELECT, RADIO_GROUP, CHECKBOX_GROUP):
            if isinstance(picked, Profile):
                self.resolved.users.append(picked)
            elif isinstance(picked, Role):
                self.resolved.roles.append(picked)
            elif isinstance(picked, Channel):
                self.resolved.channels.append(picked)
            return str(picked.id)
        for option in options:
            if picked in (option["value"], option["label"]):
                return str(option["value"])
        raise LookupError(f"{given['custom_id']} does not offer {picked!r}")


def fields_of(modal: Modal) -> dict[str, Json]:
    """Every field of the form by its custom id, with the label around it as `label`."""
    found: dict[str, Json] = {}
    for line in modal.components:
        if line["type"] == LABEL:
            found[line["component"]["custom_id"]] = {**line["component"], "label": line["label"]}
        elif line["type"] == ROW:
            found[line["components"][0]["custom_id"]] = line["components"][0]
    return found


def prefilled(field: Json) -> Any:
    """What a field holds as it opens."""
    match field["type"]:
        case 4:
            return field.get("value") or ""
        case 23:
            return field.get("default", False)
        case 19:
            return []
        case _:
            return [option["value"] for option in field.get("options", ()) if option.get("default")]
