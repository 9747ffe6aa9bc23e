"""The App Home as Slack gets it, and what people choose there."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.ids import PLATFORM
from adapters.slack.payloads.interactivity import BlockAction
from adapters.slack.payloads.parsing import parser
from adapters.slack.rendering.app_home import chosen_defaults, home_view
from adapters.slack.rendering.modals import NO_VALUE
from bot.domain.money import FREE
from bot.domain.people import MessageRef, Place
from bot.presentation import cards
from bot.presentation.card import Card, CardPicture, Choice, Field, Form, FormField, Home, HomePicture
from bot.presentation.cards import UsageLine
from tests.unit.slack.rendering.checks import check_view
from tests.unit.slack.rendering.example_cards import FILES, FOX, OWL, VANDAL, a_card, block_types, objects, shown_words

MESSAGE = MessageRef(Place(PLATFORM, "T1", "C1"), "C1:1.5")
LINK = "https://x.slack.com/archives/C1/p15?thread_ts=1&cid=C1"
HOME = Home(
    title="Easel",
    recent_title="Your newest images",
    recent=(HomePicture(CardPicture(FOX, "v1", "a fox"), "a fox", MESSAGE),),
    usage=cards.usage("November 2026", [UsageLine("sketch", 3, FREE)], UsageLine("Everyone here", 9, FREE)),
    defaults=Form(
        "Your defaults",
        "Save",
        "",
        (
            FormField("model", "Model", "choice", "sketch", (Choice("", "No default"), Choice("sketch", "sketch"))),
            FormField("size", "Size", "choice", "", (Choice("", "No default"), Choice("square", "square"))),
        ),
    ),
    help=Card("info", "Type /imagine and describe the image", fields=(Field("--n COUNT", "How many images"),)),
)


def rendered(home: Home, files: Mapping[str, str] = FILES, links: Mapping[str, str] | None = None) -> list[Mapping]:
    view = home_view(home, files, {MESSAGE.message: LINK} if links is None else links, nonce="n")
    check_view(view)
    return list(view["blocks"])


def test_page() -> None:
    """Pictures first, then what they cost, the defaults and the help."""
    headers = [shown_words(block) for block in rendered(HOME) if block["type"] == "header"]

    assert headers == [
        "Easel",
        "Your newest images",
        "Your images in November 2026",
        "Your defaults",
        "Type /imagine and describe the image",
    ]


def test_recent_picture() -> None:
    """A picture stands beside its words, with a way to its message."""
    section = rendered(HOME)[2]

    assert section["text"]["text"] == "a fox"
    assert section["accessory"] == {"type": "image", "slack_file": {"id": FILES[FOX.id]}, "alt_text": "a fox"}
    assert section["fields"] == [{"type": "mrkdwn", "text": f"<{LINK.replace('&', '&amp;')}|Open>"}]


def test_a_picture_without_file_or_link() -> None:
    """What cannot be shown, and what cannot be reached, still has its words."""
    section = rendered(HOME, {}, {})[2]

    assert section.keys() == {"type", "block_id", "text"}
    assert rendered(replace(HOME, recent=(replace(HOME.recent[0], message=None),)))[2].keys() == {*section, "accessory"}


def test_defaults() -> None:
    """Each default is a menu beside its name, in which what applies is chosen."""
    selects = [each for each in objects(rendered(HOME)) if each.get("type") == "static_select"]

    assert [(each["action_id"], each["initial_option"]["value"]) for each in selects] == [
        ("easel:default:model", "sketch"),
        ("easel:default:size", NO_VALUE),
    ]


def test_notice() -> None:
    """What went wrong with the last choice stands on top, marked."""
    notice = Card("error", "sketch draws at most 2048x2048.", "Choose another size first.")
    blocks = rendered(replace(HOME, notice=notice))

    assert block_types(blocks)[:2] == ["header", "rich_text"]
    assert "sketch draws at most 2048x2048." in shown_words(blocks[1])
    assert "warning" in {each.get("name") for each in objects(blocks[1])}


def test_empty() -> None:
    """Who has drawn nothing is told so by the page's own words."""
    empty = replace(HOME, recent=(), recent_title="No images yet")

    assert "No images yet" in shown_words(rendered(empty))


@given(a_card, a_card, st.text(max_size=90), st.sampled_from((FOX, OWL, replace(FOX, format="webp"))))
@settings(max_examples=50, deadline=None)
def test_any_page_can_be_shown(usage: Card, notice: Card, caption: str, picture: object) -> None:
    """Whatever stands on it, the page is a view that Slack takes, in which only our own links are markup."""
    recent = tuple(HomePicture(CardPicture(picture, "v1", caption), caption or VANDAL, MESSAGE) for _ in range(6))
    blocks = rendered(replace(HOME, recent=recent, usage=usage, help=usage, notice=notice))
    markup = {each["text"] for each in objects(blocks) if each.get("type") == "mrkdwn"}

    assert markup == {f"<{LINK.replace('&', '&amp;')}|Open>"}


def chosen_in(action: Mapping[str, object]) -> Mapping[str, str]:
    return chosen_defaults([parser(BlockAction)(action)])


def test_chosen() -> None:
    """A choice comes back by its field; no default is an empty value; other presses are none of it."""
    high = {"action_id": "easel:default:quality", "selected_option": {"value": "high"}}
    none = {"action_id": "easel:default:size", "selected_option": {"value": NO_VALUE}}

    assert chosen_in(high) == {"quality": "high"}
    assert chosen_in(none) == {"size": ""}
    assert chosen_in({"action_id": "easel:again", "value": "job"}) == {}


def test_an_odd_choice_is_refused() -> None:
    """A menu of ours that comes back otherwise is not guessed at."""
    with pytest.raises(ValueError, match="unexpected BlockAction"):
        chosen_in({"action_id": "easel:default:size", "selected_option": {"value": 5}})
