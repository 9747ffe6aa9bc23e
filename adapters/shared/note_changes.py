"""Changes notes in `PlatformState` atomically, with optimistic concurrency."""

from collections.abc import Awaitable, Callable

from bot.ports import Json, PlatformState


async def update_note(notes: PlatformState, key: str, make: Callable[[Json | None], Json]) -> Json:
    """Replaces a note with the result of `make`, and returns the result.

    Args:
        make: gets the current note, or None; called again after a concurrent change, so it must have no side effects.
    """
    while True:
        noted = await notes.get(key)
        changed = make(noted)
        if changed == noted:
            return changed
        if await (notes.add(key, changed) if noted is None else notes.compare_and_set(key, noted, changed)):
            return changed


async def pop_after(notes: PlatformState, key: str, use: Callable[[Json], Awaitable[None]]) -> None:
    """Removes a note after `use` has processed it. After a crash, `use` is called again: it must be idempotent.

    Args:
        use: gets the note; called again with the new note if it was changed meanwhile.
    """
    noted = await notes.get(key)
    while noted is not None:
        await use(noted)
        taken = await notes.pop(key)
        noted = taken if taken != noted else None
