"""How the connection to Discord is, for health checks and the log, and whether anything is being dealt with."""

import asyncio


class Connection:
    """`troubles` says of each shard in a word or two what is wrong, by its number; "" where all is well."""

    def __init__(self) -> None:
        self.troubles: dict[int, str] = {}
        self._under_way = 0
        self._rest = asyncio.Event()
        self._rest.set()

    @property
    def trouble(self) -> str:
        """What is wrong with any of them; empty where all is well."""
        return next((trouble for trouble in self.troubles.values() if trouble), "")

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
