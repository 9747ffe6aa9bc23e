"""Discord gateway connections: their status for health checks, and the number of events that are being handled."""

import asyncio

from adapters.shared.health import ConnectionStatus


class ShardConnections(ConnectionStatus):
    """Of all shards of this process, by their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._events_in_progress = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def began(self) -> None:
        """An event arrived and will be handled; `ended` must follow."""
        self._events_in_progress += 1
        self._idle.clear()

    def ended(self) -> None:
        self._events_in_progress -= 1
        if not self._events_in_progress:
            self._idle.set()

    async def at_rest(self) -> None:
        """Returns when no event is being handled."""
        await self._idle.wait()
