"""Reports progress and previews while a model is writing an SVG."""

from typing import Final

from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.errors import UnusableSvg
from bot.imaging.svg.lettered import PreparedSvg, prepare_text
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import sanitise
from bot.ports import OnProgress, Progress
from bot.presentation.card import Preview
from bot.providers.svg_author.extraction import close_unfinished
from bot.providers.svg_author.prompts import expected_chars

_EDGE_PX: Final = 512
_MAX_FRACTION: Final = 0.95
"""The largest reported fraction of an unfinished drawing, since its length is only estimated."""


class ProgressPreview:
    """Reports the progress of one request, by the expected length, and up to `request.partials` previews."""

    def __init__(self, request: Request, *, rasteriser: Rasteriser, pool: ImagingPool, on_progress: OnProgress) -> None:
        self._request = request
        self._rasteriser = rasteriser
        self._pool = pool
        self._on_progress = on_progress
        self._done = 0
        self._shown = 0

    def picture_finished(self) -> None:
        """Reports that one more picture is finished."""
        self._done += 1
        self._shown = 0
        self._on_progress(Progress(self._done, self._done / self._request.n))

    async def on_text(self, text: str) -> None:
        """Called with the text written so far."""
        written = min(_MAX_FRACTION, len(text) / expected_chars(self._request))
        preview = None
        if written >= (self._shown + 1) / (self._request.partials + 1) and self._shown < self._request.partials:
            self._shown += 1
            preview = await self._render_preview(text)
        self._on_progress(Progress(self._done, (self._done + written) / self._request.n, preview))

    async def _render_preview(self, text: str) -> Preview | None:
        """Renders the SVG written so far; None if it cannot be shown yet."""
        size = _preview_size(self._request.size)
        try:
            drawing = await self._pool.run(_sanitise, text, size)
            if drawing is None:
                return None
            picture = await self._rasteriser.draw(
                drawing.svg, size, background=self._request.background, typefaces=drawing.typefaces
            )
        except UnusableSvg:
            # An unfinished SVG may not be usable yet.
            return None
        return Preview(picture, "png")


def _sanitise(text: str, size: Size) -> PreparedSvg | None:
    svg = close_unfinished(text)
    return None if svg is None else prepare_text(sanitise(svg, size))


def _preview_size(size: Size) -> Size:
    factor = min(1.0, _EDGE_PX / max(size.width_px, size.height_px))
    return Size(max(1, round(size.width_px * factor)), max(1, round(size.height_px * factor)))
