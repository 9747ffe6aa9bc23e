"""Pictures as a platform can show them: unchanged wherever they fit, otherwise converted, with the original kept."""

from functools import partial

from bot.domain.jobs import Version
from bot.domain.pictures import Picture
from bot.errors import BadPicture
from bot.imaging.convert import fit
from bot.imaging.pool import ImagingPool
from bot.presentation.capabilities import Capabilities
from bot.presentation.cards import Shown
from bot.store.blobs import Blobs


class Showing:
    def __init__(self, blobs: Blobs, pool: ImagingPool) -> None:
        self._blobs = blobs
        self._pool = pool

    async def shown(self, version: Version, capabilities: Capabilities) -> Shown:
        """The version's pictures in its order. A conversion is stored for as long as posting it takes: nothing names
        it afterwards, so the daily sweep removes it.
        """
        pictures: list[Picture] = []
        notes: list[str] = []
        # What will not be shown need not be converted.
        for picture in version.pictures[: capabilities.max_pictures]:
            if picture.format in capabilities.formats and picture.bytes_count <= capabilities.max_image_bytes:
                pictures.append(picture)
                continue
            shown, note = await self._converted(picture, capabilities)
            pictures.append(shown)
            notes += [note] if note else []
        # Of several pictures that were all converted alike, one sentence tells.
        return Shown((*pictures, *version.pictures[len(pictures) :]), tuple(dict.fromkeys(notes)))

    async def _converted(self, picture: Picture, capabilities: Capabilities) -> tuple[Picture, str | None]:
        data = await self._blobs.get(picture.id)
        convert = partial(fit, data, max_bytes=capabilities.max_image_bytes, formats=capabilities.formats)
        try:
            fitted = await self._pool.run(convert)
        except BadPicture as problem:
            # What cannot be shown can still be had: its file comes along.
            return picture, problem.text
        shown = Picture(await self._blobs.put(fitted.data), fitted.format, fitted.size, len(fitted.data), picture.svg)
        return shown, fitted.note
