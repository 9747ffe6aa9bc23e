"""Loads the input pictures of an order: fetches, checks and rotates them, and completes the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.catalog.catalog import Catalog
from bot.domain.file_kinds import name_if_not_picture
from bot.domain.ids import PictureId, VersionId
from bot.domain.pictures import Attachment, Role, Size
from bot.domain.requests import AttachmentSource, JobSource, Order, PictureSource, Request, VersionSource
from bot.imaging.mask import check_markup, check_mask
from bot.imaging.normalize import apply_orientation, normalize
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.ports import Image, Inputs, Platform
from bot.presentation.attachments import left_out_note, not_a_picture
from bot.presentation.notes import cut_off_note, reduced_note
from bot.store.blobs import Blobs
from bot.store.versions import Versions
from bot.texts import command_errors, image_errors


@dataclass(frozen=True, slots=True)
class LoadedInputs:
    """The completed request, with the content of its pictures in `inputs`."""

    request: Request
    inputs: Inputs
    parent: VersionId | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _NotAnImage:
    """An attachment that is not a picture. `label` is a phrase like "a PDF"."""

    attachment: Attachment
    label: str


class InputLoader:
    """Loads input pictures from the store and from platforms."""

    def __init__(
        self, *, blobs: Blobs, versions: Versions, catalog: Catalog, pool: ImagingPool, max_upload_bytes: int
    ) -> None:
        self._blobs = blobs
        self._versions = versions
        self._catalog = catalog
        self._pool = pool
        self._max_upload_bytes = max_upload_bytes

    async def load(self, order: Order, platform: Platform) -> LoadedInputs:
        """Loads the pictures of an order and stores the attached ones. Safe to repeat.

        Args:
            order: names the sources.
            platform: fetches the attachments.

        Raises:
            BadPicture: an attachment cannot be used.
            BadCommand: the model accepts no pictures.
            NotFound: the base version was deleted, or its job failed.
        """
        parent = order.parent
        images: list[Image] = []
        others: list[_NotAnImage] = []
        attached = 0
        marks: dict[Role, bytes] = {}
        notes: list[str] = []
        for source in order.sources:
            match source:
                case VersionSource():
                    images.append(await self._load_version(source))
                case JobSource():
                    version = await self._versions.by_job(source.job)
                    if version is None or not version.pictures:
                        raise image_errors.base_never_drawn()
                    parent = version.id
                    images.append(await self._load_picture(version.pictures[0].id, version.pictures[0].svg))
                case PictureSource(picture, "picture", svg):
                    images.append(await self._load_picture(picture, svg))
                case PictureSource(picture, role):
                    marks[role] = await self._blobs.get(picture)
                case AttachmentSource(attachment) if attachment.role == "picture":
                    data = await platform.fetch(attachment, max_bytes=self._max_upload_bytes)
                    if (label := name_if_not_picture(data)) is not None:
                        others.append(_NotAnImage(attachment, label))
                        continue
                    image, said = await self._normalize(attachment, data)
                    images.append(image)
                    notes += said
                    attached += 1
                case AttachmentSource(attachment):
                    marks[attachment.role] = await platform.fetch(attachment, max_bytes=self._max_upload_bytes)
        if others and not attached:
            # The prompt refers to these files, so nothing is drawn without them.
            raise not_a_picture(others[0].attachment, others[0].label)
        if not images:
            return LoadedInputs(order.request, Inputs(), parent, ())
        notes += [left_out_note(other.attachment, other.label) for other in others]
        completed = await self._complete(order, images, marks, parent)
        return replace(completed, notes=(*notes, *completed.notes))

    async def _complete(
        self, order: Order, images: list[Image], marks: Mapping[Role, bytes], parent: VersionId | None
    ) -> LoadedInputs:
        base, *references = images
        # A model that gets the SVG of a picture does not need to see the picture.
        self._catalog.require_vision(order.request.model, len(references) + (base.svg is None))
        request, notes = order.request, ()
        if order.follows_base:
            request, notes = self._catalog.fit_to_base(request, base.size)
        inputs = Inputs(
            base,
            tuple(references),
            mask=await self._check_mark(check_mask, marks.get("mask"), base.size),
            markup=await self._check_mark(check_markup, marks.get("markup"), base.size),
        )
        request = replace(
            request,
            base=await self._blobs.put(base.data),
            base_svg=await self._blobs.put(base.svg) if base.svg is not None else None,
            references=tuple([await self._blobs.put(image.data) for image in references]),
            mask=await self._blobs.put(inputs.mask.data) if inputs.mask is not None else None,
            markup=await self._blobs.put(inputs.markup.data) if inputs.markup is not None else None,
        )
        return LoadedInputs(request, inputs, parent, tuple(notes))

    async def _check_mark(self, check: Callable[[bytes, Size], bytes], data: bytes | None, size: Size) -> Image | None:
        return Image(await self._pool.run(check, data, size), "png", size) if data is not None else None

    async def _load_version(self, source: VersionSource) -> Image:
        version = await self._versions.get(source.version)
        if version is None or version.deleted_at is not None:
            raise command_errors.deleted_before_edit(source.label)
        svg = next((picture.svg for picture in version.pictures if picture.id == source.picture), None)
        return await self._load_picture(source.picture, svg)

    async def _load_picture(self, picture: PictureId, svg: PictureId | None) -> Image:
        data = await self._blobs.get(picture)
        drawing = await self._blobs.get(svg) if svg is not None else None
        probed = await self._pool.run(probe, data)
        if probed.format == "gif":
            # No model accepts a GIF: an edit uses the first frame.
            return Image(*await self._pool.run(apply_orientation, data), drawing)
        return Image(data, probed.format, probed.size, drawing)

    async def _normalize(self, attachment: Attachment, data: bytes) -> tuple[Image, list[str]]:
        """Returns the normalised picture, and notes for the person about changes to it."""
        prepared = await self._pool.run(partial(normalize, data, max_bytes=self._max_upload_bytes))
        notes: list[str] = []
        if prepared.reduced_from is not None:
            notes.append(reduced_note(attachment.name, prepared.reduced_from, prepared.size))
        if prepared.missing_rows_px:
            notes.append(cut_off_note(attachment.name, prepared.missing_rows_px))
        return Image(prepared.data, prepared.format, prepared.size), notes
