"""Builds the forms: edit a version, use attached pictures, create a picture, set defaults, retry a failed job."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.jobs import Version
from bot.domain.requests import Order, PromptSpec
from bot.presentation.card import Choice, Form, FormField
from bot.presentation.cards import picture_name


def edit_form(
    version: Version, *, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]
) -> Form:
    """The form of the Edit… button, prefilled from the version."""
    request = version.request
    names = [picture_name(version, index) for index in range(len(version.pictures))]
    which = (FormField("on", "Which image?", "choice", value=names[0], choices=tuple(Choice(n, n) for n in names)),)
    return Form(
        title=f"Edit {version.name}",
        submit="Draw",
        target=version.job,
        fields=(
            FormField("prompt", "What should change?", "text", required=True),
            *(which if len(names) > 1 else ()),
            FormField("model", "Model", "choice", value=request.model, choices=tuple(models)),
            FormField("quality", "Quality", "choice", value=request.quality, choices=tuple(qualities)),
            FormField("size", "Size", "choice", value="", choices=(Choice("", "Unchanged"), *sizes)),
            FormField("images", "Images to use", "pictures", max_count=10),
        ),
    )


def picture_form(
    names: Sequence[str], *, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]
) -> Form:
    """The form for pictures that a person sent: they are attached to the submitted form."""
    return Form(
        title="Edit this image" if len(names) == 1 else "Use these images",
        submit="Draw",
        target="",
        fields=(
            FormField("prompt", "What should change?", "text", required=True),
            *_choices(models, qualities, sizes, unsaid="Default", unsized="Unchanged"),
            FormField("images", "More images to use", "pictures", max_count=10 - min(len(names), 9)),
        ),
    )


def create_form(*, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]) -> Form:
    return Form(
        title="Create an image",
        submit="Draw",
        target="",
        fields=(
            FormField("prompt", "What do you want to see?", "text", required=True),
            *_choices(models, qualities, sizes, unsaid="Default", unsized="Default"),
            FormField("images", "Images to use", "pictures", max_count=10),
            FormField("place", "Where should it appear?", "place", required=True),
        ),
    )


def defaults_form(
    saved: PromptSpec, *, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]
) -> Form:
    """The form for a person's defaults: those that can be chosen from lists."""
    saved_values = {"model": saved.model or "", "quality": saved.quality or "", "size": saved.size or ""}
    fields = _choices(models, qualities, sizes, unsaid="No default", unsized="No default")
    return Form(
        title="Your defaults",
        submit="Save",
        target="",
        fields=tuple(replace(field, value=saved_values[field.name]) for field in fields),
    )


def retry_form(order: Order, *, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]) -> Form:
    """The form for a job without result, prefilled with its prompt."""
    return Form(
        title="Try again",
        submit="Draw",
        target=order.job,
        fields=(
            FormField("prompt", "What do you want to see?", "text", value=order.request.prompt, required=True),
            FormField("model", "Model", "choice", value=order.request.model, choices=tuple(models)),
            FormField("quality", "Quality", "choice", value=order.request.quality, choices=tuple(qualities)),
            FormField("size", "Size", "choice", value="", choices=(Choice("", "Unchanged"), *sizes)),
        ),
    )


def _choices(
    models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice], *, unsaid: str, unsized: str
) -> tuple[FormField, ...]:
    """The fields for model, quality and size, each with an empty choice."""
    return (
        FormField("model", "Model", "choice", choices=(Choice("", unsaid), *models)),
        FormField("quality", "Quality", "choice", choices=(Choice("", unsaid), *qualities)),
        FormField("size", "Size", "choice", choices=(Choice("", unsized), *sizes)),
    )
