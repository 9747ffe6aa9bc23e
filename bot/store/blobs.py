"""Stores image files under the SHA-256 of their content: in a folder, or in S3, Google Cloud or Azure storage.

Object names contain no user text, equal files are stored once, and damage is detected on reading. One more object
names the state database that owns the storage, so that no other Easel deletes its files.
"""

import errno
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar, TypeVarTuple, Unpack
from urllib.parse import unquote

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, from_url

from bot.domain.ids import PictureId
from bot.errors import EaselError
from bot.texts import image_errors, storage_errors

Result = TypeVar("Result")
Args = TypeVarTuple("Args")

_OBJECT_NAME = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(?P<picture>\1\2[0-9a-f]{60})")
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# obstore has no error of its own for a full disk; it quotes the system's number.
_QUOTED_ERRNO = re.compile(r"\(os error (\d+)\)")
# A killed put leaves such a file in a folder: obstore writes `name#1` first, and its listings omit these files.
_LEFTOVERS = "??/??/*#*"
_LEFTOVER_ENDING = re.compile(r"#[0-9]+$")

OWNER_OBJECT: Final = "easel-owner.json"
"""The object that names the state database which owns the storage."""


class Pool(Protocol):
    """Runs blocking work in threads, off the event loop."""

    async def run(self, work: Callable[[Unpack[Args]], Result], *args: *Args) -> Result: ...


class Blobs:
    """The storage of image files; create it with `open`. Every method raises AdminError or Transient if it fails."""

    def __init__(self, store: ObjectStore, pool: Pool) -> None:
        self._store = store
        self._pool = pool
        self._folder = store.prefix if isinstance(store, LocalStore) else None

    @classmethod
    def open(cls, url: str, pool: Pool) -> "Blobs":
        """Opens the storage at a URL.

        Args:
            url: `file:///data/blobs` (the folder is created), or `s3://…`, `gs://…` or `az://…`, whose credentials
                come from the environment.
            pool: runs hashing and other blocking work.

        Raises:
            AdminError: the URL is none of these, or its settings are incomplete.
        """
        try:
            return cls(_store_at(url), pool)
        except (BaseError, ValueError, OSError, RuntimeError) as error:
            if _errno_of(error) in _DISK_FULL:
                raise storage_errors.disk_full() from error
            raise storage_errors.images_cannot_open() from error

    async def put(self, data: bytes) -> PictureId:
        """Stores a file durably and returns its ID. When this returns, the file survives a power failure.

        A file that exists is written again. This repairs a damaged file, and renews the age of an orphan so that a
        concurrent `sweep` keeps it.
        """
        picture = PictureId(await self._pool.run(_sha256, data))
        name = _name_of(picture)
        with self._translate_errors():
            # Multipart is slower up to hundreds of megabytes, and pictures are below fifty.
            await obstore.put_async(self._store, name, data, use_multipart=False)
            if self._folder is not None:
                # obstore does not fsync, and an image that was paid for must not be lost once its version is recorded.
                await self._pool.run(_sync, self._folder, name)
        return picture

    async def has(self, picture: PictureId) -> bool:
        """Whether the file exists. `get` checks its content."""
        with self._translate_errors():
            try:
                await obstore.head_async(self._store, _name_of(picture))
            except FileNotFoundError:
                return False
        return True

    async def get(self, picture: PictureId) -> bytes:
        """Returns the content of a file, after checking its hash.

        Raises:
            NotFound: the file does not exist, or was deleted.
            AdminError: the file is damaged.
        """
        name = _name_of(picture)
        with self._translate_errors():
            try:
                # The ID may come from a URL that a user typed.
                if _OBJECT_NAME.fullmatch(name) is None:
                    raise FileNotFoundError(name)
                stored = await (await obstore.get_async(self._store, name)).bytes_async()
            except FileNotFoundError as error:
                raise image_errors.image_not_stored() from error
        return await self._pool.run(_verify_hash, stored, picture)

    async def read(self, picture: PictureId) -> bytes:
        """Same as `get`; implements `ports.PictureReader`."""
        return await self.get(picture)

    async def delete(self, pictures: Iterable[PictureId]) -> None:
        """Deletes files; ignores those that do not exist."""
        await self._remove(_name_of(picture) for picture in pictures)

    async def owner(self) -> str | None:
        """Returns the owner that `set_owner` stored: None if there is none, "" if the object is unreadable."""
        found = await self._read_owner()
        return None if found is None else found[0]

    async def set_owner(self, owner: str) -> datetime | None:
        """Makes `owner` the owner of the storage, unless it has one.

        Returns:
            Since when `owner` owns it, by the storage's own clock, which also dates the files; None if another owns it.
        """
        found = await self._read_owner()
        if found is None:
            about = "The pictures here belong to the Easel with this state database. Another one needs its own place."
            data = json.dumps({"owner": owner, "about": about}).encode()
            with self._translate_errors(), suppress(AlreadyExistsError):  # the first writer wins
                await obstore.put_async(self._store, OWNER_OBJECT, data, mode="create", use_multipart=False)
            found = await self._read_owner()
        return found[1] if found is not None and found[0] == owner else None

    async def sweep(
        self, needed: Collection[PictureId], *, older_than: datetime, stored_since: datetime | None = None
    ) -> int:
        """Deletes files that nothing refers to, and partial files of killed processes.

        Args:
            needed: the files to keep.
            older_than: keeps younger files: a job stores its files some time before a version refers to them.
            stored_since: keeps files from before this time, such as when the storage got its owner: they may belong
                to another Easel.

        Returns:
            The number of deleted files.
        """
        orphans: list[str] = []
        with self._translate_errors():
            async for objects in obstore.list(self._store):  # pyright: ignore[reportUnknownMemberType]  # Arrow's overload
                for found in objects:
                    match = _OBJECT_NAME.fullmatch(found["path"])
                    if match is None or match["picture"] in needed or found["last_modified"] >= older_than:
                        continue
                    if stored_since is None or found["last_modified"] >= stored_since:
                        orphans.append(found["path"])
        await self._remove(orphans)
        if self._folder is None:
            return len(orphans)
        return len(orphans) + await self._pool.run(_remove_leftovers, self._folder, older_than, stored_since)

    async def _read_owner(self) -> tuple[str, datetime] | None:
        with self._translate_errors():
            try:
                found = await obstore.get_async(self._store, OWNER_OBJECT)
                return _parse_owner((await found.bytes_async()).to_bytes()), found.meta["last_modified"]
            except FileNotFoundError:
                return None

    async def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            with self._translate_errors():
                try:
                    await obstore.delete_async(self._store, name)
                except FileNotFoundError:
                    continue

    @contextmanager
    def _translate_errors(self) -> Generator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            raise _to_easel_error(error, is_folder=self._folder is not None) from error


