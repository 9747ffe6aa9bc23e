"""Which picture is meant, and who may touch it."""

from dataclasses import dataclass

from bot.domain.ids import JobId, PlatformName, VersionId
from bot.domain.jobs import Thread, Version
from bot.domain.people import MessageRef, Person, Place
from bot.domain.requests import JobSource, Order, VersionName, VersionSource
from bot.errors import BadCommand, NotAllowed, NotFound
from bot.presentation.cards import picture_name
from bot.store.jobs import JobRow, JobRows
from bot.store.threads import Threads
from bot.store.versions import Versions


@dataclass(frozen=True, slots=True)
class BaseVersion:
    """The picture that an edit starts from, and what a card calls it."""

    source: VersionSource | JobSource
    label: str
    version: Version | None

    @property
    def job(self) -> JobId:
        """The job that drew it, or draws it."""
        match self.source:
            case JobSource(job):
                return job
            case VersionSource(version):
                return self.version.job if self.version is not None else JobId(version)

    @property
    def name(self) -> VersionName | None:
        """What people call it by; None while it is being drawn."""
        if self.version is None or isinstance(self.source, JobSource):
            return None
        index = [picture.id for picture in self.version.pictures].index(self.source.picture)
        return VersionName(self.version.number, index or None)

    @property
    def parent(self) -> VersionId | None:
        return self.version.id if self.version is not None else None


class VersionLookup:
    """Finds versions for people, and only those that they may see."""

    def __init__(self, threads: Threads, versions: Versions, rows: JobRows, *, admins: frozenset[str]) -> None:
        self._threads = threads
        self._versions = versions
        self._rows = rows
        self._admins = admins

    async def thread_at(self, place: Place, replied_to: MessageRef | None) -> Thread | None:
        """The thread that a message belongs to: the one it hangs in, else that of the result it replies to."""
        if place.thread is not None and (thread := await self._threads.find(place)) is not None:
            return thread
        replied = await self._versions.by_message(replied_to) if replied_to is not None else None
        return await self._threads.get(replied.thread) if replied is not None else None

    async def base(
        self, thread: Thread, *, named: VersionName | None, replied_to: MessageRef | None
    ) -> BaseVersion | None:
        """The version named, else the one replied to, else the newest, else the one that is being drawn.

        None where the thread has nothing to start from.

        Raises:
            NotFound: the version that was named or replied to does not exist here, or was deleted.
        """
        if named is not None:
            return _to_base(await self._find_named(thread, named), named.picture or 0)
        if replied_to is not None and (replied := await self._versions.by_message(replied_to)) is not None:
            return _to_base(replied, 0)
        head = await self._versions.get(thread.head) if thread.head is not None else None
        if head is not None:
            return _to_base(head, 0)
        unfinished = await self._rows.unfinished_in(thread.id)
        return BaseVersion(JobSource(unfinished[0]), "the picture being drawn", None) if unfinished else None

    async def version_of(self, job: JobId) -> Version | None:
        return await self._versions.by_job(job)

    async def shows_version(self, message: MessageRef) -> bool:
        """Whether a message is one of ours with a version, be it deleted."""
        return await self._versions.by_message(message) is not None

    async def shown_by(self, message: MessageRef, person: Person) -> Version | None:
        """The version that a message shows; None for any other message.

        Raises:
            NotFound: it was deleted.
            NotAllowed: it is somebody else's private one.
        """
        version = await self._versions.by_message(message)
        if version is None:
            return None
        await self.job(version.job, person=person, place=message.place)
        _to_base(version, 0)
        return version

    async def unfinished_of(self, platform: PlatformName, team: str) -> list[JobId]:
        """The jobs of one team that have not come to their end, newest first."""
        rows = reversed(await self._rows.unfinished())
        return [row.id for row in rows if (row.order.place.platform, row.order.place.team) == (platform, team)]

    async def job(self, target: str, *, person: Person, place: Place) -> JobRow:
        """The job that a button names, if this person may know of it.

        Raises:
            NotFound: no such job, or in another team: buttons are not a way into other people's pictures.
            NotAllowed: a private one of someone else.
        """
        row = await self._rows.get(JobId(target))
        if row is None or (row.order.place.platform, row.order.place.team) != (place.platform, place.team):
            raise NotFound("This belongs to a picture that Easel does not know here any more.")
        if row.order.place.audience not in (None, person.id):
            raise NotAllowed("Only the person who made this private picture can use it.")
        return row

    async def thread_of(self, order: Order) -> Thread:
        thread = await self._threads.get(order.thread)
        if thread is None:
            raise NotFound("This thread is not here any more.")
        return thread

    def require_author(self, author: Person, person: Person, *, to: str) -> None:
        """Raises NotAllowed unless `person` is the author or an admin. `to` reads like "delete this"."""
        if person.key != author.key and not person.is_admin and person.key not in self._admins:
            raise NotAllowed(f"Only {author.name} or an admin can {to}.")

    async def undo_target(self, thread: Thread) -> Version:
        """Where `undo` goes: the nearest living ancestor of the newest version."""
        head = await self._versions.get(thread.head) if thread.head is not None else None
        if head is None:
            raise NotFound("There is nothing to undo in this thread.")
        parent = await self._versions.get(head.parent) if head.parent is not None else None
        while parent is not None and parent.deleted_at is not None:
            parent = await self._versions.get(parent.parent) if parent.parent is not None else None
        if parent is None:
            raise NotFound(
                f"{head.name} is where this line began, so there is nothing to undo.",
                hint="Type “tree” to see every version, and “back to v2” to go to one.",
            )
        return parent

    async def by_name(self, thread: Thread, name: VersionName) -> Version:
        """Raises NotFound where there is no such version, or it was deleted."""
        version = await self._find_named(thread, name)
        _to_base(version, name.picture or 0)
        return version

    async def _find_named(self, thread: Thread, name: VersionName) -> Version:
        version = await self._versions.by_number(thread.id, name.number)
        if version is None:
            head = await self._versions.get(thread.head) if thread.head is not None else None
            hint = f"The newest here is {head.name}." if head is not None else "Nothing has been drawn here yet."
            raise NotFound(f"There is no {name} in this thread.", hint=hint)
        return version


def nothing_to_edit() -> BadCommand:
    return BadCommand(
        "There is no picture in this thread to change, and none came with your message.",
        hint="Attach an image, name a version with --on v2, or start anew with /imagine.",
    )


def _to_base(version: Version, index: int) -> BaseVersion:
    if version.deleted_at is not None:
        raise NotFound(
            f"{version.name} was deleted, so it cannot be changed.",
            hint="Name another version with --on v1, or type “tree” to see what is left.",
        )
    if index >= len(version.pictures):
        last = picture_name(version, len(version.pictures) - 1)
        raise NotFound(f"{version.name} has no such picture.", hint=f"Its last one is {last}.")
    label = picture_name(version, index)
    return BaseVersion(VersionSource(version.id, version.pictures[index].id, label), label, version)
