"""A first picture and an edit of it, drawn by the sketch model: what the pictures in the documentation show."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.ids import JobId, ModelName, PictureId, PlatformName, ThreadId, VersionId
from bot.domain.jobs import Version
from bot.domain.money import FREE
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Picture, Size
from bot.domain.requests import Request
from bot.imaging.pool import ImagingPool
from bot.ports import Image, Inputs
from bot.presentation import cards
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from bot.presentation.cards import DeliveredImages, inputs_note
from bot.presentation.fit import fit
from bot.providers.sketch.provider import SketchProvider

PROMPT = "a red fox in snow"
EDIT = 'warmer, and caption "first snow"'

_PLATFORM = PlatformName("chat")
_ADA = Person(_PLATFORM, "T1", "U1", "Ada")
_PLACE = Place(_PLATFORM, "T1", "C1", thread="C1:1")
_NOON = datetime(2026, 11, 22, 12, 3, tzinfo=UTC)
_LABEL = "sketch: offline, no AI"
_SIZE = Size(1536, 1024)


@dataclass(frozen=True, slots=True)
class Story:
    """The two result cards, and the bytes of their pictures."""

    first: Card
    edit: Card
    files: Mapping[PictureId, bytes]


async def story(capabilities: Capabilities) -> Story:
    """What a platform with these capabilities is given to show."""
    pool = ImagingPool()
    try:
        sketch = SketchProvider(pool)
        first, first_data = await _version(sketch, 1, PROMPT, Inputs(), seconds=1.5)
        base = Inputs(base=Image(first_data, "png", _SIZE))
        edit, edit_data = await _version(sketch, 2, EDIT, base, seconds=0.7)
    finally:
        pool.close()
    files = {first.pictures[0].id: first_data, edit.pictures[0].id: edit_data}
    return Story(_card(first, None, capabilities), _card(edit, first.name, capabilities), files)


async def _version(
    sketch: SketchProvider, number: int, words: str, inputs: Inputs, *, seconds: float
) -> tuple[Version, bytes]:
    request = Request(words, ModelName("sketch"), _SIZE, "high")
    drawing = await sketch.draw(request, inputs, asker=_ADA, on_progress=lambda _: None)
    data = drawing.pictures[0]
    version = Version(
        id=VersionId(f"version{number}"),
        thread=ThreadId("thread"),
        number=number,
        parent=None,
        job=JobId(f"job{number}aaaaaaaaaaaaaaa"),
        author=_ADA,
        request=request,
        typed=words,
        notes=(inputs_note(["v1"]), *drawing.notes) if inputs.base is not None else drawing.notes,
        pictures=(Picture(PictureId(hashlib.sha256(data).hexdigest()), "png", _SIZE, len(data)),),
        cost=FREE,
        seconds=seconds,
        created_at=_NOON,
        message=MessageRef(_PLACE, f"C1:{number}"),
    )
    return version, data


def _card(version: Version, parent: str | None, capabilities: Capabilities) -> Card:
    card = cards.result(
        version, model_label=_LABEL, parent=parent, shown=DeliveredImages(version.pictures), private=False
    )
    return fit(card, capabilities)
