"""Liveness and readiness: whether Easel answers, and whether it can reach every platform that it is to serve."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

CONNECTING: Final = "connecting"
CONNECTED: Final = "connected"
STANDING_BY: Final = "standing by"


@dataclass(frozen=True, slots=True)
class Health:
    """The answer to a health check.

    Attributes:
        ready: whether everything that Easel needs can be reached. That it answers at all shows that it is alive.
        details: the state of each part by its name, such as `{"slack": "connected"}`. Nothing secret belongs there.
    """

    ready: bool = True
    details: dict[str, str] = field(default_factory=dict[str, str])


HealthCheck = Callable[[], Awaitable[Health]]


class ConnectionStatus:
    """How a chat platform's connections are: one by its number, such as a Discord shard; Slack has number 0 alone."""

    def __init__(self) -> None:
        self._states: dict[int, str] = {}
        self._on_change: Callable[[], None] = lambda: None

    @property
    def is_ready(self) -> bool:
        """Whether every connection works, or is served by another process."""
        return self.state in (CONNECTED, STANDING_BY)

    @property
    def state(self) -> str:
        """`connecting`, `connected`, `standing by` or `not connected: REASON`; of several, what matters most."""
        return max(self._states.values(), key=_severity, default=CONNECTING)

    def connecting(self, number: int = 0) -> None:
        self._set(number, CONNECTING)

    def connected(self, number: int = 0) -> None:
        self._set(number, CONNECTED)

    def standing_by(self, number: int = 0) -> None:
        """Another process serves it, which is as it should be."""
        self._set(number, STANDING_BY)

    def lost(self, reason: str = "", number: int = 0) -> None:
        """Args: `reason`: one or a few words without a secret, shown to those who run Easel."""
        self._set(number, f"not connected: {reason}" if reason else "not connected")

    def on_change(self, tell: Callable[[], None]) -> None:
        """`tell` is called after every change of a connection's state."""
        self._on_change = tell

    def _set(self, number: int, state: str) -> None:
        if self._states.get(number) != state:
            self._states[number] = state
            self._on_change()


def _severity(state: str) -> int:
    """The higher, the more a state matters beside others; what is wrong comes first."""
    harmless = (STANDING_BY, CONNECTED, CONNECTING)
    return harmless.index(state) if state in harmless else len(harmless)
