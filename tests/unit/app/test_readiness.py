"""What `easel run` says of its platforms' connections."""

import pytest

from adapters.app.readiness import ReadinessReport
from adapters.shared.health import ConnectionStatus


def a_report(**connections: ConnectionStatus) -> list[str]:
    """The lines that are said from now on."""
    said: list[str] = []
    ReadinessReport(connections, playground="http://127.0.0.1:8765/?token=t", say=said.append).start()
    return said


def test_the_playground_alone_is_ready_at_once() -> None:
    """Where there is nothing to connect to, Easel is ready."""
    assert a_report() == ["Easel is ready: http://127.0.0.1:8765/?token=t"]


def test_easel_is_ready_once_every_platform_is_connected() -> None:
    """Each platform's state is said when it changes; ready is said once, after the last of them."""
    slack, discord = ConnectionStatus(), ConnectionStatus()
    slack.connected()
    said = a_report(slack=slack, discord=discord)
    assert said == ["Playground: http://127.0.0.1:8765/?token=t", "Slack: connected."]
    for _ in range(2):
        discord.lost("Discord cannot be reached")
        discord.connecting()
    assert said[2:] == ["Discord: not connected: Discord cannot be reached. Easel keeps trying."]
    discord.connected()
    slack.lost()
    slack.connected()
    assert said[3:] == [
        "Discord: connected.",
        "Easel is ready: http://127.0.0.1:8765/?token=t",
        "Slack: not connected. Easel keeps trying.",
        "Slack: connected.",
    ]


@pytest.mark.parametrize(
    ("changes", "state", "is_ready"),
    [
        ([], "connecting", False),
        ([("connected", 0), ("connecting", 1)], "connecting", False),
        ([("connected", 0), ("standing_by", 1)], "connected", True),
        ([("standing_by", 0), ("standing_by", 1)], "standing by", True),
        ([("connected", 0), ("lost", 1), ("connecting", 2)], "not connected", False),
        ([("lost", 1), ("connected", 1)], "connected", True),
    ],
)
def test_of_several_connections_the_worst_counts(changes: list[tuple[str, int]], state: str, is_ready: bool) -> None:
    """A platform is as well as its worst connection; one that another process serves is well."""
    status = ConnectionStatus()
    for change, number in changes:
        getattr(status, change)(number=number)
    assert (status.state, status.is_ready) == (state, is_ready)
