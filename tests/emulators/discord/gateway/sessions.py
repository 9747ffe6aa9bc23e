"""What the gateway remembers of a client between its connections: what was sent, so that it can resume."""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulators.discord.things import Json

if TYPE_CHECKING:
    from tests.emulators.discord.gateway.connections import Connection

REPLAYED = 10_000
"""More than any test sends; older events are lost to a client that resumes."""

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS = 1 << 9, 1 << 10
DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 12, 1 << 15
KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))


@dataclass(eq=False, kw_only=True)
class Session:
    """One client on one shard, from its identify to its end.

    Attributes:
        intents: what it asked to be told.
        shard: its number, and how many there are.
        sequence: of the last event.
        log: the events, for those who resume.
        connection: where it is connected now.
    """

    id: str
    intents: int
    shard: tuple[int, int] = (0, 1)
    sequence: int = 0
    log: deque[Json] = field(default_factory=lambda: deque[Json](maxlen=REPLAYED), repr=False)
    connection: "Connection | None" = field(default=None, repr=False)
    is_over: bool = False

    @property
    def reads_content(self) -> bool:
        return bool(self.intents & MESSAGE_CONTENT)

    def wants(self, intent: int) -> bool:
        return not intent or bool(self.intents & intent)

    def tell(self, event: str, data: Json) -> None:
        """Sends an event, or keeps it until the client is back."""
        self.sequence += 1
        frame: Json = {"op": 0, "t": event, "s": self.sequence, "d": data}
        self.log.append(frame)
        if self.connection is not None:
            self.connection.send(frame)

    def missed(self, sequence: int) -> list[Json]:
        return [frame for frame in self.log if frame["s"] > sequence]
