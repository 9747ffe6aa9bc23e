"""Finds the version that an event refers to, and checks permissions."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import JobId, PlatformName, VersionId
from bot.domain.jobs import Thread, Version
from bot.domain.people import MessageRef, Person, Place
from bot.domain.requests import JobSource, Order, VersionName, VersionSource
from bot.presentation.cards import picture_name
from bot.store.jobs import JobRow, JobRows
from bot.store.threads import Threads
from bot.store.versions import Versions
from bot.texts import command_errors, notes


@dataclass(frozen=True, slots=True)
class BaseVersion:
    """The picture that an edit starts from.

    Attributes:
        source: where it comes from.
        label: its name on cards.
        version: None while it is being drawn.
    """

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
        """The name of the picture, such as v2; None while it is being drawn."""
        if self.version is None or isinstance(self.source, JobSource):
            return None
        index = [picture.id for picture in self.version.pictures].index(self.source.picture)
        return VersionName(self.version.number, index or None)

    @property
    def parent(self) -> VersionId | None:
        return self.version.id if self.version is not None else None


class VersionLookup:
    """Finds threads, versions and jobs that a person may see.

    Args:
        admins: `Person.key` of the administrators.
    """

    def __init__(self, threads: Threads, versions: Versions, rows: JobRows, *, admins: frozenset[str]) -> None:
        self._threads = threads
        self._versions = versions
        self._rows = rows
        self._admins = admins

    async def thread_at(self, place: Place, replied_to: MessageRef | None) -> Thread | None:
        """Returns the thread of a message: the one at its place, else that of the result it replies to."""
        if place.thread is not None and (thread := await self._threads.find(place)) is not None:
            return thread
        replied = await self._versions.by_message(replied_to) if replied_to is not None else None
        return await self._threads.get(replied.thread) if replied is not None else None

    async def base(
        self, thread: Thread, *, named: VersionName | None, replied_to: MessageRef | None
    ) -> BaseVersion | None:
        """Returns the version to edit: the named one, else the one replied to, else the head, else the one being drawn.

        Args:
            thread: where to look.
            named: the version named in the message.
            replied_to: the message that the person replied to.

        Returns:
            None if the thread has no version.

        Raises:
            NotFound: the version that was named or replied to does not exist, or was deleted.
        """
        if named is not None:
            return _to_base(await self._find_named(thread, named), named.picture or 0)
        if replied_to is not None and (replied := await self._versions.by_message(replied_to)) is not None:
            return _to_base(replied, 0)
        head = await self._versions.get(thread.head) if thread.head is not None else None
        if head is not None:
            return _to_base(head, 0)
        unfinished = await self._rows.unfinished_in(thread.id)
        return BaseVersion(JobSource(unfinished[0]), notes.UNFINISHED_IMAGE, None) if unfinished else None

    async def version_of(self, job: JobId) -> Version | None:
        return await self._versions.by_job(job)

    async def shows_version(self, message: MessageRef) -> bool:
        """Whether a message shows a version, including deleted ones."""
        return await self._versions.by_message(message) is not None

    async def shown_by(self, message: MessageRef, person: Person) -> Version | None:
        """Returns the version that a message shows; None if it shows none.

        Raises:
            NotFound: the version was deleted.
            NotAllowed: the version is private to another person.
        """
        version = await self._versions.by_message(message)
        if version is None:
            return None
        await self.job(version.job, person=person, place=message.place)
        _to_base(version, 0)
        return version

    async def unfinished_of(self, platform: PlatformName, team: str) -> list[JobId]:
        """Returns the unfinished jobs of a team, newest first."""
        rows = reversed(await self._rows.unfinished())
        return [row.id for row in rows if (row.order.place.platform, row.order.place.team) == (platform, team)]

    async def job(self, target: str, *, person: Person, place: Place) -> JobRow:
        """Returns the job with the ID of a button, if the person may see it.

        Raises:
            NotFound: there is no such job in this team.
            NotAllowed: the job is private to another person.
        """
        row = await self._rows.get(JobId(target))
        if row is None or (row.order.place.platform, row.order.place.team) != (place.platform, place.team):
            raise command_errors.image_unavailable()
        if row.order.place.audience not in (None, person.id):
            raise command_errors.only_its_author()
        return row

    async def thread_of(self, order: Order) -> Thread:
        thread = await self._threads.get(order.thread)
        if thread is None:
            raise command_errors.thread_gone()
        return thread

    def require_author(self, author: Person, person: Person, *, to: Literal["cancel", "delete", "share"]) -> None:
        """Raises NotAllowed unless `person` is the author or an admin. `to`: what they want to do."""
        if person.key != author.key and not person.is_admin and person.key not in self._admins:
            raise command_errors.only_author_or_admin(author.name, to)

    async def undo_target(self, thread: Thread) -> Version:
        """Returns the version that `undo` goes to: the nearest ancestor of the head that is not deleted."""
        head = await self._versions.get(thread.head) if thread.head is not None else None
        if head is None:
            raise command_errors.nothing_to_undo()
        parent = await self._versions.get(head.parent) if head.parent is not None else None
        while parent is not None and parent.deleted_at is not None:
            parent = await self._versions.get(parent.parent) if parent.parent is not None else None
        if parent is None:
            raise command_errors.no_earlier_version(head.name)
        return parent

    async def by_name(self, thread: Thread, name: VersionName) -> Version:
        """Returns the named version. Raises NotFound if it does not exist or was deleted."""
        version = await self._find_named(thread, name)
        _to_base(version, name.picture or 0)
        return version

    async def _find_named(self, thread: Thread, name: VersionName) -> Version:
        version = await self._versions.by_number(thread.id, name.number)
        if version is None:
            head = await self._versions.get(thread.head) if thread.head is not None else None
            raise command_errors.version_not_in_thread(str(name), current=head.name if head is not None else None)
        return version


def _to_base(version: Version, index: int) -> BaseVersion:
    if version.deleted_at is not None:
        raise command_errors.cannot_edit_deleted(version.name)
    if index >= len(version.pictures):
        last = picture_name(version, len(version.pictures) - 1)
        raise command_errors.no_such_image(version.name, last=last)
    label = picture_name(version, index)
    return BaseVersion(VersionSource(version.id, version.pictures[index].id, label), label, version)
