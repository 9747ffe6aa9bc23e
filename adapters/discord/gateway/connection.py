"""How the connection to Discord is, for health checks and the log, and whether anything is being dealt with."""

import asyncio

from adapters.shared.health import ConnectionStatus


class ShardConnections(ConnectionStatus):
    """Of all shards that this process serves, each by its number."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way = 0
        self._rest = asyncio.Event()
        self._rest.set()

    def began(self) -> None:
        """An event was read that somebody will deal with."""
        self._under_way += 1
        self._rest.clear()

    def ended(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._rest.set()

    async def at_rest(self) -> None:
        """Returns when everything that was read has been dealt with."""
        await self._rest.wait()
