"""Changing a note that others may change at the same moment, so that nobody's change is lost."""

from collections.abc import Callable

from bot.ports import Json, Notes


async def change(notes: Notes, key: str, make: Callable[[Json | None], Json]) -> Json:
    """Keeps what `make` makes of the note, and returns it.

    Args:
        make: is given the note, or None where there is none; it is called again where somebody else was faster.
    """
    while True:
        noted = await notes.get(key)
        changed = make(noted)
        if changed == noted:
            return changed
        if await (notes.add(key, changed) if noted is None else notes.swap(key, noted, changed)):
            return changed
