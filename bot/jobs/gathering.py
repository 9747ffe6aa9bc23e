"""Turns the sources of an order into the pictures its request names, fetched, checked and upright."""

from dataclasses import dataclass, replace
from functools import partial

from bot.catalog.catalog import Catalog
from bot.domain.ids import PictureId, VersionId
from bot.domain.pictures import Attachment, Size
from bot.domain.requests import AttachmentSource, JobSource, Order, PictureSource, Request, VersionSource
from bot.errors import NotFound
from bot.imaging.mask import check_mask
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.imaging.upright import make_upright
from bot.ports import Image, Inputs, Platform
from bot.store.blobs import Blobs
from bot.store.versions import Versions


@dataclass(frozen=True, slots=True)
class Gathered:
    """The completed request with its pictures: `inputs` has their bytes."""

    request: Request
    inputs: Inputs
    parent: VersionId | None
    notes: tuple[str, ...]


class Gathering:
    def __init__(
        self, *, blobs: Blobs, versions: Versions, catalog: Catalog, pool: ImagingPool, max_upload_bytes: int
    ) -> None:
        self._blobs = blobs
        self._versions = versions
        self._catalog = catalog
        self._pool = pool
        self._max_upload_bytes = max_upload_bytes

    async def gather(self, order: Order, platform: Platform) -> Gathered:
        """Safe to repeat: the same sources give the same pictures.

        Raises:
            BadPicture: an attachment cannot be used.
            NotFound: the base was deleted in the meantime, or its job came to nothing.
        """
        parent = order.parent
        images: list[Image] = []
        mask: bytes | None = None
        for source in order.sources:
            match source:
                case VersionSource():
                    images.append(await self._of_version(source))
                case JobSource():
                    version = await self._versions.by_job(source.job)
                    if version is None or not version.pictures:
                        raise NotFound("The picture this edit was for never arrived, so there is nothing to change.")
                    parent = version.id
                    images.append(await self._stored(version.pictures[0].id))
                case PictureSource(picture, "mask"):
                    mask = await self._blobs.get(picture)
                case PictureSource(picture):
                    images.append(await self._stored(picture))
                case AttachmentSource(attachment) if attachment.role == "mask":
                    mask = await platform.fetch(attachment, max_bytes=self._max_upload_bytes)
                case AttachmentSource(attachment):
                    images.append(await self._attached(attachment, platform))
        if not images:
            return Gathered(order.request, Inputs(), parent, ())
        return await self._completed(order, images, mask, parent)

    async def _completed(
        self, order: Order, images: list[Image], mask: bytes | None, parent: VersionId | None
    ) -> Gathered:
        request, notes = order.request, ()
        base, *references = images
        if order.follows_base:
            request, notes = self._catalog.fit_to_base(request, base.size)
        upright_mask = await self._upright_mask(mask, base.size) if mask is not None else None
        kept = [await self._blobs.put(image.data) for image in images]
        request = replace(
            request,
            base=kept[0],
            references=tuple(kept[1:]),
            mask=await self._blobs.put(upright_mask.data) if upright_mask is not None else None,
        )
        return Gathered(request, Inputs(base, tuple(references), upright_mask), parent, tuple(notes))

    async def _upright_mask(self, data: bytes, size: Size) -> Image:
        return Image(await self._pool.run(check_mask, data, size), "png", size)

    async def _of_version(self, source: VersionSource) -> Image:
        version = await self._versions.get(source.version)
        if version is None or version.deleted_at is not None:
            raise NotFound(
                f"{source.label} was deleted before it could be changed.",
                hint="Name another version with --on v1, or type “tree” to see what is left.",
            )
        return await self._stored(source.picture)

    async def _stored(self, picture: PictureId) -> Image:
        data = await self._blobs.get(picture)
        probed = await self._pool.run(probe, data)
        return Image(data, probed.format, probed.size)

    async def _attached(self, attachment: Attachment, platform: Platform) -> Image:
        data = await platform.fetch(attachment, max_bytes=self._max_upload_bytes)
        upright, picture_format, size = await self._pool.run(
            partial(make_upright, data, max_bytes=self._max_upload_bytes)
        )
        return Image(upright, picture_format, size)
