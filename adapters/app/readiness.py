"""Prints the status lines of `easel run`: address, changes of connection states, and when Easel is ready."""

from collections.abc import Callable, Mapping
from functools import partial

from adapters.shared.health import CONNECTING, ConnectionStatus


class ReadinessReport:
    """Prints connection states.

    Args:
        connections: by platform name.
        playground: its address, or "".
        say: prints a line.
    """

    def __init__(
        self, connections: Mapping[str, ConnectionStatus], *, playground: str, say: Callable[[str], object]
    ) -> None:
        self._connections = connections
        self._playground = playground
        self._print = say
        self._last_printed: dict[str, str] = {}
        self._has_been_ready = False

    def start(self) -> None:
        """Prints the current state, and from now on every change."""
        if self._playground and self._connections:
            self._print(f"Playground: {self._playground}")
        for name, connection in self._connections.items():
            connection.on_change(partial(self._print_state, name))
            self._print_state(name)
        self._print_when_ready()  # without connections there are no changes

    def _print_state(self, name: str) -> None:
        state = self._connections[name].state
        if state != CONNECTING and state != self._last_printed.get(name):
            self._last_printed[name] = state
            keeps_trying = "" if self._connections[name].is_ready else " Easel keeps trying."
            self._print(f"{name.capitalize()}: {state}.{keeps_trying}")
        self._print_when_ready()

    def _print_when_ready(self) -> None:
        if not self._has_been_ready and all(connection.is_ready for connection in self._connections.values()):
            self._has_been_ready = True
            self._print(f"Easel is ready: {self._playground}" if self._playground else "Easel is ready.")
