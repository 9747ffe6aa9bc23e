"""Cards as Discord's messages. Pure.

What everybody sees is a message of the classic kind: words, then the pictures as attachments, then buttons. Only
attachments keep their alt texts, fresh addresses and place in a mosaic; a message of components (V2) could never become
one again, and shows no attachments to other programs. What one person is answered is a panel of components: it holds
twice the words.
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

_TIME: Final = re.compile(r" ?\d+:\d\d(?::\d\d)?")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_BLANK: Final = "\u200b"
_ROOMY: Final = replace(limits.capabilities(edit_interval_s=0), max_quote_chars=None)


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file of a message: stored bytes, or bytes that are there only while work goes on."""

    name: str
    alt: str
    stored: PictureId | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message. `body` is its JSON without the files, which `files` are in their order."""

    body: Mapping[str, Json]
    files: tuple[MessageFile, ...] = ()


def message(card: Card) -> RenderedMessage:
    """The card as a message of the classic kind."""
    content = _fitted(card, limits.MAX_CONTENT_CHARS)
    buttons = [components.button(each.label, custom_ids.for_button(each), button_style(each)) for each in card.buttons]
    body: dict[str, Json] = {
        "content": content or _BLANK,
        "components": components.rows(buttons),
        # Nobody is called by what a prompt says, whoever was in it.
        "allowed_mentions": {"parse": ()},
    }
    return RenderedMessage(body, files_of(card))


def panel(card: Card, *, or_not: str = "", footer: str = "") -> RenderedMessage:
    """The card as a panel of components, for one person. One that has files is a message: a panel would hide them.

    Args:
        or_not: the label of a further button, which only takes the panel away.
        footer: Markdown that stands beneath the panel.
    """
    if card.pictures or card.files:
        return message(card)
    text = _fitted(card, limits.MAX_PANEL_CHARS - utf16_units(footer))
    buttons = [components.button(each.label, custom_ids.for_button(each), button_style(each)) for each in card.buttons]
    buttons += [components.button(or_not, custom_ids.CLOSE)] if or_not else []
    parts = (components.text_display(text or _BLANK), *components.rows(buttons))
    beneath = (components.text_display(footer),) if footer else ()
    return RenderedMessage(
        {"components": (components.container(card.tone, parts), *beneath), "allowed_mentions": {"parse": ()}}
    )


def files_of(card: Card) -> tuple[MessageFile, ...]:
    """Its pictures, then its files; or the preview of what will be a picture."""
    pictures = [
        MessageFile(_file_name(picture_file_name(each)), _alt(each.alt), each.picture.id) for each in card.pictures
    ]
    files = [MessageFile(_file_name(file.name), "", file.id) for file in card.files]
    if card.preview is not None and not pictures:
        return (MessageFile(f"preview.{card.preview.format}", _alt(card.title), data=card.preview.data),)
    return tuple(pictures + files)[: limits.MAX_FILES]


def flags(rendered: RenderedMessage, *, ephemeral: bool) -> int:
    """Of the message. Links in what people typed show nothing of what they lead to."""
    is_panel = "content" not in rendered.body
    return (IS_COMPONENTS_V2 if is_panel else SUPPRESS_EMBEDS) | (EPHEMERAL if ephemeral else 0)


# Private


def _fitted(card: Card, max_chars: int) -> str:
    """The card's words within `max_chars`: every backslash counts, and only here is known how many there are."""
    words = "\n".join(_lines(card))
    for text_chars in (max_chars, max_chars * 2 // 3, max_chars // 2, max_chars // 3):
        if utf16_units(words) <= max_chars:
            return words
        words = "\n".join(_lines(fit(card, replace(_ROOMY, max_text_chars=text_chars))))
    return words if utf16_units(words) <= max_chars else cut(words, max_chars)


def _lines(card: Card) -> Iterator[str]:
    yield _title(card)
    yield from _body(card)
    yield from (_small(escaped(line)) for line in small_lines(card))


def _title(card: Card) -> str:
    """Where a clock runs, the title says no time of its own, which would stand still: every client counts on."""
    title = _TIME.sub("", card.title, count=1) if card.since is not None else card.title
    clock = f" · <t:{card.since.timestamp():.0f}:R>" if card.since is not None else ""
    warning = "⚠️ " if card.tone == "error" else ""
    return f"{warning}**{escaped(title.strip())}**{clock}" if title.strip() else _BLANK


def _body(card: Card) -> Iterator[str]:
    if card.quote.strip():
        yield "\n".join(f"> {line}" for line in escaped(card.quote.strip()).split("\n"))
    if card.text.strip():
        yield escaped(card.text)
    if not is_about_job(card):
        yield from (_listed(field) for field in card.fields if (field.label + field.value).strip())
    if card.code.strip():
        yield code(card.code)


def _listed(field: Field) -> str:
    label = f"**{escaped(field.label)}**" if field.label.strip() else ""
    return f"- {label}  {escaped(field.value)}".rstrip()


def _small(markdown: str) -> str:
    """Small grey text; each line of it by itself."""
    return "\n".join(f"-# {line}" for line in markdown.split("\n"))


def _alt(words: str) -> str:
    return cut(words, limits.MAX_ALT_CHARS)


def _file_name(name: str) -> str:
    """Discord takes what a file is from its name's ending, and answers 400 to a backslash."""
    return _UNSAFE.sub("_", name)
