"""Checks whether an Easel runs on a data directory. Few imports, since containers run it every minute."""

from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from adapters.shared.health import Health
from adapters.terminal.announcement import read_announcement
from adapters.terminal.parse import health_from_json

_TIMEOUT_S = 5.0


def fetch_health(data_dir: Path) -> Health | None:
    """The health of the process that owns the data directory; None if none answers within 5 s. Blocks."""
    announcement = read_announcement(data_dir)
    if announcement is None:
        return None
    connection = HTTPConnection(urlsplit(announcement.address).netloc, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/health", headers={"Authorization": f"Bearer {announcement.token}"})
        return health_from_json(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
