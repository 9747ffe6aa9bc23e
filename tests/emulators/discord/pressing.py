"""What a person's client makes of a pressed button and of what was picked in a menu."""

from collections.abc import Sequence

from tests.emulators.discord.checking.kinds import BUTTON, SELECT
from tests.emulators.discord.payloads import Resolved
from tests.emulators.discord.seeing import find_component
from tests.emulators.discord.things import Channel, Json, Profile, Role

Picked = str | Profile | Role | Channel


def used(components: Sequence[Json], what: str, picked: Sequence[Picked], *, is_button: bool) -> tuple[Json, Resolved]:
    """The data that is sent, and what its ids stand for.

    Raises:
        LookupError: there is nothing like that to press, or the menu does not offer it.
    """
    component = find_component(components, what)
    if (component["type"] == BUTTON) != is_button:
        raise LookupError(f"{what!r} is a {'menu' if is_button else 'button'}")
    data: Json = {name: component[name] for name in ("custom_id", "id") if name in component}
    data["component_type"] = component["type"]
    resolved = Resolved()
    if not is_button:
        if not component.get("min_values", 1) <= len(picked) <= component.get("max_values", 1):
            raise LookupError(f"{what!r} does not take {len(picked)} options")
        data["values"] = [_picked(component, each, resolved) for each in picked]
    return data, resolved


def _picked(component: Json, given: Picked, resolved: Resolved) -> str:
    if component["type"] == SELECT:
        for option in component["options"]:
            if given in (option["value"], option["label"]):
                return str(option["value"])
        raise LookupError(f"the menu does not offer {given!r}")
    match given:
        case Profile():
            resolved.users.append(given)
        case Role():
            resolved.roles.append(given)
        case Channel():
            resolved.channels.append(given)
        case _:
            raise LookupError(f"the menu does not offer {given!r}")
    return given.id
