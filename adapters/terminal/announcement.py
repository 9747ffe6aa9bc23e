"""How `easel imagine` finds the process that owns the data directory: `terminal.json`, which only its user may read."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from adapters.terminal.files import write_atomically


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where the listener is, and the token that proves that a caller may read the data directory."""

    address: str
    token: str
    pid: int


def new_token() -> str:
    return secrets.token_urlsafe(32)


def write_announcement(data_dir: Path, announcement: Announcement) -> None:
    write_atomically(_path(data_dir), _ANNOUNCEMENT.dump_json(announcement), mode=0o600)


def remove_announcement(data_dir: Path, announcement: Announcement) -> None:
    """Removes the announcement, unless a later owner has already put its own there."""
    if read_announcement(data_dir) == announcement:
        _path(data_dir).unlink(missing_ok=True)


def read_announcement(data_dir: Path) -> Announcement | None:
    """What stands there; None for nothing. After a crash it may name a process that is no more."""
    try:
        return _ANNOUNCEMENT.validate_json(_path(data_dir).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


_ANNOUNCEMENT = TypeAdapter(Announcement)


def _path(data_dir: Path) -> Path:
    return data_dir / "terminal.json"
