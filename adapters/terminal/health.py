"""Whether an Easel answers on a data directory. Only light imports: containers ask every minute."""

from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from adapters.terminal.announcement import announced

_TIMEOUT_S = 5.0


def answers(data_dir: Path) -> bool:
    """Asks the process that announced itself there, and waits for its answer at most 5 s. Blocks."""
    announcement = announced(data_dir)
    if announcement is None:
        return False
    connection = HTTPConnection(urlsplit(announcement.address).netloc, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/health", headers={"Authorization": f"Bearer {announcement.token}"})
        return connection.getresponse().read() == b"ok"
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
