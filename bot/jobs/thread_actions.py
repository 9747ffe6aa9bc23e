"""Runs undo, back to a version, tree and delete as a durable workflow. Every step is safe to repeat."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from bot.domain.jobs import Version
from bot.domain.people import MessageRef
from bot.domain.pictures import Picture
from bot.domain.thread_actions import ThreadAction
from bot.errors import AdminError, EaselError, NotFound, PlaceClosed
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.imaging.thumbnail import make_thumbnail
from bot.imaging.tree_image import TreeNode, draw_tree
from bot.jobs.delivery_images import DeliveryImages
from bot.jobs.engine import Json, Steps
from bot.jobs.job_messages import JobMessages
from bot.jobs.serialization import decode
from bot.ports import Clock
from bot.presentation import cards
from bot.presentation.card import Card
from bot.store.blobs import Blobs
from bot.store.jobs import JobRows
from bot.store.threads import Threads
from bot.store.trees import PostedTree, PostedTrees
from bot.store.versions import Versions
from bot.texts import command_errors, job_errors

# The size in the tree. Decoding takes about 40 ms each, so only the newest versions have a thumbnail.
_THUMBNAIL_PX = 320
_MAX_THUMBNAILS = 120

_log = structlog.get_logger(__name__)


class ThreadActionWorkflow:
    """Runs thread actions."""

    def __init__(
        self,
        *,
        rows: JobRows,
        threads: Threads,
        versions: Versions,
        trees: PostedTrees,
        blobs: Blobs,
        messages: JobMessages,
        delivery_images: DeliveryImages,
        pool: ImagingPool,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._delivery_images = delivery_images
        self._threads = threads
        self._versions = versions
        self._trees = trees
        self._blobs = blobs
        self._messages = messages
        self._pool = pool
        self._clock = clock

    async def run(self, payload: Json, steps: Steps) -> None:
        """Runs a thread action to its end.

        Args:
            payload: a `ThreadAction` as JSON.
            steps: runs the workflow's steps.
        """
        thread_action = decode(ThreadAction, payload)
        do = {"back": self._go_back, "tree": self._show_tree, "delete": self._delete}[thread_action.kind]
        with structlog.contextvars.bound_contextvars(thread_action=thread_action.key):
            try:
                await steps.run(thread_action.kind, partial(self._perform, thread_action, do))
            except Exception:
                # Every failure must end in a card. After a restart a step's error has lost its type.
                _log.exception("chore.broke")
                await steps.run("apologise", partial(self._report_failure, thread_action))

    async def _perform(
        self, thread_action: ThreadAction, do: Callable[[ThreadAction], Coroutine[Any, Any, None]]
    ) -> Json:
        try:
            await do(thread_action)
        except EaselError as problem:
            if problem.retryable:
                raise
            # For example, the version was deleted after the action was accepted, or the disk is full.
            _log.info("chore.failed", kind=type(problem).__name__, reason=problem.text)
            await self._show(thread_action, cards.error(problem))
        return {}

    async def _report_failure(self, thread_action: ThreadAction) -> Json:
        await self._show(thread_action, cards.internal_error())
        return {}

    async def _show(self, thread_action: ThreadAction, card: Card) -> MessageRef | None:
        """Posts a card where the action was requested, or to the requester only if Easel can no longer post there."""
        try:
            return await self._messages.post(thread_action.place, card, key=thread_action.key)
        except PlaceClosed as problem:
            notice = replace(card, text=card.text or problem.text)
            return await self._messages.post_private(
                thread_action.person, thread_action.place, notice, key=thread_action.key
            )

    async def _go_back(self, thread_action: ThreadAction) -> None:
        version = await self._find_version(thread_action)
        await self._threads.set_head(thread_action.thread, version.id)
        shown = await self._delivery_images.prepare(version, self._messages.capabilities(thread_action.place))
        await self._show(thread_action, cards.moved_head(version, shown))

    async def _show_tree(self, thread_action: ThreadAction) -> None:
        thread = await self._threads.get(thread_action.thread)
        versions = await self._versions.in_thread(thread_action.thread)
        if thread is None or not versions:
            raise command_errors.nothing_drawn_in_thread()
        names = {version.id: version.name for version in versions}
        first_pictured = len(versions) - _MAX_THUMBNAILS
        nodes = [
            TreeNode(
                name=version.name,
                parent=names.get(version.parent) if version.parent is not None else None,
                caption=version.typed,
                author=version.author.name,
                is_head=version.id == thread.head,
                is_deleted=version.deleted_at is not None,
                thumbnail=await self._thumbnail(version) if index >= first_pictured else None,
            )
            for index, version in enumerate(versions)
        ]
        data = await self._pool.run(draw_tree, nodes)
        probed = await self._pool.run(probe, data)
        picture = Picture(await self._blobs.put(data), probed.format, probed.size, len(data))
        head = names.get(thread.head) if thread.head is not None else None
        message = await self._show(thread_action, cards.tree(picture, list(names.values()), head))
        if message is not None:
            await self._trees.add(thread_action.thread, PostedTree(picture.id, message), at=self._clock.now())

    async def _delete(self, thread_action: ThreadAction) -> None:
        version = await self._find_version(thread_action)
        job = await self._rows.get(version.job)
        if job is not None and not job.state.is_final:
            # Its result can be seen before that is noted. Delivered again after a crash, it would hide the deletion.
            raise job_errors.still_posting(version.name)
        unused = await self._versions.delete(version.id, at=self._clock.now())
        # Trees show thumbnails of it, so they go as well.
        trees = await self._trees.of_thread(version.thread)
        shown = [(tree.message, cards.tree_with_deleted_versions(version)) for tree in trees]
        if version.message is not None:
            shown.insert(0, (version.message, cards.deleted(version, thread_action.person.name)))
        closed: PlaceClosed | None = None
        for message, card in shown:
            try:
                await self._messages.update(message, card)
            except PlaceClosed as problem:
                closed = problem  # the stored data is deleted nevertheless
        await self._trees.forget(version.thread)
        await self._blobs.delete((*unused, *(tree.picture for tree in trees)))
        if closed is not None:
            raise job_errors.deleted_but_still_shown(version.name, reason=closed.text) from closed

    async def _find_version(self, thread_action: ThreadAction) -> Version:
        version = await self._versions.get(thread_action.version) if thread_action.version is not None else None
        if version is None:
            raise command_errors.version_gone()
        return version

    async def _thumbnail(self, version: Version) -> bytes | None:
        if not version.pictures:
            return None
        try:
            data = await self._blobs.get(version.pictures[0].id)
        except (NotFound, AdminError) as problem:
            # Shows the tree without this thumbnail.
            _log.warning("picture.missing", version=version.id, reason=problem.text)
            return None
        return await self._pool.run(partial(make_thumbnail, data, edge_px=_THUMBNAIL_PX))
