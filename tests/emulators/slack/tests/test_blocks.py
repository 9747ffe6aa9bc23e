"""Block Kit as the emulator enforces it: every limit, and what a block may refer to."""

from typing import Any

import pytest

from tests.emulators.slack.kit.check import check_blocks, check_view
from tests.emulators.slack.person import Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import a_client, complete, refused, upload

Json = dict[str, Any]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> Json:
    return {"type": "section", **(fields or {"text": mrkdwn("x")})}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "a", label: str = "A") -> Json:
    return {"text": plain(label), "value": value}


def menu(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "m", "options": [option("a"), option("b")], **fields}


def picture(**fields: Any) -> Json:
    return {"type": "image", "alt_text": "a fox", **fields}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def confirm(**fields: Any) -> Json:
    return {"title": plain("Sure?"), "text": mrkdwn("x"), "confirm": plain("Yes"), "deny": plain("No"), **fields}


def modal(*blocks: Json, **fields: Any) -> Json:
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks), **fields}


def field(element: Json, **fields: Any) -> Json:
    return {"type": "input", "label": plain("Words"), "element": element, **fields}


GOOD: list[Json] = [
    section(text=mrkdwn("x" * 3000), accessory=button()),
    section(fields=[mrkdwn("x" * 2000)] * 6),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider", "block_id": "b" * 255},
    {"type": "context", "elements": [mrkdwn("x"), plain("y"), picture(image_url="https://x.y/z.png")]},
    actions(button(value="x" * 2000, style="primary", confirm=confirm(), accessibility_label="Go on")),
    actions(menu(initial_option=option("b"), placeholder=plain("Pick"))),
    actions({"type": "overflow", "action_id": "o", "options": [option()] * 5}),
    actions({"type": "conversations_select", "action_id": "c", "default_to_current_conversation": True}),
    picture(image_url="https://x.y/z.png", title=plain("Fox")),
    rich({"type": "text", "text": "<!channel>", "style": {"bold": True}}, {"type": "emoji", "name": "fox"}),
    rich({"type": "link", "url": "https://x.y", "text": "there"}, {"type": "user", "user_id": "U1"}),
    {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]}]},
    {"type": "markdown", "text": "**x**"},
]

BAD: list[tuple[Json, str]] = [
    ({"type": "sektion"}, "unsupported type"),
    (section(text=mrkdwn("x" * 3001)), "less than 3001"),
    (section(text=mrkdwn("")), "more than 0"),
    (section(text=mrkdwn("&" * 601)), "less than 3001"),
    (section(text=plain("😀" * 1501)), "less than 3001"),
    (section(text=plain(" \n")), "more than 0"),
    (section(text="x"), "must be an object"),
    (section(text={"type": "mrkdwn", "text": "x", "emoji": True}), "invalid additional property: emoji"),
    (section(colour="red", text=mrkdwn("x")), "invalid additional property: colour"),
    ({"type": "section"}, "must have text or fields"),
    (section(fields=[mrkdwn("x")] * 11), "no more than 10"),
    (section(fields=[mrkdwn("x" * 2001)]), "less than 2001"),
    ({"type": "header", "text": mrkdwn("x")}, "must be one of"),
    ({"type": "header", "text": plain("x" * 151)}, "less than 151"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10"),
    ({"type": "context", "elements": [button()]}, "unsupported type"),
    ({"type": "context", "elements": "x"}, "must be an array"),
    ({"type": "context", "elements": []}, "no fewer than 1"),
    ({"type": "divider", "block_id": "b" * 256}, "less than 256"),
    (actions(*[button(action_id=str(index)) for index in range(26)]), "no more than 25"),
    (actions(), "no fewer than 1"),
    (actions(button(), button()), "already exists"),
    (actions(button(text=plain("x" * 76))), "less than 76"),
    (actions(button(text=mrkdwn("x"))), "must be one of"),
    (actions(button(value="x" * 2001)), "less than 2001"),
    (actions(button(value="")), "more than 0"),
    (actions(button(confirm={"title": plain("x")})), "missing required field: text"),
    (actions(button(url="x" * 3001)), "less than 3001"),
    (actions(button(action_id="x" * 256)), "less than 256"),
    (actions(button(style="loud")), "must be one of"),
    (actions(button(accessibility_label="x" * 76)), "less than 76"),
    (actions(button(confirm=confirm(title=plain("x" * 101)))), "less than 101"),
    (actions(button(confirm=confirm(text=mrkdwn("x" * 301)))), "less than 301"),
    (actions(button(confirm=confirm(deny=plain("x" * 31)))), "less than 31"),
    (actions(menu(options=[option(str(index)) for index in range(101)])), "no more than 100"),
    (actions(menu(options=[option(label="x" * 76)])), "less than 76"),
    (actions(menu(options=[option("x" * 151)])), "less than 151"),
    (actions(menu(options=[option("")])), "more than 0"),
    (actions(menu(options=[])), "no fewer than 1"),
    (actions(menu(options=[option(), option()])), "unique"),
    (actions(menu(initial_option=option("z"))), "exactly match"),
    (actions(menu(option_groups=[])), "exactly one of"),
    (actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}), "no more than 5"),
    (actions({"type": "plain_text_input", "action_id": "t"}), "unsupported type"),
    (picture(image_url="https://x.y/z.png", alt_text="x" * 2001), "less than 2001"),
    (picture(image_url="https://x.y/z.png", title=plain("x" * 2001)), "less than 2001"),
    (picture(image_url="x" * 3001), "less than 3001"),
    (picture(), "exactly one of"),
    (picture(slack_file={}), "exactly one of"),
    (picture(image_url="https://x.y/z.png", alt_text=""), "more than 0"),
    (picture(image_url="https://x.y/z.png", slack_file={"id": "F12345678"}), "exactly one of"),
    (picture(slack_file={"id": "fox.png"}), "must match a file id"),
    ({"type": "image", "image_url": "https://x.y/z.png"}, "missing required field: alt_text"),
    (rich({"type": "text", "text": ""}), "more than 0"),
    (rich({"type": "text", "text": 5}), "must be a string"),
    (rich({"type": "text", "text": "x", "style": {"bold": "yes"}}), "must be one of"),
    (rich({"type": "word", "text": "x"}), "unsupported type"),
    (rich({"type": "text", "text": "x", "style": {"loud": True}}), "invalid additional property: loud"),
    ({"type": "markdown", "text": "x" * 12_001}, "less than 12001"),
    (field({"type": "plain_text_input", "action_id": "t"}), "unsupported type"),
]


