"""What the pictures that come with a wish ask of a model."""

from dataclasses import dataclass

from bot.catalog.model import Model


@dataclass(frozen=True, slots=True)
class InputNeeds:
    """`pictures` counts the base and the references, `seen` those of them that no SVG can stand for."""

    pictures: int
    seen: int
    mask: bool = False
    markup: bool = False

    def unmet_by(self, model: Model) -> str | None:
        """Why the model cannot draw with them, as a sentence; None where it can."""
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

    def less_for(self, model: Model) -> str:
        """What to leave out where no model can draw with all of them."""
        if model.edits and self.pictures > model.max_inputs:
            return f"Leave out {self.pictures - model.max_inputs}."
        if model.edits and self.mask and not model.masks:
            return "Leave the marks out and say where in words."
        if model.edits and self.markup and not model.markups:
            return "Leave the drawing out and say it in words."
        return "No model here can."
