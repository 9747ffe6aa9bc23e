"""The pictures' bytes, under the SHA-256 of themselves: in a folder, or in S3, Google Cloud or Azure storage.

Names hold no word of anybody's, equal pictures are stored once, and damage is noticed when a picture is read.
An object beside them names the Easel that owns the storage: no other one removes what it does not know.
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
from bot.errors import AdminError, EaselError, NotFound, Transient
from bot.store.errors import disk_full

Result = TypeVar("Result")
Args = TypeVarTuple("Args")

_OBJECT_NAME = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(?P<picture>\1\2[0-9a-f]{60})")
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# obstore has no error of its own for a full disk; it quotes the system's number.
_QUOTED_ERRNO = re.compile(r"\(os error (\d+)\)")
# What a killed put leaves in a folder: obstore writes `name#1` first, and its listings hide such files.
_LEFTOVERS = "??/??/*#*"
_LEFTOVER_ENDING = re.compile(r"#[0-9]+$")

OWNER_OBJECT: Final = "easel-owner.json"
"""Names the state database whose pictures these are."""


class Pool(Protocol):
    """Threads for what would hold up the event loop."""

    async def run(self, work: Callable[[Unpack[Args]], Result], *args: *Args) -> Result: ...


class Blobs:
    """Made by `open`. Raises AdminError or Transient where the storage fails, as the error's own text says."""

    def __init__(self, store: ObjectStore, pool: Pool) -> None:
        self._store = store
        self._pool = pool
        self._folder = store.prefix if isinstance(store, LocalStore) else None

    @classmethod
    def open(cls, url: str, pool: Pool) -> "Blobs":
        """Opens `file:///data/blobs`, making the folder, or `s3://…`, `gs://…`, `az://…` with the environment's keys.

        Raises:
            AdminError: the address is none of these, or lacks what its kind needs.
        """
        try:
            return cls(_store_at(url), pool)
        except (BaseError, ValueError, OSError, RuntimeError) as error:
            if _errno_of(error) in _DISK_FULL:
                raise disk_full() from error
            raise AdminError(
                "The storage for pictures cannot be opened.",
                hint="EASEL_BLOBS_URL is like file:///data/blobs, s3://bucket/folder, gs://bucket or az://container; "
                "a folder must be writable, and the others need their usual credentials in the environment.",
            ) from error

    async def put(self, data: bytes) -> PictureId:
        """Stores bytes for good: once this returns, a power cut does not lose them.

        What is there already is written again: that mends a torn file, and makes an orphan young enough to survive
        a sweep that runs at this moment.
        """
        picture = PictureId(await self._pool.run(_sha256, data))
        name = _name_of(picture)
        with self._translate_errors():
            # Multipart is slower up to hundreds of megabytes, and pictures are below fifty.
            await obstore.put_async(self._store, name, data, use_multipart=False)
            if self._folder is not None:
                # obstore does not fsync, and a picture that was paid for must not be lost after its version is known.
                await self._pool.run(_sync, self._folder, name)
        return picture

    async def has(self, picture: PictureId) -> bool:
        """Whether the bytes are there; whether they are whole is seen when they are read."""
        with self._translate_errors():
            try:
                await obstore.head_async(self._store, _name_of(picture))
            except FileNotFoundError:
                return False
        return True

    async def get(self, picture: PictureId) -> bytes:
        """The bytes, checked against their name.

        Raises:
            NotFound: they are not stored, or not any more.
            AdminError: they are damaged.
        """
        name = _name_of(picture)
        with self._translate_errors():
            try:
                # The id may come from an address that somebody typed.
                if _OBJECT_NAME.fullmatch(name) is None:
                    raise FileNotFoundError(name)
                stored = await (await obstore.get_async(self._store, name)).bytes_async()
            except FileNotFoundError as error:
                raise NotFound("That picture is no longer stored.", hint="It was deleted; draw a new one.") from error
        return await self._pool.run(_verify_hash, stored, picture)

    async def read(self, picture: PictureId) -> bytes:
        """`get` under the name by which adapters know it (`ports.PictureReader`)."""
        return await self.get(picture)

    async def delete(self, pictures: Iterable[PictureId]) -> None:
        """Removes bytes; those that are not there are no matter."""
        await self._remove(_name_of(picture) for picture in pictures)

    async def owner(self) -> str | None:
        """Whose pictures these are, by what `own` wrote; "" for what cannot be read, None where nobody said so."""
        found = await self._read_owner()
        return None if found is None else found[0]

    async def set_owner(self, owner: str) -> datetime | None:
        """Claims the storage for `owner`, unless somebody has; returns since when it is theirs, None if another's.

        The time is the storage's own, as are those of the pictures.
        """
        found = await self._read_owner()
        if found is None:
            about = "The pictures here belong to the Easel with this state database. Another one needs its own place."
            data = json.dumps({"owner": owner, "about": about}).encode()
            with self._translate_errors(), suppress(AlreadyExistsError):  # whoever comes first has it
                await obstore.put_async(self._store, OWNER_OBJECT, data, mode="create", use_multipart=False)
            found = await self._read_owner()
        return found[1] if found is not None and found[0] == owner else None

    async def sweep(
        self, needed: Collection[PictureId], *, older_than: datetime, stored_since: datetime | None = None
    ) -> int:
        """Removes pictures that nothing needs and what killed processes left; returns how many files that were.

        Pictures younger than `older_than` stay: jobs store theirs some time before a version names them. So do those
        from before `stored_since`, such as the time since which the storage is ours: they may be anybody's.
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
    """Raises BaseError, ValueError, OSError or AdminError for an address that names no storage."""
    if url.startswith("file:"):
        return LocalStore(_folder_of(url), mkdir=True)
    if "#" in url or "?" in url:
        raise AdminError(
            "EASEL_BLOBS_URL has a # or a ?, and names of buckets and their folders have none.",
            hint="Leave it out with all that follows: pictures never went there, but to the address before it.",
        )
    return from_url(url)


def _folder_of(url: str) -> Path:
    """The folder of a file address, in which # and ? are characters like any other, and %23 stands for #."""
    path = url.removeprefix("file://").removeprefix("localhost")
    if not path.startswith("/"):
        raise ValueError("a file address names no host")
    # There is no directory "/~", but people write "~" for their own.
    return Path(unquote(path.removeprefix("/") if path.startswith("/~/") else path)).expanduser()


def _parse_owner(data: bytes) -> str:
    try:
        return str(json.loads(data)["owner"])
    except (ValueError, KeyError, TypeError):
        return ""


def _to_easel_error(error: BaseError | OSError, *, is_folder: bool) -> EaselError:
    if _errno_of(error) in _DISK_FULL:
        return disk_full()
    if is_folder or isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return AdminError(
            "The storage for pictures cannot be read or written.",
            hint="Check the permissions, and the disk or bucket, of EASEL_BLOBS_URL.",
        )
    return Transient("The storage for pictures cannot be reached.")


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
        raise AdminError(
            "A stored picture is damaged.",
            hint="Restore it from a backup, or draw it anew with the Again button.",
        )
    return stored.to_bytes()


def _sync(folder: Path, name: str) -> None:
    """Brings a file and its place in every directory above it to the disk."""
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
        with suppress(FileNotFoundError):  # a put that ends at this moment renames its file
            if since_s <= path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                removed += 1
    return removed
