"""The workflow of chores: durable work that draws nothing. Every step can be repeated."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from bot.domain.chores import Chore
from bot.domain.jobs import Version
from bot.domain.pictures import Picture
from bot.errors import AdminError, NotFound, PersonError
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.imaging.thumbnail import make_thumbnail
from bot.imaging.tree import MAX_NODES, TreeNode, draw_tree
from bot.jobs.engine import Json, Steps
from bot.jobs.messages import Messages
from bot.jobs.payload import decode
from bot.ports import Clock
from bot.presentation import cards
from bot.store.blobs import Blobs
from bot.store.threads import Threads
from bot.store.versions import Versions

_THUMBNAIL_PX = 320

_log = structlog.get_logger(__name__)


class ChoreWorkflow:
    def __init__(
        self,
        *,
        threads: Threads,
        versions: Versions,
        blobs: Blobs,
        messages: Messages,
        pool: ImagingPool,
        clock: Clock,
    ) -> None:
        self._threads = threads
        self._versions = versions
        self._blobs = blobs
        self._messages = messages
        self._pool = pool
        self._clock = clock

    async def run(self, payload: Json, steps: Steps) -> None:
        chore = decode(Chore, payload)
        do = {"back": self._go_back, "tree": self._show_tree, "delete": self._delete}[chore.kind]
        await steps.run(chore.kind, partial(self._do, chore, do))

    async def _do(self, chore: Chore, do: Callable[[Chore], Coroutine[Any, Any, None]]) -> Json:
        try:
            await do(chore)
        except PersonError as problem:
            # It was possible when it was accepted; somebody deleted the version in the meantime.
            await self._messages.post(chore.place, cards.error(problem), key=chore.key)
        return {}

    async def _go_back(self, chore: Chore) -> None:
        version = await self._wanted(chore)
        await self._threads.set_head(chore.thread, version.id)
        await self._messages.post(chore.place, cards.moved_head(version, version.pictures), key=chore.key)

    async def _show_tree(self, chore: Chore) -> None:
        thread = await self._threads.get(chore.thread)
        versions = await self._versions.in_thread(chore.thread)
        if thread is None or not versions:
            raise NotFound("Nothing has been drawn in this thread yet.")
        names = {version.id: version.name for version in versions}
        # Older ones than fit are only counted in the picture, so their thumbnails need not be made.
        first_drawn = len(versions) - MAX_NODES
        nodes = [
            TreeNode(
                name=version.name,
                parent=names.get(version.parent) if version.parent is not None else None,
                caption=version.typed,
                author=version.author.name,
                is_head=version.id == thread.head,
                is_deleted=version.deleted_at is not None,
                thumbnail=await self._thumbnail(version) if index >= first_drawn else None,
            )
            for index, version in enumerate(versions)
        ]
        data = await self._pool.run(draw_tree, nodes)
        probed = await self._pool.run(probe, data)
        picture = Picture(await self._blobs.put(data), probed.format, probed.size, len(data))
        await self._versions.keep_tree(chore.thread, picture, at=self._clock.now())
        head = names.get(thread.head) if thread.head is not None else None
        await self._messages.post(chore.place, cards.tree(picture, list(names.values()), head), key=chore.key)

    async def _delete(self, chore: Chore) -> None:
        version = await self._wanted(chore)
        unused = await self._versions.delete(version.id, at=self._clock.now())
        if version.message is not None:
            await self._messages.update(version.message, cards.deleted(version, chore.person.name))
        await self._blobs.delete(unused)

    async def _wanted(self, chore: Chore) -> Version:
        version = await self._versions.get(chore.version) if chore.version is not None else None
        if version is None:
            raise NotFound("That version is not here any more.")
        return version

    async def _thumbnail(self, version: Version) -> bytes | None:
        if not version.pictures:
            return None
        try:
            data = await self._blobs.get(version.pictures[0].id)
        except (NotFound, AdminError) as problem:
            # A tree with a gap says more than no tree; the picture itself reports its loss when it is opened.
            _log.warning("picture.missing", version=version.id, reason=problem.text)
            return None
        return await self._pool.run(partial(make_thumbnail, data, edge_px=_THUMBNAIL_PX))
