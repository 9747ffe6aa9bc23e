"""Slack's App Home: renders it, and reads the defaults that people choose there. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.slack import labels, limits
from adapters.slack.payloads.interactivity import BlockAction
from adapters.slack.rendering import blocks
from adapters.slack.rendering.blocks import Block
from adapters.slack.rendering.cards import Files, field_list, small_print
from adapters.slack.rendering.modals import chosen_value, select
from bot.presentation.card import Card, Form, Home, HomePicture
from bot.presentation.fit import fit

DEFAULT_PREFIX: Final = "easel:default:"
_CARD_CAPABILITIES: Final = replace(
    limits.capabilities(edit_interval_s=0, previews=False), max_text_chars=limits.HOME_CARD_CHARS
)
Links = Mapping[str, str]
"""The URLs of messages, by the ids of the messages."""


def home_view(home: Home, files: Files, links: Links, *, nonce: str) -> Block:
    """Renders the App Home as a view.

    Args:
        nonce: must differ for each call: with the same block ids, Slack's menus keep a choice that was refused.
    """
    page = (
        blocks.header(home.title),
        *(_card(home.notice) if home.notice is not None else ()),
        *_recent_pictures(home, files, links),
        *_card(home.usage, heading=True),
        *_defaults(home.defaults),
        *_card(home.help, heading=True),
    )
    return {"type": "home", "blocks": blocks.with_block_ids(page[: limits.MAX_VIEW_BLOCKS], nonce)}


def chosen_defaults(actions: Sequence[BlockAction]) -> Mapping[str, str]:
    """The chosen defaults by field, from the `actions` of an interaction; empty if they do not choose defaults."""
    return {
        action.action_id.removeprefix(DEFAULT_PREFIX): chosen_value(action.selected_option)
        for action in actions
        if action.action_id.startswith(DEFAULT_PREFIX)
    }


# Private


def _recent_pictures(home: Home, files: Files, links: Links) -> Iterator[Block]:
    yield blocks.header(home.recent_title)
    for recent in home.recent:
        yield _picture(recent, files, links)


def _picture(recent: HomePicture, files: Files, links: Links) -> Block:
    shown = recent.shown
    is_there = shown.picture.format in limits.FORMATS and shown.picture.id in files
    thumbnail = blocks.thumbnail(files[shown.picture.id], shown.alt) if is_there else None
    block = blocks.section(recent.caption, thumbnail)
    link = links.get(recent.message.message) if recent.message is not None else None
    return {**block, "fields": [blocks.link_text(link, labels.SOURCE)]} if link is not None else block


def _defaults(form: Form) -> Iterator[Block]:
    yield blocks.header(form.title)
    for field in form.fields:
        if field.kind == "choice":
            yield blocks.section(field.label, select(field, f"{DEFAULT_PREFIX}{field.name}"))


def _card(card: Card, *, heading: bool = False) -> Iterator[Block]:
    """Renders a card as a part of the App Home, without its buttons."""
    card = fit(card, _CARD_CAPABILITIES)
    if heading:
        yield blocks.header(card.title)
    warning = (blocks.emoji("warning"), blocks.run(" ")) if card.tone == "error" else ()
    body = (
        *(() if heading else (blocks.line(*warning, blocks.run(card.title, bold=True)),)),
        *((blocks.line(blocks.run(card.text)),) if card.text.strip() else ()),
        *field_list(card.fields),
        *((blocks.code(card.code),) if card.code.strip() else ()),
    )
    if body:
        yield blocks.rich_text(*body)
    yield from small_print(card.notes)
