"""How the connection to Discord is, for health checks and the log, and whether anything is being dealt with."""

import asyncio


class Connection:
    """`troubles` says of each shard in a word or two what is wrong, by its number; "" where all is well."""

    def __init__(self) -> None:
        self.troubles: dict[int, str] = {}
        self._elsewhere: set[int] = set()
        self._under_way = 0
        self._rest = asyncio.Event()
        self._rest.set()

    @property
    def trouble(self) -> str:
        """What is wrong with any of them; empty where all is well."""
        return next((trouble for trouble in self.troubles.values() if trouble), "" if self.troubles else "connecting")

    @property
    def state(self) -> str:
        """In a word or two, for whoever watches."""
        return self.trouble or ("standing by" if self._elsewhere == self.troubles.keys() else "connected")

    def connecting(self, shard: int) -> None:
        """It is ours to serve, as far as we know."""
        self.troubles[shard] = "connecting"
        self._elsewhere.discard(shard)

    def standing_by(self, shard: int) -> None:
        """Another process serves it, which is as it should be."""
        self.troubles[shard] = ""
        self._elsewhere.add(shard)

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
