"""How the connection to Slack is, for health checks and the log."""

from dataclasses import dataclass


@dataclass(slots=True)
class Connection:
    """`trouble` says in a word or two what is wrong; empty where all is well."""

    trouble: str = "connecting"

    @property
    def is_well(self) -> bool:
        return not self.trouble

    @property
    def state(self) -> str:
        """In a word or two, for whoever watches."""
        return self.trouble or "connected"
