"""Changing a note that others may change at the same moment, so that nobody's change is lost."""

from collections.abc import Awaitable, Callable

from bot.ports import Json, PlatformState


async def update_note(notes: PlatformState, key: str, make: Callable[[Json | None], Json]) -> Json:
    """Keeps what `make` makes of the note, and returns it.

    Args:
        make: is given the note, or None where there is none; it is called again where somebody else was faster.
    """
    while True:
        noted = await notes.get(key)
        changed = make(noted)
        if changed == noted:
            return changed
        if await (notes.add(key, changed) if noted is None else notes.compare_and_set(key, noted, changed)):
            return changed


async def pop_after(notes: PlatformState, key: str, use: Callable[[Json], Awaitable[None]]) -> None:
    """Removes a note once `use` has done what it asks for: after a crash, all of it is done again.

    Args:
        use: is given the note, and again what it became where somebody changed it meanwhile.
    """
    noted = await notes.get(key)
    while noted is not None:
        await use(noted)
        taken = await notes.pop(key)
        noted = taken if taken != noted else None
