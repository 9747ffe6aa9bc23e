"""Cards as Slack messages. Pure.

The order is: title, pictures, prompt, facts in small print, buttons. So a long prompt does not push a picture off a
phone's screen. Text that people typed is always in plain_text or rich_text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.shared.cards import button_style, is_about_job, percent, small_lines
from adapters.slack import labels, limits
from adapters.slack.markup import cut, escaped
from adapters.slack.rendering import blocks
from adapters.slack.rendering.blocks import Block
from bot.domain.ids import PictureId
from bot.presentation.card import Button, Card, CardPicture, Field
from bot.presentation.fit import fit

Files = Mapping[PictureId, str]
"""Slack's ids of files that were shared in the card's conversation, by the ids of the pictures and files."""

ACTION_PREFIX: Final = "easel:"
_TOP_TEXT_QUOTE_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message as Slack's JSON.

    Attributes:
        text: escaped; used by notifications, and by screen readers in place of the blocks.
    """

    text: str
    blocks: tuple[Block, ...]


def message(card: Card, files: Files, *, nonce: str, preview_file: str | None = None) -> RenderedMessage:
    """Renders a card as a message, public or ephemeral.

    Args:
        files: a picture that is not in it is left out of the blocks.
        nonce: must differ for each update of a message; see `blocks.with_block_ids`.
        preview_file: Slack's id of a preview to show.
    """
    rendered: tuple[Block, ...] = ()
    for squeezed, alt_chars in _shorter_versions(card):
        rendered = blocks.with_block_ids(tuple(_blocks(squeezed, files, preview_file, alt_chars)), nonce)
        if blocks.json_units(rendered) <= limits.MAX_MESSAGE_JSON_CHARS:
            break
    return RenderedMessage(top_text(card), rendered)


def top_text(card: Card) -> str:
    """The whole text of the card, most important first, escaped."""
    spoken = cut(card.quote.strip(), _TOP_TEXT_QUOTE_CHARS)
    lines = (
        card.title,
        f"“{spoken}”" if spoken else "",
        percent(card.progress) if card.progress is not None else "",
        card.text,
        *(f"{field.label}: {field.value}" for field in card.fields),
        *card.notes,
        card.code,
    )
    return _escape_top_text("\n".join(line for line in lines if line.strip()))


def small_print(lines: Iterable[str]) -> Iterator[Block]:
    """Small grey text: as few context blocks as the limit of a text allows, since lines of one block are closer."""
    kept: list[str] = []
    for line in (cut(line, limits.MAX_TEXT_CHARS) for line in lines if line.strip()):
        if blocks.units("\n".join((*kept, line))) > limits.MAX_TEXT_CHARS:
            yield blocks.context("\n".join(kept))
            kept = []
        kept.append(line)
    if kept:
        yield blocks.context("\n".join(kept))


def field_list(fields: Sequence[Field]) -> tuple[Block, ...]:
    """Labels and values as a bullet list, for a rich_text block."""
    items = [
        blocks.line(
            *([blocks.run(field.label, bold=True)] if field.label.strip() else []),
            *([blocks.run(f"  {field.value}")] if field.value.strip() else []),
        )
        for field in fields
        if (field.label + field.value).strip()
    ]
    return (blocks.bullets(items),) if items else ()


# Private


def _escape_top_text(text: str) -> str:
    return escaped(blocks.nonblank(text, limits.MAX_TOP_TEXT_CHARS))


def _shorter_versions(card: Card) -> Iterator[tuple[Card, int]]:
    """The card, then shorter and shorter versions. Escaping can make a message too long: `&` becomes `&amp;`."""
    platform = limits.capabilities(edit_interval_s=0, previews=True)
    yield card, limits.MAX_SHOWN_ALT_CHARS
    for text_chars, alt_chars in ((2_500, 100), (1_000, 40)):
        yield fit(card, replace(platform, max_text_chars=text_chars)), alt_chars
    yield fit(replace(card, fields=(), notes=()), replace(platform, max_text_chars=500)), 20


def _blocks(card: Card, files: Files, preview_file: str | None, alt_chars: int) -> Iterator[Block]:
    pictures = [shown for shown in card.pictures if shown.picture.id in files]
    images = list(_images(pictures, files, alt_chars))
    if preview_file is not None:
        images.append(blocks.image(preview_file, cut(card.title, alt_chars)))
    title, body = _title(card), _body(card)
    if images:
        yield blocks.rich_text(title)
        yield from images
        if body:
            yield blocks.rich_text(*body)
    else:
        yield blocks.rich_text(title, *body)
    yield from small_print(_small_lines(card, files))
    yield from _action_rows(card.buttons, card.title)


def _images(pictures: Sequence[CardPicture], files: Files, alt_chars: int) -> Iterator[Block]:
    for shown in pictures:
        if shown.picture.format in limits.FORMATS:
            title = cut(shown.label, alt_chars) if len(pictures) > 1 else None
            yield blocks.image(files[shown.picture.id], cut(shown.alt, alt_chars), title)


def _title(card: Card) -> Block:
    title = blocks.run(card.title, bold=True)
    if card.tone == "error":
        return blocks.line(blocks.emoji("warning"), blocks.run(" "), title)
    return blocks.line(title)


def _body(card: Card) -> tuple[Block, ...]:
    return (
        *((blocks.quote(card.quote),) if card.quote.strip() else ()),
        *((blocks.line(blocks.run(card.text)),) if card.text.strip() else ()),
        *(() if is_about_job(card) else field_list(card.fields)),
        *((blocks.code(card.code),) if card.code.strip() else ()),
    )


def _small_lines(card: Card, files: Files) -> Iterator[str]:
    yield from small_lines(card)
    yield from (f"📎 {file.name}" for file in card.files if file.id in files)


def _action_rows(buttons: Sequence[Button], title: str) -> Iterator[Block]:
    """The buttons, in several blocks if two have the same action: action ids must be unique in a block."""
    rows: list[dict[str, Block]] = []
    for button in buttons:
        action_id = f"{ACTION_PREFIX}{button.action}"
        row = next((row for row in rows if action_id not in row), None)
        if row is None:
            rows.append(row := {})
        row[action_id] = _button(button, action_id, title)
    for row in rows:
        yield {"type": "actions", "elements": tuple(row.values())}


def _button(button: Button, action_id: str, title: str) -> Block:
    style = button_style(button)
    return {
        "type": "button",
        "text": blocks.plain_text(button.label, limits.MAX_BUTTON_CHARS),
        "action_id": action_id,
        # For screen readers: a channel has many buttons "Again", so the label includes the card's title.
        "accessibility_label": cut(f"{button.label}: {title}", limits.MAX_BUTTON_CHARS),
        **({"value": button.target} if button.target else {}),
        **({"style": style} if style != "plain" else {}),
        **({"confirm": _confirm(button)} if button.confirm else {}),
    }


def _confirm(button: Button) -> Block:
    return {
        "title": blocks.plain_text(button.label, limits.MAX_CONFIRM_TITLE_CHARS),
        "text": blocks.plain_text(button.confirm or button.label, limits.MAX_CONFIRM_TEXT_CHARS),
        "confirm": blocks.plain_text(button.label, limits.MAX_CONFIRM_BUTTON_CHARS),
        "deny": blocks.plain_text(labels.KEEP, limits.MAX_CONFIRM_BUTTON_CHARS),
        **({"style": "danger"} if button.style == "danger" else {}),
    }