@pytest.mark.parametrize("block", GOOD)
def test_good_blocks_pass(block: Json) -> None:
    """What Slack takes, up to the last character."""
    assert check_blocks([block]).errors == []


@pytest.mark.parametrize(("block", "error"), BAD)
def test_bad_blocks_are_refused(block: Json, error: str) -> None:
    """What Slack refuses, with the reason and the place."""
    errors = check_blocks([block]).errors
    assert any(error in each for each in errors), errors
    assert "[json-pointer:/blocks/0" in errors[0]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([{"type": "divider"}] * 51, "no more than 50"),
        ([{"type": "divider", "block_id": "b"}] * 2, "already exists"),
        ([{"type": "markdown", "text": "x" * 7000}] * 2, "together"),
    ],
)
def test_blocks_together_have_limits(blocks: list[Json], error: str) -> None:
    """How many there are, how they are called, and how much Markdown they hold."""
    assert error in check_blocks(blocks).errors[0]


INPUTS: list[Json] = [
    {"type": "plain_text_input", "action_id": "t", "multiline": True, "max_length": 3000, "initial_value": "x"},
    {"type": "file_input", "action_id": "f", "max_files": 10, "filetypes": ["png", "jpg"]},
    {"type": "checkboxes", "action_id": "k", "options": [option()], "initial_options": [option()]},
    {"type": "radio_buttons", "action_id": "r", "options": [option()]},
    {"type": "conversations_select", "action_id": "c", "response_url_enabled": True},
    {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"},
    menu(),
]


@pytest.mark.parametrize("element", INPUTS)
def test_forms_take_inputs(element: Json) -> None:
    """What can be filled in stands in a modal."""
    assert check_view(modal(field(element, optional=True, hint=plain("?")))).errors == []


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (modal(title=plain("x" * 25)), "less than 25"),
        (modal(submit=plain("x" * 25)), "less than 25"),
        (modal(private_metadata="x" * 3001), "less than 3001"),
        (modal(callback_id="x" * 256), "less than 256"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type"),
        (modal(field({"type": "plain_text_input", "action_id": "t", "max_length": 3001})), "from 1 to 3000"),
        (modal(field({"type": "plain_text_input", "max_length": 2, "initial_value": "xxx"})), "less than 3"),
        (modal(field({"type": "plain_text_input", "action_id": "t", "max_length": True})), "must be an integer"),
        (modal(field({"type": "plain_text_input", "action_id": "t", "initial_value": "x" * 3001})), "less than 3001"),
        (modal(field({"type": "file_input", "action_id": "f", "max_files": 11})), "from 1 to 10"),
        (modal(field({"type": "conversations_select", "filter": {"include": ["all"]}})), "must be one of"),
        (modal(field({"type": "conversations_select", "filter": {}})), "must have"),
        (modal(field(menu(), block_id="b"), field(menu(), block_id="b")), "already exists"),
        ({"type": "wizard", "title": plain("x"), "blocks": []}, "must be one of"),
        ({"type": "home", "blocks": [{"type": "divider"}] * 101}, "no more than 100"),
        (modal(field(button())), "unsupported type"),
        ({"type": "modal", "title": plain("x"), "blocks": [field(menu())]}, "`submit` must be provided"),
        ({"type": "home", "blocks": [], "title": plain("x")}, "invalid additional property: title"),
    ],
)
def test_bad_views_are_refused(view: Json, error: str) -> None:
    """Views have limits of their own."""
    assert error in check_view(view).errors[0]


