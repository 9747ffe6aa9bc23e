"""The terminal's pure parts: what travels between the two ends, and what people read."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.terminal import render
from adapters.terminal.parse import (
    EventResponse,
    StoredMessage,
    event_from_json,
    event_to_json,
    message_from_json,
    message_to_json,
    problem_from_json,
    problem_to_json,
    response_from_json,
    response_to_json,
)
from adapters.terminal.render import CommandOutcome, PictureData, SavedPicture
from bot.domain.events import ButtonPressed, CommandTyped, Event, FormSubmitted, MessagePosted
from bot.domain.ids import EventKey, JobId, ModelName, PictureId, PlatformName
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment, Picture, Size
from bot.errors import BadCommand
from bot.ports import PrivateResponse
from bot.presentation.card import Button, Card, CardFile, CardPicture, Choice, Field, Form, FormField, ResultData

TERMINAL = PlatformName("terminal")
ADA = Person(TERMINAL, "local", "ada", "Ada", is_admin=True)
PLACE = Place(TERMINAL, "local", "0123abcd")
KEY = EventKey("terminal:0123abcd")
FILE = Attachment("ab" * 32, "fox.png", "image/png", 12)
MARKED = (FILE, replace(FILE, role="mask"), replace(FILE, role="markup"))
PICTURE = CardPicture(Picture(PictureId("ab" * 32), "png", Size(640, 480), 2_345_678), "v2a", "A red fox.")
CARD = Card(
    tone="done",
    title="v2 from v1 for Ada",
    quote="darker\nplease",
    fields=(Field("Model", "sketch"), Field("Cost", "free")),
    notes=("1000x1000 is adjusted.",),
    code="/imagine x",
    pictures=(PICTURE,),
    files=(CardFile(PictureId("cd" * 32), "easel-v2.svg"),),
    buttons=(Button("again", "Again", "job1"),),
    since=datetime(2026, 11, 22, tzinfo=UTC),
    data=ResultData(2, ModelName("sketch"), "high", 0.75, UsdMicros(13_200)),
)

EVENTS: list[Event] = [
    CommandTyped(key=KEY, person=ADA, place=PLACE, text="a “fox”", attachments=MARKED),
    MessagePosted(
        key=KEY,
        person=ADA,
        place=PLACE.in_thread("m1"),
        text="darker",
        replied_to=MessageRef(PLACE, "m1"),
        to_us=True,
    ),
    ButtonPressed(key=KEY, person=ADA, place=PLACE, action="cancel", target="job1"),
    FormSubmitted(key=KEY, person=ADA, place=PLACE, target="job1", values={"prompt": "x"}, attachments=(FILE,)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_arrive_as_they_were_sent(event: Event) -> None:
    """Every kind of event comes out of its JSON as it went in."""
    assert event_from_json(event_to_json(event)) == event


@pytest.mark.parametrize(
    "event",
    [
        replace(EVENTS[0], key=EventKey("slack:T1:1")),
        replace(EVENTS[0], person=replace(ADA, platform=PlatformName("slack"))),
        replace(EVENTS[0], place=replace(PLACE, platform=PlatformName("web"))),
        replace(EVENTS[0], place=replace(PLACE, channel="../../etc")),
        replace(EVENTS[0], place=replace(PLACE, channel="")),
    ],
)
def test_events_of_others_are_refused(event: Event) -> None:
    """An event that does not come from a terminal, or whose channel could name a path, is refused."""
    with pytest.raises(BadCommand):
        event_from_json(event_to_json(event))


@pytest.mark.parametrize("data", [b"", b"{}", b'{"kind": "dance"}', b'{"kind": "command", "event": {}}', b"[1]"])
def test_nonsense_is_no_event(data: bytes) -> None:
    """Anything but an event is refused in plain words."""
    with pytest.raises(BadCommand, match="does not know this event"):
        event_from_json(data)


def test_answers_messages_and_problems_arrive_as_they_were_sent() -> None:
    """Cards, forms and errors come out of their JSON as they went in."""
    form = Form("Edit v2", "Draw", "job1", (FormField("size", "Size", "choice", choices=(Choice("", "Unchanged"),)),))
    sent = EventResponse(JobId("job1"), PrivateResponse(card=CARD, form=form))
    message = StoredMessage("m1", PLACE, CARD, 7)
    problem = problem_from_json(problem_to_json(BadCommand("No.", hint="Yes.")))
    assert response_from_json(response_to_json(sent)) == sent
    assert message_from_json(message_to_json(message)) == message
    assert (problem.text, problem.hint) == ("No.", "Yes.")


def test_a_card_is_readable_as_lines() -> None:
    """A card shows its title, words, fields, notes, code and files, one thing a line and columns aligned."""
    assert render.card_lines(replace(CARD, text="First.\nSecond.")) == [
        "v2 from v1 for Ada",
        "  “darker",
        "  please”",
        "First.",
        "Second.",
        "  Model  sketch",
        "  Cost   free",
        "  Note: 1000x1000 is adjusted.",
        "  /imagine x",
        "  File: easel-v2.svg",
    ]


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x07", "\u202e", "\x9b31m"])
def test_nothing_typed_can_drive_the_terminal(hostile: str) -> None:
    """Control characters in a card never reach the screen: they could rewrite it."""
    shown = "".join(render.card_lines(Card("info", f"a{hostile}b", quote=hostile))) + render.status_line(
        Card("working", hostile), 80
    )
    assert not any(char in shown for char in "\x1b\x07\u202e\x9b")


@pytest.mark.parametrize(
    ("progress", "width", "line"),
    [
        (None, 80, "Drawing 00:12"),
        (0.0, 80, "[........................] Drawing 00:12"),
        (0.5, 80, "[############............] Drawing 00:12"),
        (2.0, 80, "[########################] Drawing 00:12"),
        (0.5, 10, "[#########"),
    ],
)
def test_progress_is_one_line(progress: float | None, width: int, line: str) -> None:
    """A job at work is one line with a bar where progress is known, never wider than the terminal."""
    assert render.status_line(Card("working", "Drawing 00:12", progress=progress), width) == line


def test_a_written_svg_is_said() -> None:
    """The SVG of a picture has a line of its own and its path in the JSON; a note comes last."""
    saved = [SavedPicture(Path("fox.png"), PICTURE.picture, "v2a", Path("fox.svg"), "it was converted.")]
    outcome = CommandOutcome(JobId("job1"), "delivered", CARD, (PictureData(b"png", b"svg"),))
    assert render.saved_lines(saved) == [
        "fox.png  640x480 PNG, 2.35 MB",
        "fox.svg  the same image as SVG",
        "Note: it was converted.",
    ]
    assert json.loads(render.outcome_json(outcome, saved))["files"][0]["svg"] == "fox.svg"


def test_json_holds_all_that_scripts_need() -> None:
    """`--json` is one object with the job, how it ended, what is known of it in numbers, and its files."""
    outcome = CommandOutcome(JobId("job1"), "delivered", CARD, (PictureData(b"png"),))
    assert json.loads(render.outcome_json(outcome, [SavedPicture(Path("fox.png"), PICTURE.picture, "v2a")])) == {
        "job": "job1",
        "state": "delivered",
        "title": "v2 from v1 for Ada",
        "text": "",
        "prompt": "darker\nplease",
        "details": {"Model": "sketch", "Cost": "free"},
        "version": "v2",
        "model": "sketch",
        "quality": "high",
        "seconds": 0.75,
        "cost_usd": 0.0132,
        "notes": ["1000x1000 is adjusted."],
        "files": [
            {
                "path": "fox.png",
                "svg": None,
                "label": "v2a",
                "format": "png",
                "width_px": 640,
                "height_px": 480,
                "bytes": 2_345_678,
                "sha256": "ab" * 32,
            }
        ],
    }


@pytest.mark.parametrize(("tone", "state"), [("done", "delivered"), ("error", "failed"), ("info", "cancelled")])
def test_the_last_card_tells_how_a_job_ended(tone: str, state: str) -> None:
    """A card that no longer works is final, and its tone is how the job ended."""
    card = replace(CARD, tone=tone)
    assert render.is_final(card)
    assert render.final_state(card) == state
    assert not render.is_final(replace(CARD, tone="working"))
