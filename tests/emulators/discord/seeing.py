"""What a person's client shows."""

from collections.abc import Sequence

from tests.emulators.discord.checking.components import each_of
from tests.emulators.discord.checking.kinds import PRESSED
from tests.emulators.discord.messages import SHOWN_AS_MESSAGES, Message
from tests.emulators.discord.things import Channel, Json


def seen_in(channel: Channel, user: str) -> list[Message]:
    """What was said there, as this user sees it, in the order of time."""
    return [
        message
        for message in channel.messages
        if not message.is_deleted and message.type in SHOWN_AS_MESSAGES and message.ephemeral_for in (None, user)
    ]


def find_component(components: Sequence[Json], what: str) -> Json:
    """The button or menu with this custom id, label or placeholder.

    Raises:
        LookupError: there is none, or nobody can press it.
    """
    for name in ("custom_id", "label", "placeholder"):
        for component in each_of(components):
            if component["type"] in PRESSED and component.get(name) == what:
                if component.get("disabled") or "custom_id" not in component:
                    raise LookupError(f"{what!r} cannot be pressed")
                return component
    raise LookupError(f"there is no {what!r} among {labels_of(components)}")


def labels_of(components: Sequence[Json]) -> list[str]:
    """Of all buttons."""
    return [each.get("label", "") for each in each_of(components) if each["type"] == 2]
