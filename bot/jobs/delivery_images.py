"""Prepares pictures for a platform: unchanged if they fit its limits, otherwise converted."""

import math
from collections.abc import Sequence
from functools import partial

from bot.domain.ids import PictureId
from bot.domain.jobs import Version
from bot.domain.pictures import Picture
from bot.errors import BadPicture
from bot.imaging.convert import convert_to_fit
from bot.imaging.pool import ImagingPool
from bot.presentation.capabilities import Capabilities
from bot.presentation.cards import DeliveredImages
from bot.store.blobs import Blobs


class DeliveryImages:
    """Converts a version's pictures to what a platform can show."""

    def __init__(self, blobs: Blobs, pool: ImagingPool) -> None:
        self._blobs = blobs
        self._pool = pool

    async def prepare(self, version: Version, capabilities: Capabilities) -> DeliveredImages:
        """Returns the version's pictures in order, converted where necessary.

        Converted files are stored, but no row refers to them, so the daily housekeeping deletes them.

        Args:
            version: the version to show.
            capabilities: the limits of the place that shows it.
        """
        pictures: list[Picture] = []
        notes: list[str] = []
        # Pictures that are not shown are not converted.
        shown_at_most = version.pictures[: capabilities.max_pictures]
        max_bytes = _share_bytes([picture.bytes_count for picture in shown_at_most], capabilities)
        for picture in shown_at_most:
            if picture.format in capabilities.formats and picture.bytes_count <= max_bytes:
                pictures.append(picture)
                continue
            shown, note = await self._convert(picture, max_bytes, capabilities)
            pictures.append(shown)
            notes += [note] if note else []
        # Pictures that were converted in the same way share one note.
        everything = (*pictures, *version.pictures[len(pictures) :])
        kept = _undeliverable_originals(version.pictures, pictures, capabilities)
        return DeliveredImages(everything, tuple(dict.fromkeys(notes)), kept)

    async def _convert(
        self, picture: Picture, max_bytes: int, capabilities: Capabilities
    ) -> tuple[Picture, str | None]:
        data = await self._blobs.get(picture.id)
        convert = partial(convert_to_fit, data, max_bytes=max_bytes, formats=capabilities.formats)
        try:
            fitted = await self._pool.run(convert)
        except BadPicture as problem:
            # A picture that cannot be converted is sent as a file.
            return picture, problem.text
        shown = Picture(await self._blobs.put(fitted.data), fitted.format, fitted.size, len(fitted.data), picture.svg)
        return shown, fitted.note


def _share_bytes(sizes: Sequence[int], capabilities: Capabilities) -> int:
    """Returns the maximum size of one picture in bytes, so that all pictures together fit into one message.

    Large pictures share what small ones leave: with 24 MB for pictures of 2, 9, 10 and 11 MB, each large one gets
    7.3 MB.
    """
    total, each = capabilities.max_message_bytes, capabilities.max_image_bytes
    if total is None:
        return each
    left = total
    for index, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - index)
        if size > min(share, each):
            return min(share, each)
        left -= size
    return each


def _undeliverable_originals(
    originals: Sequence[Picture], shown: Sequence[Picture], capabilities: Capabilities
) -> frozenset[PictureId]:
    """Returns the originals that do not fit into the message with the converted pictures. They stay in the store."""
    left_bytes = _remaining(capabilities.max_message_bytes, sum(picture.bytes_count for picture in shown))
    left_files = _remaining(capabilities.max_message_files, len(shown))
    kept: set[PictureId] = set()
    for original, picture in zip(originals, shown, strict=False):
        if original.id == picture.id:
            continue
        if left_files < 1 or original.bytes_count > min(left_bytes, capabilities.max_image_bytes):
            kept.add(original.id)
        else:
            left_bytes -= original.bytes_count
            left_files -= 1
    return frozenset(kept)


def _remaining(most: int | None, taken: int) -> float:
    return math.inf if most is None else most - taken