def _store_at(url: str) -> ObjectStore:
    """Raises BaseError, ValueError, OSError or AdminError if the URL is invalid."""
    if url.startswith("file:"):
        return LocalStore(_folder_of(url), mkdir=True)
    if "#" in url or "?" in url:
        raise storage_errors.query_in_storage_url()
    return from_url(url)


def _folder_of(url: str) -> Path:
    """Returns the folder of a file URL. In it, # and ? are ordinary characters, and %23 means #."""
    path = url.removeprefix("file://").removeprefix("localhost")
    if not path.startswith("/"):
        raise ValueError("a file address names no host")
    # "/~" does not exist as a directory; administrators write "~" for the home directory.
    return Path(unquote(path.removeprefix("/") if path.startswith("/~/") else path)).expanduser()


def _parse_owner(data: bytes) -> str:
    try:
        return str(json.loads(data)["owner"])
    except (ValueError, KeyError, TypeError):
        return ""


def _to_easel_error(error: BaseError | OSError, *, is_folder: bool) -> EaselError:
    if _errno_of(error) in _DISK_FULL:
        return storage_errors.disk_full()
    if is_folder or isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return storage_errors.images_unusable()
    return storage_errors.images_unreachable()


def _errno_of(error: Exception) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    quoted = _QUOTED_ERRNO.search(str(error))
    return None if quoted is None else int(quoted[1])


def _name_of(picture: PictureId) -> str:
    return f"{picture[:2]}/{picture[2:4]}/{picture}"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _verify_hash(stored: obstore.Bytes, picture: PictureId) -> bytes:
    if hashlib.sha256(stored).hexdigest() != picture:
        raise image_errors.stored_image_damaged()
    return stored.to_bytes()


def _sync(folder: Path, name: str) -> None:
    """Fsyncs a file and its parent directories up to `folder`."""
    file = folder / name
    for path in (file, file.parent, file.parent.parent, folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_leftovers(folder: Path, older_than: datetime, stored_since: datetime | None) -> int:
    removed, since_s = 0, 0.0 if stored_since is None else stored_since.timestamp()
    for path in folder.glob(_LEFTOVERS):
        name, endings = _LEFTOVER_ENDING.subn("", path.relative_to(folder).as_posix())
        if not endings or _OBJECT_NAME.fullmatch(name) is None:
            continue  # not ours
        with suppress(FileNotFoundError):  # a concurrent put may rename its file
            if since_s <= path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                removed += 1
    return removed
