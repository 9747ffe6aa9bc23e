"""What the input pictures of a request require of a model."""

from dataclasses import dataclass

from bot.catalog.model import Model
from bot.texts import model_errors


@dataclass(frozen=True, slots=True)
class InputNeeds:
    """What a model must be able to do.

    Attributes:
        pictures: the number of input pictures, base and references.
        seen: how many of them the model must look at, because no SVG replaces them.
        mask, markup: whether there is one.
    """

    pictures: int
    seen: int
    mask: bool = False
    markup: bool = False

    def unmet_reason(self, model: Model) -> str | None:
        """Why the model cannot draw with these inputs, as a sentence; None if it can."""
        if not self.pictures:
            return None
        if not model.edits:
            return model_errors.cannot_edit(model.name)
        if self.seen and not model.sees_pictures:
            return model_errors.cannot_see(model.name)
        if self.pictures > model.max_inputs:
            return model_errors.too_many_images(model.name, most=model.max_inputs, count=self.pictures)
        if self.mask and not model.masks:
            return model_errors.cannot_mask(model.name)
        if self.markup and not model.markups:
            return model_errors.cannot_read_markup(model.name)
        return None

    def advice_for(self, model: Model) -> str:
        """What the person should leave out if no other model can draw with all inputs."""
        if model.edits and self.pictures > model.max_inputs:
            return model_errors.remove_images(self.pictures - model.max_inputs)
        if model.edits and self.mask and not model.masks:
            return model_errors.REMOVE_MASK
        if model.edits and self.markup and not model.markups:
            return model_errors.REMOVE_MARKUP
        return model_errors.NO_MODEL_CAN
