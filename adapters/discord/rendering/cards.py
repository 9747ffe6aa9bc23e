"""Cards as Discord messages. Pure.

Public messages have content, attachments and buttons. Attachments have alt texts, URLs that are renewed, and a gallery
layout. A message with components V2 cannot be changed back, and its attachments are not visible to other programs.
Replies to a single person use components V2: they can contain twice as much text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from adapters.discord import limits
from adapters.discord.markup import code, cut, escaped
from adapters.discord.rendering import components, custom_ids
from adapters.discord.rendering.components import Json
from adapters.shared.cards import button_style, is_about_job, picture_file_name, small_lines
from adapters.shared.text_length import utf16_units
from bot.domain.ids import PictureId
from bot.presentation.card import Card, Field
from bot.presentation.fit import fit

SUPPRESS_EMBEDS: Final = 1 << 2
EPHEMERAL: Final = 1 << 6
IS_COMPONENTS_V2: Final = 1 << 15

_ELAPSED_TIME: Final = re.compile(r" ?\d+:\d\d(?::\d\d)?")
_UNSAFE_NAME_CHARS: Final = re.compile(r"[^A-Za-z0-9._-]+")
_EMPTY_TEXT: Final = "\u200b"
_FULL_QUOTE_CAPABILITIES: Final = replace(limits.capabilities(edit_interval_s=0), max_quote_chars=None)


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file of a message.

    Attributes:
        stored: the id of the stored bytes; None if `data` contains them.
        data: the bytes of a preview, which is not stored.
    """

    name: str
    alt: str
    stored: PictureId | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message as Discord's JSON.

    Attributes:
        body: the JSON without `attachments`.
    """

    body: Mapping[str, Json]
    files: tuple[MessageFile, ...] = ()


def message(card: Card) -> RenderedMessage:
    """Renders a card as a message with content, attachments and buttons."""
    content = _fit_content(card, limits.MAX_CONTENT_CHARS)
    buttons = [components.button(each.label, custom_ids.for_button(each), button_style(each)) for each in card.buttons]
    body: dict[str, Json] = {
        "content": content or _EMPTY_TEXT,
        "components": components.rows(buttons),
        # Mentions in a prompt must not notify anyone.
        "allowed_mentions": {"parse": ()},
    }
    return RenderedMessage(body, files_of(card))


def panel(card: Card, *, dismiss_label: str = "", footer: str = "") -> RenderedMessage:
    """Renders a card with components V2, for a single person. A card with files is rendered as by `message`.

    Args:
        dismiss_label: the label of an additional button that only removes the panel; "" for none.
        footer: Markdown beneath the panel.
    """
    if card.pictures or card.files:
        return message(card)
    text = _fit_content(card, limits.MAX_PANEL_CHARS - utf16_units(footer))
    buttons = [components.button(each.label, custom_ids.for_button(each), button_style(each)) for each in card.buttons]
    buttons += [components.button(dismiss_label, custom_ids.CLOSE)] if dismiss_label else []
    parts = (components.text_display(text or _EMPTY_TEXT), *components.rows(buttons))
    beneath = (components.text_display(footer),) if footer else ()
    return RenderedMessage(
        {"components": (components.container(card.tone, parts), *beneath), "allowed_mentions": {"parse": ()}}
    )


def files_of(card: Card) -> tuple[MessageFile, ...]:
    """The card's pictures, then its other files; the preview if there are no pictures yet."""
    pictures = [
        MessageFile(_safe_file_name(picture_file_name(each)), _cut_alt(each.alt), each.picture.id)
        for each in card.pictures
    ]
    files = [MessageFile(_safe_file_name(file.name), "", file.id) for file in card.files]
    if card.preview is not None and not pictures:
        return (MessageFile(f"preview.{card.preview.format}", _cut_alt(card.title), data=card.preview.data),)
    return tuple(pictures + files)[: limits.MAX_FILES]


def flags(rendered: RenderedMessage, *, ephemeral: bool) -> int:
    """The message flags. Embeds are suppressed, so that links in typed text show no preview."""
    is_panel = "content" not in rendered.body
    return (IS_COMPONENTS_V2 if is_panel else SUPPRESS_EMBEDS) | (EPHEMERAL if ephemeral else 0)


# Private


def _fit_content(card: Card, max_chars: int) -> str:
    """The card's Markdown within `max_chars`; shortens the card until the escaped text fits."""
    words = "\n".join(_lines(card))
    for text_chars in (max_chars, max_chars * 2 // 3, max_chars // 2, max_chars // 3):
        if utf16_units(words) <= max_chars:
            return words
        words = "\n".join(_lines(fit(card, replace(_FULL_QUOTE_CAPABILITIES, max_text_chars=text_chars))))
    return words if utf16_units(words) <= max_chars else cut(words, max_chars)


def _lines(card: Card) -> Iterator[str]:
    yield _title(card)
    yield from _body(card)
    yield from (_small_text(escaped(line)) for line in small_lines(card))


def _title(card: Card) -> str:
    """The title. For a card with a start time, a timestamp that clients update replaces the elapsed time."""
    title = _ELAPSED_TIME.sub("", card.title, count=1) if card.since is not None else card.title
    clock = f" · <t:{card.since.timestamp():.0f}:R>" if card.since is not None else ""
    warning = "⚠️ " if card.tone == "error" else ""
    return f"{warning}**{escaped(title.strip())}**{clock}" if title.strip() else _EMPTY_TEXT


def _body(card: Card) -> Iterator[str]:
    if card.quote.strip():
        yield "\n".join(f"> {line}" for line in escaped(card.quote.strip()).split("\n"))
    if card.text.strip():
        yield escaped(card.text)
    if not is_about_job(card):
        yield from (_list_item(field) for field in card.fields if (field.label + field.value).strip())
    if card.code.strip():
        yield code(card.code)


def _list_item(field: Field) -> str:
    label = f"**{escaped(field.label)}**" if field.label.strip() else ""
    return f"- {label}  {escaped(field.value)}".rstrip()


def _small_text(markdown: str) -> str:
    """Small grey text: each line needs the prefix."""
    return "\n".join(f"-# {line}" for line in markdown.split("\n"))


def _cut_alt(words: str) -> str:
    return cut(words, limits.MAX_ALT_CHARS)


def _safe_file_name(name: str) -> str:
    """A safe file name with the same extension, which Discord needs. Discord answers 400 to a backslash."""
    return _UNSAFE_NAME_CHARS.sub("_", name)
