"""Cards as Slack gets them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from adapters.slack import limits
from adapters.slack.rendering.cards import message
from bot.domain.ids import PictureId
from bot.domain.money import FREE
from bot.domain.pictures import Picture, Size
from bot.grammar.flags import FLAGS
from bot.options import command_options
from bot.presentation import cards
from bot.presentation.card import Button, Card, CardFile, CardPicture, Field, Preview
from bot.presentation.cards import UsageLine
from bot.presentation.fit import fit
from bot.presentation.options import SUBCOMMANDS
from tests.catalogs import a_catalog
from tests.unit.slack.rendering.checks import check_message
from tests.unit.slack.rendering.example_cards import (
    FILES,
    FOX,
    OWL,
    RESULT,
    VANDAL,
    a_card,
    block_types,
    objects,
    shown_words,
)

SLACK = limits.capabilities(edit_interval_s=3, previews=True)
DRAWING = Card(tone="working", title="Drawing 00:12", quote="a fox", progress=0.42)


def buttons_of(card: Card) -> list[Mapping[str, Any]]:
    return [each for each in objects(message(card, FILES, nonce="n").blocks) if each.get("type") == "button"]


def test_result() -> None:
    """The title is followed by the picture, then the words, the facts in small print and the buttons."""
    rendered = message(RESULT, FILES, nonce="n")

    assert block_types(rendered.blocks) == ["rich_text", "image", "rich_text", "context", "actions"]
    assert rendered.blocks[1] == {
        "type": "image",
        "slack_file": {"id": "F0FOX00000"},
        "alt_text": "Picture: a fox",
        "block_id": "n:1",
    }
    assert shown_words(rendered.blocks[3]) == "sketch · 1536x1024 · Quality high · Cost free\nRounded."


def test_top_text() -> None:
    """Who cannot see the blocks is told the same, what matters most first, escaped."""
    assert message(RESULT, FILES, nonce="n").text == (
        "v2 from v1 for Ada\n“a &lt;b&gt;fox&lt;/b&gt;”\n"
        "Model: sketch\nSize: 1536x1024\nQuality: high\nCost: free\nRounded."
    )


def test_pictures_are_named_where_there_are_several() -> None:
    """A label stands above each of several pictures, so that people can say which one they mean."""
    both = replace(RESULT, pictures=(CardPicture(FOX, "v2a", "one"), CardPicture(OWL, "v2b", "two")))
    images = [block for block in message(both, FILES, nonce="n").blocks if block["type"] == "image"]

    assert [shown_words(image) for image in images] == ["v2a", "v2b"]


@pytest.mark.parametrize("picture", [OWL, replace(FOX, format="webp")])
def test_what_cannot_be_shown_is_left_out(picture: Picture) -> None:
    """A picture that was not shared, or in a format that Slack does not show, gets no block."""
    card = replace(RESULT, pictures=(CardPicture(picture, "v2", "a fox"),))

    assert block_types(message(card, {FOX.id: "F0FOX00000"}, nonce="n").blocks) == ["rich_text", "context", "actions"]


def test_progress_is_told_in_figures() -> None:
    """The bar is for the eye; the per cent beside it and in the text are for everybody."""
    rendered = message(DRAWING, {}, nonce="n")

    assert "▰▰▰▰▰▱▱▱▱▱▱▱  42%" in shown_words(rendered.blocks)
    assert "42%" in rendered.text


def test_preview() -> None:
    """An unfinished picture is shown where the finished one will be."""
    rendered = message(replace(DRAWING, preview=Preview(b"", "png")), {}, nonce="n", preview_file="F0PREVIEW0")

    assert block_types(rendered.blocks) == ["rich_text", "image", "rich_text", "context"]
    check_message(rendered.text, rendered.blocks)


def test_an_error_is_marked() -> None:
    """Trouble can be told at a glance, and by its words."""
    blocks = message(Card("error", "It broke.", "Try again."), {}, nonce="n").blocks

    assert [each["name"] for each in objects(blocks) if each.get("type") == "emoji"] == ["warning"]
    assert shown_words(blocks).split("\n") == [" ", "It broke.", "Try again."]


def test_buttons() -> None:
    """A button carries its action and target, says aloud where it belongs, and asks before it destroys."""
    again, edit, delete = [
        each for each in objects(message(RESULT, FILES, nonce="n").blocks) if each.get("type") == "button"
    ]

    assert (again["action_id"], again["value"]) == ("easel:again", "job")
    assert again["accessibility_label"] == "Again: v2 from v1 for Ada"
    assert "style" not in again
    assert edit["style"] == "primary"
    assert "style" not in delete
    assert delete["confirm"]["style"] == "danger"
    assert shown_words(delete["confirm"]).split("\n") == ["Delete", "Delete v2 for everyone?", "Delete", "Cancel"]


def test_danger_that_does_not_ask_is_red() -> None:
    """Where no question follows, the button itself warns."""
    card = replace(RESULT, buttons=(Button("delete", "Delete", "job", "danger"),))
    (button,) = buttons_of(card)

    assert button["style"] == "danger"


def test_code_is_exact() -> None:
    """What is there to be copied is what was given."""
    blocks = message(Card("info", "Details", code="/imagine <a> & *b*\n--n 2"), {}, nonce="n").blocks

    (code,) = [each for each in objects(blocks) if each.get("type") == "rich_text_preformatted"]
    assert shown_words(code) == "/imagine <a> & *b*\n--n 2"


def test_files_are_named_once_they_are_there() -> None:
    """A file is mentioned where it has been shared, and not promised before."""
    svg = PictureId("5f" * 32)
    card = replace(RESULT, files=(CardFile(svg, "easel-v2.svg"),))

    assert "easel-v2.svg" in shown_words(message(card, {svg: "F0SVG00000"}, nonce="n").blocks)
    assert "easel-v2.svg" not in shown_words(message(card, {}, nonce="n").blocks)


def test_an_update_renames_its_blocks() -> None:
    """No block of one version of a message has the id of a block of another."""
    first, second = (message(RESULT, FILES, nonce=nonce).blocks for nonce in ("a", "b"))

    assert not {block["block_id"] for block in first} & {block["block_id"] for block in second}


def _answers() -> list[Card]:
    options = {option.name: option for option in command_options(a_catalog())}
    rows = [Field(choice.value, choice.label) for choice in options["model"].choices]
    flags = [Field(f"--{flag.name} {flag.value}", flag.summary) for flag in FLAGS]
    questions = [Field(f"/imagine {question.name}", question.summary) for question in SUBCOMMANDS]
    spent = [UsageLine(row.label, 9999, FREE, 99) for row in rows]
    return [
        cards.models(rows, "sketch"),
        cards.help_card(flags, questions, commands_in_threads=False),
        cards.usage("November 2026", spent, UsageLine("Everyone here", 99_999, FREE)),
        replace(RESULT, tone="info", quote="é" * limits.MAX_INPUT_CHARS, code="é" * (limits.MAX_INPUT_CHARS + 100)),
    ]


@pytest.mark.parametrize("card", _answers(), ids=["models", "help", "usage", "details"])
def test_answers_lose_nothing(card: Card) -> None:
    """The longest answers of today's catalog, and the details of the longest prompt of a form, are shown whole."""
    fitted = fit(card, SLACK)
    rendered = message(fitted, {}, nonce="n")
    check_message(rendered.text, rendered.blocks)
    seen = shown_words(rendered.blocks)

    assert fitted == card
    assert all(words in seen for words in (card.title, card.text, card.quote, card.code, *card.notes))
    assert all(field.label in seen and field.value in seen for field in card.fields)


