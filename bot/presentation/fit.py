"""Shrinks a card to a platform's capabilities, so that renderers need not decide what to leave out.

Text is removed in this order: notes, fields, text, command, quoted prompt. Title and pictures stay. Pictures that are
too large or of an unsupported format are converted elsewhere, by the delivery.
"""

from dataclasses import replace

from bot.presentation.capabilities import Capabilities, Support
from bot.presentation.card import Card, Preview


def fit(card: Card, capabilities: Capabilities) -> Card:
    """The card without anything that the platform cannot show."""
    dropped = len(card.pictures) - capabilities.max_pictures
    notes = card.notes
    if dropped > 0:
        notes = (*notes, f"{dropped} more not shown: only {capabilities.max_pictures} images fit in one message here.")
    shown = replace(
        card,
        pictures=card.pictures[: capabilities.max_pictures],
        buttons=card.buttons[: capabilities.max_buttons],
        preview=card.preview if _is_shown(card.preview, capabilities) else None,
        notes=notes,
    )
    if capabilities.max_quote_chars is not None:
        shown = replace(shown, quote=_shorten_by(card.quote, capabilities.max_quote_chars - len(card.quote)))
    return _fit_text(shown, capabilities.max_text_chars)


def _is_shown(preview: Preview | None, capabilities: Capabilities) -> bool:
    """Whether the platform can show the preview. Previews are never converted."""
    if preview is None or capabilities.previews is Support.NONE:
        return False
    return preview.format in capabilities.formats


def _fit_text(card: Card, max_chars: int) -> Card:
    while card.notes and _count_chars(card) > max_chars:
        card = replace(card, notes=card.notes[:-1])
    while card.fields and _count_chars(card) > max_chars:
        card = replace(card, fields=card.fields[:-1])
    card = replace(card, text=_shorten_by(card.text, max_chars - _count_chars(card)))
    if _count_chars(card) > max_chars:
        # A cut command would draw something else when copied: it goes whole or not at all.
        card = replace(card, code="")
    card = replace(card, quote=_shorten_by(card.quote, max_chars - _count_chars(card)))
    return replace(card, title=_shorten_by(card.title, max_chars - _count_chars(card)))


def _shorten_by(words: str, spare_chars: int) -> str:
    """`words` shortened by `-spare_chars` with an ellipsis; unchanged if `spare_chars` is not negative."""
    if spare_chars >= 0:
        return words
    kept_chars = len(words) + spare_chars - 1
    return words[:kept_chars] + "…" if kept_chars > 0 else ""


def _count_chars(card: Card) -> int:
    fields = sum(len(field.label) + len(field.value) for field in card.fields)
    return len(card.title) + len(card.text) + len(card.quote) + len(card.code) + fields + sum(map(len, card.notes))
