"""The sketch provider: draws from a fixed vocabulary and edits with fixed operations. No network, key or cost."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from PIL import Image as Pixels

from bot.domain.people import Person
from bot.domain.requests import Request
from bot.imaging.convert import encode, flatten
from bot.imaging.pixels import resize
from bot.imaging.pool import ImagingPool
from bot.ports import Drawing, Image, Inputs, OnProgress, Progress, Usage
from bot.presentation.card import Preview
from bot.providers.sketch.editor import Editor
from bot.providers.sketch.painter import Painter, Sheet, compute_seed
from bot.providers.sketch.plan import Detail
from bot.providers.sketch.scene import Scene
from bot.providers.sketch.vocabulary import read_scene
from bot.texts import notes

_DETAILS: Final[dict[str, Detail]] = {"low": 0, "medium": 1, "high": 2}
_PREVIEW_EDGE_PX: Final = 512
_PREVIEW_QUALITY: Final = 70
_FREE: Final = Usage()


class SketchProvider:
    """Deterministic: the same request always gives the same bytes.

    Args:
        pool: runs the drawing.
        stroke_delay_s: the pause after each stage, so that people can watch the progress.
        sleep: used for these pauses.
    """

    def __init__(
        self,
        pool: ImagingPool,
        *,
        stroke_delay_s: float = 0.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pool = pool
        self._stroke_delay_s = stroke_delay_s
        self._sleep = sleep

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        """Draws, or edits the base. Cancelling returns at once; a stage that is running ends by itself.

        Raises:
            BadCommand: no word of an edit is understood.
            BadPicture: an input cannot be decoded.
        """
        if inputs.base is not None:
            return await self._edit(request, inputs.base, inputs, on_progress)
        pictures: list[bytes] = []
        for index in range(request.n):
            pictures.append(await self._paint(request, index, on_progress))
            on_progress(Progress(done=index + 1, fraction=(index + 1) / request.n))
        return Drawing(tuple(pictures), _FREE, _result_notes(_build_scene(request, 0)))

    async def _paint(self, request: Request, index: int, on_progress: OnProgress) -> bytes:
        detail = _DETAILS.get(request.quality, 1)
        sheet = Sheet(
            _build_scene(request, index),
            compute_seed(request.prompt, index),
            request.size,
            detail,
            request.background == "transparent",
        )
        painter = await self._pool.run(Painter, sheet)
        stages = painter.stages
        watched = _preview_stages(request.partials if index == 0 else 0, len(stages))
        for number, stage in enumerate(stages):
            await self._pool.run(stage)
            preview = None
            if number in watched:
                preview = await self._pool.run(_encode_preview, painter.preview(_PREVIEW_EDGE_PX))
            fraction = (index + (number + 1) / (len(stages) + 1)) / request.n
            on_progress(Progress(index, fraction, preview))
            await self._pause()
        return await self._pool.run(_encode_result, painter.result, request)

    async def _edit(self, request: Request, base: Image, inputs: Inputs, on_progress: OnProgress) -> Drawing:
        editor = await self._pool.run(Editor, request, base, inputs)
        steps = editor.steps
        watched = _preview_stages(request.partials, len(steps) + 1)
        for number, step in enumerate(steps):
            await self._pool.run(editor.apply_step, step)
            preview = await self._pool.run(_render_preview, editor) if number in watched else None
            on_progress(Progress(0, (number + 1) / (len(steps) + 1), preview))
            await self._pause()
        picture = await self._pool.run(lambda: _encode_result(editor.result(), request))
        on_progress(Progress(request.n, 1.0))
        return Drawing((picture,) * request.n, _FREE, editor.notes())

    async def _pause(self) -> None:
        if self._stroke_delay_s > 0:
            await self._sleep(self._stroke_delay_s)


def _build_scene(request: Request, index: int) -> Scene:
    # Seeded on purpose: the same prompt gives the same picture.
    return read_scene(request.prompt, Random(compute_seed(request.prompt, index)))  # noqa: S311


def _preview_stages(partials: int, stages: int) -> frozenset[int]:
    """The stages after which a preview is shown: evenly spread over all but the last."""
    count = min(partials, stages - 1)
    return frozenset(round((number + 1) * stages / (count + 1)) - 1 for number in range(count))


def _render_preview(editor: Editor) -> Preview:
    current = editor.result()
    factor = min(1.0, _PREVIEW_EDGE_PX / max(current.size))
    return _encode_preview(
        resize(current, (max(1, round(current.width * factor)), max(1, round(current.height * factor))))
    )


def _encode_preview(picture: Pixels.Image) -> Preview:
    return Preview(encode(picture, "webp", compression=_PREVIEW_QUALITY), "webp")


def _encode_result(picture: Pixels.Image, request: Request) -> bytes:
    opaque = flatten(picture) if request.background == "opaque" else picture
    return encode(opaque, request.format, compression=request.compression)


def _result_notes(scene: Scene) -> tuple[str, ...]:
    understood = notes.understood(scene.understood) if scene.understood else ""
    missed = notes.not_understood(map(repr, scene.missed[:12])) if scene.missed else ""
    if scene.ground == "none":
        missed = f"{missed} {notes.SHAPES_INSTEAD}".strip()
    return tuple(note for note in (understood, missed) if note)