def test_ten_pictures_with_long_words() -> None:
    """The most that one command can make is shown with all its pictures and all its words."""
    many = tuple(
        CardPicture(Picture(PictureId(f"{number:064}"), "png", Size(64, 64), 9), f"v2{number}", "é" * 220)
        for number in range(10)
    )
    card = fit(replace(RESULT, quote="é" * 2_000, pictures=many), SLACK)
    rendered = message(card, {shown.picture.id: f"F{shown.picture.id[-9:]}" for shown in many}, nonce="n")
    check_message(rendered.text, rendered.blocks)

    assert block_types(rendered.blocks).count("image") == 10
    assert card.quote in shown_words(rendered.blocks)


@given(a_card)
@settings(max_examples=200, deadline=None)
def test_any_card_can_be_sent(card: Card) -> None:
    """Whatever `fit` lets through becomes a message that Slack takes."""
    rendered = message(fit(card, SLACK), FILES, nonce="n", preview_file="F0PREVIEW0" if card.preview else None)

    check_message(rendered.text, rendered.blocks)


@given(a_card)
@settings(max_examples=100, deadline=None)
def test_nothing_typed_can_act(card: Card) -> None:
    """No text is ever sent as markup, and the one at the top level has nothing left in it that could be."""
    rendered = message(fit(card, SLACK), FILES, nonce="n")
    kinds = {each["type"] for each in objects(rendered.blocks) if "type" in each}

    assert not kinds & {"mrkdwn", "markdown", "link", "user", "usergroup", "channel", "broadcast", "date"}
    assert all(each["emoji"] is False for each in objects(rendered.blocks) if each.get("type") == "plain_text")
    assert not set("<>") & set(rendered.text)


def test_a_vandal() -> None:
    """Markup that somebody typed is shown as they typed it."""
    rendered = message(replace(RESULT, title=VANDAL, quote=VANDAL), FILES, nonce="n")

    assert shown_words(rendered.blocks).count(VANDAL) == 2
    assert "&lt;!channel&gt;" in rendered.text
