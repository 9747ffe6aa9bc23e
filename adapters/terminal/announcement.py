"""The file `terminal.json`, by which commands find the process that owns the data directory. Private to its user."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from adapters.terminal.files import write_atomically


@dataclass(frozen=True, slots=True)
class Announcement:
    """The server's address, and a token that proves access to the data directory."""

    address: str
    token: str
    pid: int


def new_token() -> str:
    return secrets.token_urlsafe(32)


def write_announcement(data_dir: Path, announcement: Announcement) -> None:
    write_atomically(_path(data_dir), _ANNOUNCEMENT.dump_json(announcement), mode=0o600)


def remove_announcement(data_dir: Path, announcement: Announcement) -> None:
    """Removes the file, unless another process has replaced it meanwhile."""
    if read_announcement(data_dir) == announcement:
        _path(data_dir).unlink(missing_ok=True)


def read_announcement(data_dir: Path) -> Announcement | None:
    """The announcement; None if there is none. After a crash, its process may not exist any more."""
    try:
        return _ANNOUNCEMENT.validate_json(_path(data_dir).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


_ANNOUNCEMENT = TypeAdapter(Announcement)


def _path(data_dir: Path) -> Path:
    return data_dir / "terminal.json"
