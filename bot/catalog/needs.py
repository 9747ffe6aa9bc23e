"""What the input pictures of a request require of a model."""

from dataclasses import dataclass

from bot.catalog.model import Model


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
            return f"{model.name} cannot edit pictures."
        if self.seen and not model.sees_pictures:
            return f"{model.name} reads text only, so it cannot see a picture."
        if self.pictures > model.max_inputs:
            at_most = f"{model.max_inputs} pictures" if model.max_inputs > 1 else "1 picture"
            return f"{model.name} takes at most {at_most}, and this has {self.pictures}."
        if self.mask and not model.masks:
            return f"{model.name} cannot keep to a marked area."
        if self.markup and not model.markups:
            return f"{model.name} cannot read what is drawn on a picture."
        return None

    def advice_for(self, model: Model) -> str:
        """What the person should leave out if no other model can draw with all inputs."""
        if model.edits and self.pictures > model.max_inputs:
            return f"Leave out {self.pictures - model.max_inputs}."
        if model.edits and self.mask and not model.masks:
            return "Leave the marks out and say where in words."
        if model.edits and self.markup and not model.markups:
            return "Leave the drawing out and say it in words."
        return "No model here can."
