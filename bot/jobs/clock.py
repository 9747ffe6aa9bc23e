"""The system clock."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Implements `bot.ports.Clock` with the system's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
