"""views.*: modals and home tabs."""

import secrets

from tests.emulators.slack.api.asked import Asked
from tests.emulators.slack.problems import SlackError, invalid_arguments
from tests.emulators.slack.shapes import view_json
from tests.emulators.slack.things import Json, View
from tests.emulators.slack.words import check_view_content


async def open_(asked: Asked) -> Json:
    state = asked.state
    content = _content(asked, "modal")
    _check_external_id(asked, content, None)
    person = state.triggers.exchange(
        asked.arguments.text("trigger_id"), asked.team, state.clock.now_s(), state.trigger_limit_s
    )
    view = View(id=state.ids.new("V"), person=person, team=asked.team, hash=_new_hash(asked), content=content)
    state.views[view.id] = view
    state.modals[person] = view
    state.tell()
    return {"view": view_json(state, view)}


async def update(asked: Asked) -> Json:
    view_id, external_id = asked.arguments.given("view_id"), asked.arguments.given("external_id")
    if (view_id is None) == (external_id is None):
        raise invalid_arguments("either view_id or external_id is required")
    view = next(
        (
            each
            for each in asked.state.views.values()
            if each.team is asked.team and each.is_open and _is_meant(each, view_id, external_id)
        ),
        None,
    )
    if view is None:
        raise SlackError("not_found")
    _check_hash(asked, view)
    content = _content(asked, view.content["type"])
    _check_external_id(asked, content, view)
    replace(asked, view, content)
    return {"view": view_json(asked.state, view)}


async def publish(asked: Asked) -> Json:
    state = asked.state
    if not state.home_enabled:
        raise SlackError("not_enabled")
    user = asked.arguments.text("user_id")
    person = state.people.get(user)
    if person is None or person.team is not asked.team:
        raise invalid_arguments("invalid `user_id`")
    view = state.homes.get(user)
    if view is not None:
        _check_hash(asked, view)
    content = _content(asked, "home")
    if view is None:
        view = View(id=state.ids.new("V"), person=user, team=asked.team, hash="", content=content)
        state.homes[user] = state.views[view.id] = view
    replace(asked, view, content)
    return {"view": view_json(state, view)}


def replace(asked: Asked, view: View, content: Json) -> None:
    """Puts other content before the person. What was filled in stays only where block and element stay."""
    view.content, view.hash = content, _new_hash(asked)
    keep = {
        (block.get("block_id"), element.get("action_id"))
        for block in content["blocks"]
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", []))
        if isinstance(element, dict)
    }
    view.chosen = {where: value for where, value in view.chosen.items() if where in keep}
    asked.state.tell()


# Private


def _content(asked: Asked, kind: str) -> Json:
    return check_view_content(asked.state, asked.team, asked.call.method, asked.arguments.object("view"), kind=kind)


def _is_meant(view: View, view_id: str | None, external_id: str | None) -> bool:
    return view.id == view_id if view_id is not None else view.content.get("external_id") == external_id


def _check_hash(asked: Asked, view: View) -> None:
    given = asked.arguments.given("hash")
    if given is not None and given != view.hash:
        raise SlackError("hash_conflict")


def _check_external_id(asked: Asked, content: Json, own: View | None) -> None:
    external_id = content.get("external_id")
    taken = any(
        view is not own and view.is_open and view.team is asked.team and view.content.get("external_id") == external_id
        for view in asked.state.views.values()
    )
    if external_id and taken:
        raise SlackError("duplicate_external_id")


def _new_hash(asked: Asked) -> str:
    return f"{int(asked.state.clock.now_s())}.{secrets.token_hex(4)}"
