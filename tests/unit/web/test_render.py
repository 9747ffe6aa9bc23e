"""Cards as the browser gets them."""

from datetime import UTC, datetime

from adapters.web import parse, render
from adapters.web.message import Message, Replies, message_json
from adapters.web.previews import Previews
from bot.domain.ids import PictureId
from bot.domain.people import Place
from bot.domain.pictures import Picture, Size
from bot.presentation.card import Button, Card, CardFile, CardPicture, Choice, Field, Form, FormField, Preview

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FOX = Picture(PictureId("f0" * 32), "png", Size(1536, 1024), 1234)
RESULT = Card(
    tone="done",
    title="v2 for Ada",
    quote="a <b>fox</b>",
    fields=(Field("Model", "sketch"),),
    notes=("Rounded.",),
    code="/imagine a fox",
    pictures=(CardPicture(FOX, "v2a", "a fox"),),
    files=(CardFile(PictureId("5f" * 32), "easel-v2.svg"),),
    buttons=(Button("delete", "Delete", "job", "danger", "Really?"),),
    since=NOON,
    progress=0.5,
)


def a_message(card: Card | None = RESULT, audience: str | None = None) -> Message:
    place = Place(parse.PLATFORM, parse.TEAM, "studio", thread="3", audience=audience)
    return Message("7", place, None, "", (), render.card_json(card) if card else None, 9, NOON)


def test_card() -> None:
    """Every part of a card is sent, its words untouched: the page turns them into text nodes."""
    card = message_json(a_message(), viewer="ada", preview=None, replies=None)["card"]
    assert card == {
        "tone": "done",
        "title": "v2 for Ada",
        "text": "",
        "quote": "a <b>fox</b>",
        "fields": [{"label": "Model", "value": "sketch"}],
        "notes": ["Rounded."],
        "code": "/imagine a fox",
        "pictures": [
            {
                "url": "/pictures/7/0?person=ada&v=f0f0f0f0f0f0",
                "format": "png",
                "width_px": 1536,
                "height_px": 1024,
                "bytes_count": 1234,
                "label": "v2a",
                "alt": "a fox",
            }
        ],
        "files": [{"url": "/files/7/0?person=ada&v=5f5f5f5f5f5f", "name": "easel-v2.svg"}],
        "preview": None,
        "buttons": [{"action": "delete", "label": "Delete", "target": "job", "style": "danger", "confirm": "Really?"}],
        "since": "2026-11-22T12:00:00+00:00",
        "progress": 0.5,
    }


def test_old_card() -> None:
    """A card that was stored before cards had files is shown as it was."""
    message = a_message()
    assert message.card is not None
    del message.card["files"]
    shown = message_json(message, viewer="ada", preview=None, replies=None)["card"]
    assert shown is not None
    assert shown["files"] == []


def test_private_and_replies() -> None:
    """A message says that it is private, where it hangs and how its thread has grown."""
    sent = message_json(a_message(audience="ada"), viewer="ada", preview=4, replies=Replies(2, ("ada", None), NOON))
    assert sent["is_private"] is True
    assert sent["thread"] == "3"
    assert sent["replies"] == {"count": 2, "authors": ["ada", None], "last_at": "2026-11-22T12:00:00+00:00"}
    assert sent["card"] is not None
    assert sent["card"]["preview"] == "/previews/7?person=ada&r=4"


def test_form() -> None:
    """A form is sent with every input and its choices."""
    form = Form("Edit v2", "Draw", "job", (FormField("size", "Size", "choice", "", (Choice("", "Unchanged"),)),))
    assert render.form_json(form) == {
        "title": "Edit v2",
        "submit": "Draw",
        "target": "job",
        "fields": [
            {
                "name": "size",
                "label": "Size",
                "kind": "choice",
                "value": "",
                "choices": [{"value": "", "label": "Unchanged"}],
                "required": False,
                "max_count": 1,
            }
        ],
    }


def test_previews() -> None:
    """A preview stays while only the progress changes, is renumbered by a newer one, and goes when the work is over."""
    previews = Previews()
    working = Card("working", "Drawing", preview=Preview(b"1", "jpeg"))
    previews.update("7", working)
    first = previews.number("7")
    previews.update("7", Card("working", "Drawing", progress=0.5))
    assert previews.number("7") == first
    previews.update("7", Card("working", "Drawing", preview=Preview(b"2", "jpeg")))
    assert first is not None
    assert (previews.number("7") or 0) > first
    previews.update("7", RESULT)
    assert previews.get("7") is None
