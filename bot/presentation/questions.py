"""Cards that ask whether a reply in a thread is meant as an edit."""

from bot.domain.money import UsdMicros, format_usd
from bot.presentation.card import Button, Card


def is_this_an_edit(question: str, words: str, *, version: str, estimate: UsdMicros | None) -> Card:
    """The question, shown to the author of the reply. `version` is a name such as "v2"; `estimate` None: unknown."""
    price = f" It costs about {format_usd(estimate)}." if estimate is not None else ""
    return Card(
        tone="info",
        title="Is this an edit?",
        quote=words,
        text=f"Press Draw to edit {version} with this message.{price} Press Ignore if it is not for Easel.",
        buttons=(Button("draw", "Draw", question, "primary"), Button("leave", "Ignore", question)),
    )


def edit_started(words: str) -> Card:
    return Card(tone="info", title="Edit started", quote=words)


def not_an_edit(words: str) -> Card:
    return Card(tone="info", title="Ignored: nothing is drawn", quote=words)
