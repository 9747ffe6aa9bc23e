"""Modals as a client fills them in: what it refuses by itself, what it sends, and what it does with the answer."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.slack import choices
from tests.emulators.slack.deliveries import Deliveries
from tests.emulators.slack.interactions import Interactions
from tests.emulators.slack.kit.check import elements_of
from tests.emulators.slack.parcels import Parcel
from tests.emulators.slack.posting import FileToUpload, uploaded
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.shapes import file_json
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Json, Profile, View
from tests.emulators.slack.words import check_view_content

Values = Mapping[str, str | Sequence[str]]
MAX_INPUT_FILE_BYTES = 10_000_000
_TROUBLE = "We had some trouble connecting. Try again?"
_MAX_FILES = 10


@dataclass(frozen=True, slots=True)
class SubmitOutcome:
    """What the client does after Submit.

    Attributes:
        closed: the modal is gone.
        errors: what stands under which block, from the app, or from the client where it did not even ask the app.
        view: what stands before the person now.
        failed: what the client says where the app did not answer.
    """

    closed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    view: View | None = None
    failed: str | None = None


class Forms:
    def __init__(self, state: State, deliveries: Deliveries, interactions: Interactions) -> None:
        self._state = state
        self._deliveries = deliveries
        self._interactions = interactions

    async def submit(self, person: Profile, values: Values, files: Sequence[FileToUpload], times: int) -> SubmitOutcome:
        """Fills in what `values` names, by action or block id, and presses the button; the rest stays as it is."""
        view = self._open_view(person)
        for name, value in values.items():
            block, element = _named(view, name)
            view.chosen[block["block_id"], element["action_id"]] = choices.chosen(element, value)
        if files:
            self._attach(person, view, files)
        told = choices.state_values(view.blocks, view.chosen)
        if errors := _client_errors(view, told):
            return SubmitOutcome(errors=errors, view=view)
        payload = self._interactions.view_submission(person, view, told, self._response_urls(person, view, told))
        parcel = Parcel("interactive", payload, accepts_response=True)
        outcome = SubmitOutcome()
        for _ in range(times):
            ack = await self._deliveries.ask(parcel)
            outcome = self._outcome(person, view, ack.response) if ack.ok else SubmitOutcome(view=view, failed=_TROUBLE)
        return outcome

    async def close(self, person: Profile) -> None:
        view = self._open_view(person)
        view.is_open = False
        self._state.tell()
        if view.content.get("notify_on_close"):
            values = choices.state_values(view.blocks, view.chosen)
            await self._deliveries.ask(Parcel("interactive", self._interactions.view_closed(person, view, values)))

    # Private

    def _open_view(self, person: Profile) -> View:
        view = self._state.modals.get(person.id)
        if view is None or not view.is_open:
            raise LookupError(f"{person.name} has no modal")
        return view

    def _attach(self, person: Profile, view: View, files: Sequence[FileToUpload]) -> None:
        block, element = _named(view, None)
        uploads = [uploaded(self._state, person, file, to_app=True) for file in files]
        told = choices.chosen(element, [file_json(self._state, file) for file in uploads])
        view.chosen[block["block_id"], element["action_id"]] = told

    def _response_urls(self, person: Profile, view: View, told: Json) -> list[Json]:
        urls: list[Json] = []
        for block in view.blocks:
            for element in elements_of(block):
                if not element.get("response_url_enabled"):
                    continue
                value = told[block["block_id"]][element["action_id"]]
                channel = self._state.channels.get(value.get("selected_conversation") or value.get("selected_channel"))
                if channel is not None:
                    ids = block["block_id"], element["action_id"]
                    urls.append(self._interactions.response_url_of_form(person, channel, *ids))
        return urls

    def _outcome(self, person: Profile, view: View, response: Json | None) -> SubmitOutcome:
        """What the acknowledgement asks the client to do; without an answer it closes the modal."""
        match (response or {}).get("response_action"):
            case None:
                if response:
                    self._state.note("view_submission", f"an answer without response_action: {sorted(response)}")
                view.is_open = False
            case "clear":
                view.is_open = False
            case "errors":
                return SubmitOutcome(errors=self._checked_errors(view, response or {}), view=view)
            case "update" | "push":
                return self._replaced(person, view, response or {})
            case other:
                self._state.note("view_submission", f"no such response_action: {other!r}")
                return SubmitOutcome(view=view, failed=_TROUBLE)
        self._state.tell()
        return SubmitOutcome(closed=True)

    def _checked_errors(self, view: View, response: Json) -> dict[str, str]:
        errors: Any = response.get("errors")
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not all(isinstance(text, str) for text in errors.values()):
            self._state.note("view_submission", f"errors must be texts by block: {errors!r}")
            return {}
        for block_id in errors.keys() - inputs:
            self._state.note("view_submission", f"no input block is called {block_id!r}")
        return errors

    def _replaced(self, person: Profile, view: View, response: Json) -> SubmitOutcome:
        try:
            given: Json = response.get("view", {})
            content = check_view_content(self._state, person.team, "view_submission", given, kind="modal")
        except SlackError as refusal:
            self._state.note("view_submission", f"{refusal.code}: {refusal.problem}")
            return SubmitOutcome(view=view, failed=_TROUBLE)
        if response["response_action"] == "push":
            view = View(id=self._state.ids.new("V"), person=person.id, team=person.team, hash="", content=content)
            self._state.views[view.id] = self._state.modals[person.id] = view
        view.content, view.hash, view.chosen = content, secrets.token_hex(6), {}
        self._state.tell()
        return SubmitOutcome(view=view)


def _named(view: View, name: str | None) -> tuple[Json, Json]:
    """The block and element with this id, or the only file input."""
    found = [
        (block, element)
        for block in view.blocks
        for element in elements_of(block)
        if (element.get("type") == "file_input" if name is None else name in _ids(block, element))
    ]
    if len(found) != 1:
        there = [_ids(block, element) for block in view.blocks for element in elements_of(block)]
        raise LookupError(f"{len(found)} inputs are called {name or 'file_input'}; there are {there}")
    return found[0]


def _ids(block: Json, element: Json) -> tuple[str, str | None]:
    return block["block_id"], element.get("action_id")


def _client_errors(view: View, told: Json) -> dict[str, str]:
    """What the client finds by itself, so that the app is not even asked."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = told[block["block_id"]][element["action_id"]]
        if error := _client_error(element, value, is_optional=block.get("optional", False)):
            errors[block["block_id"]] = error
    return errors


def _client_error(element: Json, value: Json, *, is_optional: bool) -> str | None:
    if choices.is_empty(value):
        return None if is_optional else "Please complete this required field."
    text: Any = value.get("value")
    if isinstance(text, str) and len(text) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    if isinstance(text, str) and len(text) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    files: list[Json] = value.get("files") or []
    if len(files) > element.get("max_files", _MAX_FILES):
        return "Too many files."
    if any(file["size"] > MAX_INPUT_FILE_BYTES for file in files):
        return "File size is too large."
    wanted = element.get("filetypes")
    if wanted and any(file["name"].rpartition(".")[2].lower() not in wanted for file in files):
        return "This file type is not supported."
    return None
