"""Types for health checks and connection states."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

CONNECTING: Final = "connecting"
CONNECTED: Final = "connected"
STANDING_BY: Final = "standing by"


@dataclass(frozen=True, slots=True)
class Health:
    """The result of a health check.

    Attributes:
        ready: whether the database and all platforms can be reached.
        details: the state of each part, such as `{"slack": "connected"}`. Must not contain secrets.
    """

    ready: bool = True
    details: dict[str, str] = field(default_factory=dict[str, str])


HealthCheck = Callable[[], Awaitable[Health]]


class ConnectionStatus:
    """The state of a chat platform's connections, by number: Discord's shards; Slack has only number 0."""

    def __init__(self) -> None:
        self._states: dict[int, str] = {}
        self._on_change: Callable[[], None] = lambda: None

    @property
    def is_ready(self) -> bool:
        """Whether all connections work here or in another process."""
        return self.state in (CONNECTED, STANDING_BY)

    @property
    def state(self) -> str:
        """`connecting`, `connected`, `standing by` or `not connected: REASON`; of several, the most severe."""
        return max(self._states.values(), key=_severity, default=CONNECTING)

    def connecting(self, number: int = 0) -> None:
        self._set(number, CONNECTING)

    def connected(self, number: int = 0) -> None:
        self._set(number, CONNECTED)

    def standing_by(self, number: int = 0) -> None:
        """Another process serves this connection, as intended."""
        self._set(number, STANDING_BY)

    def lost(self, reason: str = "", number: int = 0) -> None:
        """The connection was lost. `reason` is a few words without secrets, shown to the administrator."""
        self._set(number, f"not connected: {reason}" if reason else "not connected")

    def on_change(self, tell: Callable[[], None]) -> None:
        """Registers a function to call after every change of a state. Replaces the previous one."""
        self._on_change = tell

    def _set(self, number: int, state: str) -> None:
        if self._states.get(number) != state:
            self._states[number] = state
            self._on_change()


def _severity(state: str) -> int:
    """The severity of a state; errors are highest."""
    harmless = (STANDING_BY, CONNECTED, CONNECTING)
    return harmless.index(state) if state in harmless else len(harmless)
