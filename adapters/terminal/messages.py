"""Stores the messages and attachments of the terminal platform on disk.

A channel is a folder, a message a file named by its key, so that posting a key twice creates one message. All methods
block; `platform` calls them on a single thread, which also prevents concurrent changes.
"""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from adapters.terminal import errors
from adapters.terminal.files import write_atomically
from adapters.terminal.limits import KEEP_DAYS
from adapters.terminal.parse import StoredMessage, is_channel, message_from_json, message_to_json
from bot.domain.people import MessageRef, Place
from bot.ports import Clock
from bot.presentation.card import Card
from bot.texts import image_errors


class StoredMessages:
    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._channels = folder / "channels"
        self._files = folder / "files"
        self._channels.mkdir(parents=True, exist_ok=True)
        self._files.mkdir(exist_ok=True)
        self._newest = 0

    def post(self, place: Place, card: Card, key: str) -> StoredMessage:
        """Stores a message, or returns the existing one with this key."""
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        path = self._path(place.channel, name)
        return message_from_json(path.read_bytes()) if path.exists() else self._write(place, name, card)

    def update(self, ref: MessageRef, card: Card) -> StoredMessage:
        """Replaces the card of a message; creates the message again if it is gone."""
        return self._write(ref.place, ref.message, card)

    def changed_since(self, channel: str, revision: int) -> list[StoredMessage]:
        """The messages that changed after `revision`, in order of change."""
        messages = (message_from_json(path.read_bytes()) for path in self._folder(channel).glob("*.json"))
        return sorted((each for each in messages if each.revision > revision), key=lambda each: each.revision)

    def store_file(self, data: bytes) -> str:
        """Stores an attachment and returns its reference, the SHA-256 of its bytes."""
        ref = hashlib.sha256(data).hexdigest()
        if not (self._files / ref).exists():
            _write(self._files / ref, data)
        return ref

    def read_file(self, ref: str, max_bytes: int) -> bytes:
        """An attachment's bytes.

        Raises:
            BadPicture: it is gone, or longer than `max_bytes`.
        """
        path = self._files / ref
        if not ref.isalnum() or not path.is_file():
            raise image_errors.attachment_gone()
        if path.stat().st_size > max_bytes:
            raise image_errors.attachment_too_large(max_bytes)
        return path.read_bytes()

    def prune(self) -> None:
        """Removes channels and attachments that were not changed for `KEEP_DAYS`."""
        oldest_s = self._clock.now().timestamp() - KEEP_DAYS * 86_400
        for path in (*self._channels.iterdir(), *self._files.iterdir()):
            if path.stat().st_mtime < oldest_s:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _write(self, place: Place, name: str, card: Card) -> StoredMessage:
        # Based on the time, so that revisions increase across restarts; plus one if the clock did not advance.
        self._newest = max(int(self._clock.now().timestamp() * 1e9), self._newest + 1)
        message = StoredMessage(name, place, replace(card, preview=None), self._newest)
        path = self._path(place.channel, name)
        _write(path, message_to_json(message))
        return message

    def _path(self, channel: str, name: str) -> Path:
        return self._folder(channel) / f"{name}.json"

    def _folder(self, channel: str) -> Path:
        if not is_channel(channel):
            raise errors.channel_missing()
        return self._channels / channel


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, data, mode=0o600)
    except OSError as error:
        raise errors.cannot_write() from error
