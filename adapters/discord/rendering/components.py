"""Discord components for messages and modals, as JSON.

discord.ui is not used: it keeps every sent view in memory, drops other views' buttons at a timeout, and confuses people
who have the same modal open. Easel handles buttons and modals by their custom id only, which never expires.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from adapters.discord import limits
from adapters.discord.markup import cut

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Component = Mapping[str, Json]

_STYLES: Final = {"plain": 2, "primary": 1, "danger": 4}
_ACCENTS: Final = {"error": 0xDA373C, "working": 0x5865F2, "done": 0x248046, "info": 0x5865F2}
"""The colour of the stripe beside a panel, by the card's tone. The text states the same."""


def rows(buttons: Sequence[Component]) -> tuple[Component, ...]:
    """Arranges buttons in rows; leaves out those above Discord's limit."""
    size = limits.MAX_ROW_BUTTONS
    kept = buttons[: limits.MAX_ROWS * size]
    return tuple({"type": 1, "components": kept[start : start + size]} for start in range(0, len(kept), size))


def button(label: str, custom_id: str, style: str = "plain") -> Component:
    return {
        "type": 2,
        "style": _STYLES[style],
        "label": cut(label, limits.MAX_BUTTON_CHARS),
        "custom_id": custom_id,
    }


def container(tone: str, parts: Sequence[Component]) -> Component:
    return {"type": 17, "accent_color": _ACCENTS[tone], "components": parts}


def text_display(markdown: str) -> Component:
    return {"type": 10, "content": markdown}


def label(words: str, component: Component) -> Component:
    """An input of a modal with a label above it."""
    return {"type": 18, "label": cut(words, limits.MAX_LABEL_CHARS), "component": component}


def text_input(name: str, value: str, *, required: bool) -> Component:
    filled = cut(value, limits.MAX_INPUT_CHARS)
    return {
        "type": 4,
        "custom_id": name,
        "style": 2,
        "required": required,
        "max_length": limits.MAX_INPUT_CHARS,
        **({"value": filled} if filled else {}),
    }


def select(name: str, options: Sequence[Component], *, required: bool) -> Component:
    return {"type": 3, "custom_id": name, "options": options, "required": required}


def option(label: str, value: str, *, description: str = "", chosen: bool = False) -> Component:
    return {
        "label": cut(label, limits.MAX_OPTION_CHARS),
        "value": value,
        **({"description": cut(description, limits.MAX_OPTION_CHARS)} if description.strip() else {}),
        **({"default": True} if chosen else {}),
    }


def file_upload(name: str, max_files: int) -> Component:
    return {"type": 19, "custom_id": name, "min_values": 0, "max_values": max_files, "required": False}
