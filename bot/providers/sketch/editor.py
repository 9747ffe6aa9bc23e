"""Applies the edits of a prompt to a picture step by step, within the mask."""

from PIL import Image as Pixels
from PIL import ImageOps

from bot.domain.requests import Request
from bot.domain.text import shorten
from bot.imaging.decode import decode
from bot.imaging.pixels import map_values
from bot.ports import Image, Inputs
from bot.presentation.notes import lettering_note
from bot.providers.sketch.edit_table import Step
from bot.providers.sketch.edit_words import Reading, known_edits, read_edits
from bot.texts import model_errors
from bot.texts import notes as texts

_QUOTE_CHARS = 80


class Editor:
    """Edits one picture. Call `apply_step` for each of `steps` in order, then read `result`; in any thread."""

    def __init__(self, request: Request, base: Image, inputs: Inputs) -> None:
        self._request = request
        self._base = decode(base.data, max_bytes=len(base.data))
        self._mask = decode(inputs.mask.data, max_bytes=len(inputs.mask.data)) if inputs.mask else None
        self._references = [decode(one.data, max_bytes=len(one.data)) for one in inputs.references]
        self._current = self._base
        self._reading = _parse_prompt(request.prompt, self._references)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._reading.steps

    def apply_step(self, step: Step) -> None:
        self._current = step.operation(self._current)

    def result(self) -> Pixels.Image:
        """The picture so far, unchanged where the mask is opaque, in the requested size.

        If the request keeps the base's size, an edit that rotates or crops determines the size.
        """
        wanted = self._request.size.width_px, self._request.size.height_px
        result = self._apply_mask()
        if wanted != self._base.size and wanted != result.size:
            result = ImageOps.fit(result, wanted, Pixels.Resampling.LANCZOS)
        return result

    def notes(self) -> tuple[str, ...]:
        notes = [texts.understood(step.label for step in self.steps)]
        if self._reading.missed:
            notes.append(texts.not_understood(repr(shorten(words, _QUOTE_CHARS)) for words in self._reading.missed))
        if note := lettering_note("".join(dict.fromkeys(char for step in self.steps for char in step.undrawable))):
            notes.append(note)
        used = {step.reference for step in self.steps}
        unused = [f"image {index + 2}" for index in range(len(self._references)) if index not in used]
        if unused:
            notes.append(texts.images_not_used(unused))
        if self._request.background == "transparent" and self._base.mode != "RGBA":
            notes.append(texts.NO_BACKGROUND_REMOVAL)
        if self._request.n > 1:
            notes.append(texts.same_images(self._request.n))
        return tuple(notes)

    def _apply_mask(self) -> Pixels.Image:
        if self._mask is None:
            return self._current
        changed = self._current
        if changed.size != self._base.size:
            changed = ImageOps.fit(changed, self._base.size, Pixels.Resampling.LANCZOS)
        may_change = map_values(self._mask.convert("RGBA").getchannel("A"), lambda alpha: 255 if alpha == 0 else 0)
        return Pixels.composite(changed.convert(self._base.mode), self._base, may_change)


def _parse_prompt(prompt: str, references: list[Pixels.Image]) -> Reading:
    reading = read_edits(prompt, references)
    if not reading.steps:
        raise model_errors.nothing_understood(repr(shorten(prompt, _QUOTE_CHARS)), known=known_edits())
    return reading