async def test_a_bad_block_is_refused_by_name(slack: SlackEmulator) -> None:
    """The answer names the place in Slack's way, and the app is at fault."""
    channel = slack.add_channel("studio")
    posting = a_client(slack).chat_postMessage(channel=channel.id, text="x", blocks=[section(), section(text="x")])
    response = await refused(slack, posting, faults=1)
    assert (response["error"], response["errors"]) == (
        "invalid_blocks",
        ["must be an object [json-pointer:/blocks/1/text]"],
    )


async def test_blocks_have_a_length_together(slack: SlackEmulator) -> None:
    """Each is within its limit, but all together are too long."""
    channel = slack.add_channel("studio")
    blocks = [section(text=mrkdwn("x" * 2900))] * 5
    posting = a_client(slack).chat_postMessage(channel=channel.id, text="x", blocks=blocks)
    assert (await refused(slack, posting, faults=1))["error"] == "msg_blocks_too_long"


async def test_pictures_have_to_be_ready(slack: SlackEmulator) -> None:
    """A file cannot be shown before Slack has looked into it, which is no fault of the app."""
    slack.processing_delay_s = 5
    channel = slack.add_channel("studio")
    file = await upload(slack, PNG)
    await complete(slack, [file], channel_id=channel.id)
    await slack.quiet()
    client = a_client(slack)
    assert (await client.files_info(file=file))["file"]["mimetype"] == ""
    blocks = [section(), picture(slack_file={"id": file})]
    response = await refused(slack, client.chat_postMessage(channel=channel.id, text="x", blocks=blocks))
    assert response["errors"] == ["invalid slack file [json-pointer:/blocks/1/slack_file]"]
    slack.clock.advance(5)
    await client.chat_postMessage(channel=channel.id, text="x", blocks=blocks)


@pytest.mark.parametrize(
    ("case", "faults"), [("unknown", 1), ("webp", 1), ("elsewhere", 1), ("deleted", 0), ("hers", None)]
)
async def test_pictures_have_to_be_visible(slack: SlackEmulator, ada: Person, case: str, faults: int | None) -> None:
    """A block shows PNG, JPEG and GIF files that are shared in its channel and still there."""
    slack.unshared_files_visible = False
    studio, other = slack.add_channel("studio", members=[ada]), slack.add_channel("other")
    data = b"RIFF\0\0\0\0WEBP" if case == "webp" else PNG
    file = await upload(slack, data)
    await complete(slack, [file], channel_id=(other if case == "elsewhere" else studio).id)
    await slack.quiet()
    client = a_client(slack)
    if case == "deleted":
        await client.files_delete(file=file)
    if case == "unknown":
        file = "F0NOSUCHFILE"
    if case == "hers":
        await ada.say(studio, "look", files=[FileToUpload("fox.png", PNG)])
        file = ada.sees(studio)[-1].files[0].id
    posting = client.chat_postMessage(channel=studio.id, text="x", blocks=[picture(slack_file={"id": file})])
    if faults is None:
        await posting
    else:
        assert (await refused(slack, posting, faults=faults))["error"] == "invalid_blocks"


@pytest.mark.parametrize("visible", [True, False])
async def test_unshared_pictures(slack: SlackEmulator, ada: Person, visible: bool) -> None:
    """Whether the app's own file may be shown without being shared is not known, so that it can be either."""
    slack.unshared_files_visible = visible
    channel = slack.add_channel("studio", members=[ada])
    file = await upload(slack, PNG)
    await complete(slack, [file])
    posting = a_client(slack).chat_postMessage(channel=channel.id, text="x", blocks=[picture(slack_file={"id": file})])
    if visible:
        await posting
        assert ada.download(file) == PNG
    else:
        assert (await refused(slack, posting, faults=1))["error"] == "invalid_blocks"
