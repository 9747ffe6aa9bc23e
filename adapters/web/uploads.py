"""Stores attached files, named by the SHA-256 of their bytes.

The core checks them later, but files that are clearly no pictures are reported at once, so that the page does not send
them.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BufferedWriter
from pathlib import Path
from typing import TypeVar, TypeVarTuple, Unpack

from adapters.web import errors, limits
from bot.domain.file_kinds import detect_picture_format, is_recognised
from bot.domain.files import decode_text
from bot.errors import BadPicture
from bot.ports import Clock

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


_BEGINNING_BYTES = 4096
"""The first bytes of a file, enough to detect its type."""


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A stored file. `refusal` says why it is not usable as a picture; None if it may be."""

    ref: str
    bytes_count: int
    refusal: BadPicture | None


class Uploads:
    """The stored files. A file's hash is enough permission to attach it: only those who had its bytes know it.

    Until a file is sent with a message, an empty file of the same name is in the folder `…_unsent`. All files that are
    not sent yet have limited room together.
    """

    def __init__(self, folder: Path, *, max_bytes: int, clock: Clock) -> None:
        self.max_bytes = max_bytes
        self._folder = folder
        self._clock = clock
        # Private, because the job engine replaces the loop's default executor and shuts it down when it stops.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="uploads")
        folder.mkdir(parents=True, exist_ok=True)
        self._unsent = folder.with_name(f"{folder.name}_unsent")
        self._unsent.mkdir(exist_ok=True)
        for unfinished in folder.glob("*.part"):
            unfinished.unlink()

    async def store(self, chunks: AsyncIterable[bytes]) -> StoredUpload:
        """Stores a file durably.

        Raises:
            BadPicture: it is empty or too large; nothing is stored.
            Transient: too many files were uploaded and not sent.
        """
        if not await self._in_thread(self._has_room):
            raise errors.too_many_unsent()
        part = self._folder / f"{secrets.token_hex(8)}.part"
        try:
            upload = await self._receive(chunks, part)
            await self._in_thread(self._put, part, upload.ref)
        except OSError as error:
            raise errors.cannot_keep_upload() from error
        finally:
            part.unlink(missing_ok=True)
        return upload

    async def keep(self, ref: str) -> bool:
        """Keeps a file for good, since a message has it; False where it is not there (any more)."""
        return await self._in_thread(self._keep, ref)

    async def read(self, ref: str, *, max_bytes: int) -> bytes:
        """The bytes of a stored file.

        Raises:
            BadPicture: it is gone, or longer than `max_bytes`.
        """
        data = await self._in_thread(_read_at_most, self._folder / ref, max_bytes + 1)
        if data is None:
            raise errors.upload_gone()
        if len(data) > max_bytes:
            raise errors.attachment_too_large(_megabytes(max_bytes))
        return data

    def _put(self, part: Path, ref: str) -> None:
        waiting, file = self._unsent / ref, self._folder / ref
        if waiting.exists() or not file.exists():
            waiting.touch()
            part.replace(file)

    def _keep(self, ref: str) -> bool:
        (self._unsent / ref).unlink(missing_ok=True)
        return (self._folder / ref).is_file()

    def _has_room(self) -> bool:
        """Whether one more of the largest size may wait. Where not, those that waited long are given up first."""
        since_s = {mark.name: mark.stat().st_mtime for mark in self._unsent.iterdir()}
        sizes = {name: _size(self._folder / name) for name in since_s}
        total_bytes = sum(sizes.values()) + sum(_size(part) for part in self._folder.glob("*.part"))
        most_bytes = (limits.UNSENT_UPLOADS - 1) * self.max_bytes
        long_ago_s = self._clock.now().timestamp() - limits.UNSENT_S
        for name in sorted(since_s, key=since_s.__getitem__):
            if total_bytes <= most_bytes or since_s[name] > long_ago_s:
                break
            (self._folder / name).unlink(missing_ok=True)
            (self._unsent / name).unlink(missing_ok=True)
            total_bytes -= sizes[name]
        return total_bytes <= most_bytes

    async def _receive(self, chunks: AsyncIterable[bytes], part: Path) -> StoredUpload:
        digest, count, beginning = hashlib.sha256(), 0, b""
        with await self._in_thread(partial(part.open, "xb")) as file:
            async for chunk in chunks:
                count += len(chunk)
                if count > self.max_bytes:
                    allowed = _megabytes(self.max_bytes)
                    raise errors.upload_too_large(allowed)
                digest.update(chunk)
                beginning += chunk[: _BEGINNING_BYTES - len(beginning)]
                await self._in_thread(file.write, chunk)
            if count == 0:
                raise errors.empty_upload()
            await self._in_thread(_flush_to_disk, file)
        return StoredUpload(digest.hexdigest(), count, _check_beginning(beginning))

    async def _in_thread(self, work: Callable[[Unpack[Args]], Result], *args: *Args) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def _check_beginning(beginning: bytes) -> BadPicture | None:
    try:
        detect_picture_format(beginning)
    except BadPicture as refusal:
        is_text = not is_recognised(beginning) and decode_text(beginning) is not None
        return None if is_text else refusal
    return None


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:g} MB"


def _flush_to_disk(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read_at_most(path: Path, max_bytes: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(max_bytes)
    except FileNotFoundError:
        return None
