"""What the browser sends becomes events, and nothing else gets through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import limits, parse
from bot.domain.events import ButtonPressed, CommandTyped, FormSubmitted, MessagePosted
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment
from bot.errors import BadCommand

ADA = Person(parse.PLATFORM, parse.TEAM, "ada", "Ada", is_admin=True)
STUDIO = Place(parse.PLATFORM, parse.TEAM, "studio")
KEY = "0b6f4d1e-1111-4222-8333-444455556666"
REF = "ab" * 32


def a_request(**changes: object) -> dict[str, object]:
    return {"key": KEY, "channel": "studio", "text": "/imagine a fox", **changes}


def event_of(place: Place = STUDIO, **changes: object) -> CommandTyped | MessagePosted:
    said = parse.parse_message(a_request(**changes))
    return parse.message_event(said, person=ADA, place=place, names=["Ada", "Ben"])


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/imagine a red fox --n 2", "a red fox --n 2"),
        ("  /imagine   a fox ", "a fox"),
        ("/imagine", ""),
        ("/imagine\na fox", "a fox"),
    ],
)
def test_command(typed: str, text: str) -> None:
    """`/imagine` is a command whose text is what followed its name."""
    event = event_of(text=typed)
    assert event == CommandTyped(key=parse.EventKey(f"web:{KEY}"), person=ADA, place=STUDIO, text=text)


@pytest.mark.parametrize(
    ("typed", "text", "to_us", "to_others"),
    [
        ("make it darker", "make it darker", False, False),
        ("@Easel make it darker", "make it darker", True, False),
        ("@easel, make it darker", "make it darker", True, False),
        ("@Ben what do you think?", "@Ben what do you think?", False, True),
        ("@Ada note to myself", "@Ada note to myself", False, False),
        ("@Benny is nobody here", "@Benny is nobody here", False, False),
        ("@easel ask @Ben", "ask @Ben", True, False),
        ("// let us talk", "// let us talk", False, False),
        ("mail me at a@easel.example", "mail me at a@easel.example", False, False),
    ],
)
def test_message(typed: str, text: str, to_us: bool, to_others: bool) -> None:
    """A message knows whether it calls Easel or somebody else."""
    event = event_of(text=typed)
    assert isinstance(event, MessagePosted)
    assert (event.text, event.to_us, event.to_others) == (text, to_us, to_others)


def test_reply() -> None:
    """A reply names the message that it points at, and its files in order with their roles."""
    files = [
        {"ref": REF, "name": "cat.png", "mime": "image/png", "bytes_count": 9},
        {"ref": REF, "name": "mask.png", "mime": "image/png; evil", "role": "mask"},
        {"ref": REF, "name": "notes.png", "role": "markup"},
        {"ref": REF, "name": "odd.png", "role": ["else"]},
    ]
    event = event_of(STUDIO.in_thread("4"), text="darker", thread="4", replied_to="7", attachments=files)
    assert isinstance(event, MessagePosted)
    assert event.replied_to == MessageRef(STUDIO.in_thread("4"), "7")
    assert event.attachments == (
        Attachment(REF, "cat.png", "image/png", 9),
        Attachment(REF, "mask.png", None, None, role="mask"),
        Attachment(REF, "notes.png", None, None, role="markup"),
        Attachment(REF, "odd.png", None, None),
    )


def test_button() -> None:
    """A pressed button carries its action and target."""
    pressed = parse.parse_button_press({"key": KEY, "message": "4", "action": "again", "target": "job"})
    event = parse.button_event(pressed, person=ADA, place=STUDIO)
    assert event == ButtonPressed(
        key=parse.EventKey(f"web:{KEY}"), person=ADA, place=STUDIO, action="again", target="job"
    )


def test_form() -> None:
    """A form comes back with its values as typed."""
    submitted = parse.parse_submission(
        {"key": KEY, "message": "4", "target": "job", "values": {"prompt": "a", "size": ""}}
    )
    event = parse.form_event(submitted, person=ADA, place=STUDIO)
    assert isinstance(event, FormSubmitted)
    assert (event.target, dict(event.values)) == ("job", {"prompt": "a", "size": ""})


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        a_request(key="1"),
        a_request(key=None),
        a_request(channel=7),
        a_request(text=""),
        a_request(text=3),
        a_request(text="x" * (limits.MAX_TEXT_CHARS + 1)),
        a_request(text="/draw a fox"),
        a_request(thread="../1"),
        a_request(attachments={}),
        a_request(attachments=["x"]),
        a_request(attachments=[{"ref": "../../etc/passwd", "name": "x"}]),
        a_request(attachments=[{"ref": REF, "name": "x"}] * (limits.MAX_ATTACHMENTS + 1)),
    ],
)
def test_bad_request(body: object) -> None:
    """Whatever our own page would not send is refused in words."""
    with pytest.raises(BadCommand) as refusal:
        parse.parse_message(body)
    assert refusal.value.text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["key", "channel", "text", "attachments", "ref", "name"]), inner)
        ),
    )
)
def test_any_json(body: object) -> None:
    """No JSON at all makes the parser fail in any other way."""
    for read in (parse.parse_message, parse.parse_button_press, parse.parse_submission, parse.person_name):
        try:
            read(json.loads(json.dumps(body)))
        except BadCommand as refusal:
            assert refusal.text  # noqa: PT017 - either outcome is right, and no other


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", 5])
def test_bad_name(name: object) -> None:
    """A person's name is short, visible and on one line."""
    with pytest.raises(BadCommand):
        parse.person_name({"name": name})
