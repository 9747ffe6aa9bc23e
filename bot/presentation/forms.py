"""The forms behind Edit…, filled in from what they change."""

from collections.abc import Sequence

from bot.domain.jobs import Version
from bot.domain.requests import Order
from bot.presentation.card import Choice, Form, FormField
from bot.presentation.cards import picture_name


def edit_form(
    version: Version, *, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]
) -> Form:
    """The form behind Edit…, filled in from the version it changes."""
    request = version.request
    names = [picture_name(version, index) for index in range(len(version.pictures))]
    which = (FormField("on", "Which picture?", "choice", value=names[0], choices=tuple(Choice(n, n) for n in names)),)
    return Form(
        title=f"Edit {version.name}",
        submit="Draw",
        target=version.job,
        fields=(
            FormField("prompt", "What should change?", "text", required=True),
            *(which if len(names) > 1 else ()),
            FormField("model", "Model", "choice", value=request.model, choices=tuple(models)),
            FormField("quality", "Quality", "choice", value=request.quality, choices=tuple(qualities)),
            FormField("size", "Size", "choice", value="", choices=(Choice("", "As it is"), *sizes)),
            FormField("images", "Images to use", "pictures", max_count=10),
        ),
    )


def retry_form(order: Order, *, models: Sequence[Choice], qualities: Sequence[Choice], sizes: Sequence[Choice]) -> Form:
    """The same form for a job that drew nothing: its words come back to be changed."""
    return Form(
        title="Try again",
        submit="Draw",
        target=order.job,
        fields=(
            FormField("prompt", "What should it be?", "text", value=order.request.prompt, required=True),
            FormField("model", "Model", "choice", value=order.request.model, choices=tuple(models)),
            FormField("quality", "Quality", "choice", value=order.request.quality, choices=tuple(qualities)),
            FormField("size", "Size", "choice", value="", choices=(Choice("", "As it was"), *sizes)),
        ),
    )
