"""What Slack would refuse is found before it is sent."""

from typing import Any

import pytest

from adapters.slack import limits
from adapters.slack.rendering.shapes import SHAPES, Many, Rule, Thing
from adapters.slack.rendering.validate import Unrenderable, check_message, check_view


def plain(text: str = "x") -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def option(value: str = "a") -> dict[str, Any]:
    return {"text": plain(value), "value": value}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(), "action_id": "easel:again", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "b", "elements": elements}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "block_id": "b", "slack_file": {"id": "F0FOX00000"}, "alt_text": "a fox", **more}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": "b", "elements": [section]}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "block_id": "b", **more}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "a", "options": [option()], **more}


def an_input(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "prompt", "label": plain(), "element": element, **more}


def a_modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": blocks, **more}


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}

GOOD = [
    actions(button(value="job", style="danger", confirm=CONFIRM, accessibility_label="x")),
    actions(button(), select(initial_option=option())),
    image(title=plain()),
    rich({"type": "text", "text": " ", "style": {"bold": True}}, {"type": "emoji", "name": "warning"}),
    section(text=plain("x" * 3000)),
    section(fields=[plain(), {"type": "mrkdwn", "text": "<https://x.slack.com/a?b=1&amp;c=2|Open>"}]),
    section(text=plain(), accessory={key: value for key, value in image().items() if key != "block_id"}),
    {"type": "header", "block_id": "b", "text": plain("x" * 150)},
    {"type": "context", "block_id": "b", "elements": [plain()] * 10},
    {"type": "divider", "block_id": "b"},
]

BAD = [
    ({"type": "marquee", "block_id": "b"}, "none of"),
    ({"type": "markdown", "block_id": "b", "text": "x"}, "none of"),
    ({"type": "divider"}, "block_id: missing"),
    ({"type": "divider", "block_id": "x" * 256}, "block_id"),
    ({"type": "divider", "block_id": "b", "colour": "red"}, "colour: unknown"),
    ({"type": "header", "block_id": "b", "text": plain("x" * 151)}, "151 of 1 to 150"),
    ({"type": "header", "block_id": "b", "text": plain("")}, "text"),
    ({"type": "header", "block_id": "b", "text": plain(" \n")}, "blank"),
    ({"type": "context", "block_id": "b", "elements": [plain()] * 11}, "11 of 1 to 10"),
    ({"type": "context", "block_id": "b", "elements": []}, "0 of 1 to 10"),
    ({"type": "context", "block_id": "b", "elements": "x"}, "not a list"),
    (section(), "none of"),
    (section(text="x"), "not an object"),
    (section(text=plain("x" * 3001)), "3001 of"),
    (section(text=plain("&" * 601)), "3005 of"),
    (section(text={"type": "mrkdwn", "text": "*x*"}), "none of plain_text"),
    (section(fields=[{"type": "mrkdwn", "text": "<!channel>"}]), "not of its form"),
    (section(fields=[{"type": "mrkdwn", "text": "<https://x.example|a> <@U1>"}]), "not of its form"),
    (section(fields=[plain("x" * 2001)]), "2001 of"),
    (image(alt_text=""), "alt_text"),
    (image(alt_text="x" * 2001), "alt_text"),
    (image(slack_file={}), "not one of"),
    (image(slack_file={"id": "F0FOX00000", "url": "https://x.example/a"}), "not one of"),
    (image(slack_file={"id": "fox"}), "not of its form"),
    (image(image_url="https://x.example/a.png"), "image_url: unknown"),
    (rich({"type": "user", "user_id": "U1"}), "none of"),
    (rich({"type": "broadcast", "range": "channel"}), "none of"),
    (rich({"type": "text", "text": ""}), "text"),
    (rich({"type": "text", "text": 5}), "not a text"),
    (rich({"type": "text", "text": "x", "style": {"bold": "yes"}}), "neither true nor false"),
    (actions(*[button(action_id=f"a{number}") for number in range(26)]), "26 of 1 to 25"),
    (actions(button(), button()), "an action_id twice"),
    (actions(button(text=plain("x" * 76))), "76 of"),
    (actions(button(value="")), "value"),
    (actions(button(value="x" * 2001)), "value"),
    (actions(button(style="plain")), "none of danger, primary"),
    (actions(button(accessibility_label="x" * 76)), "accessibility_label"),
    (actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})), "confirm.title"),
    (actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})), "confirm.text"),
    (actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})), "confirm.deny"),
    (actions(button(confirm={"title": plain()})), "missing"),
    (actions(select(options=[])), "0 of 1 to 100"),
    (actions(select(options=[option(str(number)) for number in range(101)])), "101 of"),
    (actions(select(options=[option("x" * 76)])), "76 of"),
    (actions(select(options=[{**option(), "value": ""}])), "value"),
    (actions(select(options=[{**option(), "value": "x" * 151}])), "value"),
    (actions(select(initial_option=option("b"))), "not among the options"),
]


@pytest.mark.parametrize("block", GOOD)
def test_good_blocks(block: dict[str, Any]) -> None:
    """What Slack documents is let through, up to its limits."""
    check_message("x", [block])


@pytest.mark.parametrize(("block", "why"), BAD)
def test_bad_blocks(block: dict[str, Any], why: str) -> None:
    """What Slack refuses is named with its place, without the text that stands there."""
    with pytest.raises(Unrenderable) as caught:
        check_message("x", [block])

    assert why in str(caught.value)
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_bad_text(text: str) -> None:
    """A message has a text, of at most what an update takes."""
    with pytest.raises(Unrenderable):
        check_message(text, [])


def test_words_alone() -> None:
    """A message needs no blocks."""
    check_message("x" * 4000, [])


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider", "block_id": str(number)} for number in range(51)],
        [{"type": "divider", "block_id": "same"}] * 2,
        [{**section(text=plain("x" * 3000)), "block_id": str(number)} for number in range(4)],
        [rich({"type": "text", "text": "&" * (limits.MAX_MESSAGE_JSON_CHARS // 5)})],
    ],
)
def test_bad_messages(blocks: list[dict[str, Any]]) -> None:
    """Neither too many blocks, nor two of a name, nor more text than Slack takes in all."""
    with pytest.raises(Unrenderable):
        check_message("x", blocks)


INPUT = {"type": "plain_text_input", "action_id": "prompt"}


@pytest.mark.parametrize(
    "view",
    [
        a_modal(an_input({**INPUT, "multiline": True, "max_length": 3000, "initial_value": "x" * 3000})),
        a_modal(an_input({"type": "file_input", "action_id": "a", "max_files": 10, "filetypes": ["png"]})),
        a_modal(an_input({"type": "conversations_select", "action_id": "a", "filter": {"include": ["im"]}})),
        a_modal(an_input(select(), optional=True), private_metadata="x" * 3000, callback_id="easel:form"),
        {"type": "home", "blocks": [{"type": "divider", "block_id": str(number)} for number in range(100)]},
    ],
)
def test_good_views(view: dict[str, Any]) -> None:
    """Forms and pages are let through, up to their limits."""
    check_view(view)


@pytest.mark.parametrize(
    "view",
    [
        {"type": "wizard", "title": plain(), "blocks": []},
        {key: value for key, value in a_modal(an_input(INPUT)).items() if key != "submit"},
        a_modal(an_input(INPUT), title=plain("x" * 25)),
        a_modal(an_input(INPUT), submit=plain("x" * 25)),
        a_modal(an_input(INPUT), private_metadata="x" * 3001),
        a_modal(an_input(INPUT), callback_id="x" * 256),
        a_modal(an_input(INPUT), an_input(INPUT)),
        a_modal(an_input({**INPUT, "initial_value": "x" * 3001})),
        a_modal(an_input({**INPUT, "max_length": 3001})),
        a_modal(an_input({**INPUT, "max_length": True})),
        a_modal(an_input({"type": "file_input", "action_id": "a", "max_files": 11})),
        a_modal(an_input({"type": "file_input", "action_id": "a", "max_files": 0})),
        a_modal(an_input({"type": "conversations_select", "action_id": "a", "filter": {}})),
        a_modal(an_input({"type": "conversations_select", "action_id": "a", "filter": {"include": ["all"]}})),
        a_modal(an_input(button())),
        {"type": "home", "blocks": [an_input(INPUT)]},
        {"type": "home", "blocks": [{"type": "divider", "block_id": str(number)} for number in range(101)]},
    ],
)
def test_bad_views(view: dict[str, Any]) -> None:
    """What Slack refuses of forms and pages is found."""
    with pytest.raises(Unrenderable):
        check_view(view)


def _things(rule: Rule) -> set[str]:
    match rule:
        case Thing(shapes):
            return set(shapes)
        case Many(each):
            return _things(each)
        case _:
            return set()


def test_the_table_is_closed() -> None:
    """Every shape that is named is described."""
    rules = [rule for shape in SHAPES.values() for rule in (*shape.required.values(), *shape.optional.values())]

    assert set[str]().union(*map(_things, rules)) <= SHAPES.keys()
