"""Cards shrink to what a platform can show, and lose what people miss least first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PictureId
from bot.domain.pictures import Picture, Size
from bot.presentation.capabilities import Capabilities, Support
from bot.presentation.card import Button, Card, CardFile, CardPicture, Field, Preview
from bot.presentation.fit import fit

ROOMY = Capabilities(
    max_text_chars=10_000,
    max_pictures=10,
    max_image_bytes=10_000_000,
    formats=frozenset({"png"}),
    max_buttons=5,
    min_edit_interval_s=1,
    previews=Support.FULL,
    edits=Support.FULL,
    forms=Support.FULL,
    clock=Support.FULL,
)
CARD = Card(
    tone="done",
    title="v1 for Ada",
    text="text" * 10,
    quote="a red fox in snow " * 20,
    fields=(Field("Model", "sketch"), Field("Size", "1024x1024")),
    notes=("1000x1000 is not a multiple of 16: using 1008x1008.", "Understood: red, fox."),
    code="/imagine a red fox in snow",
    pictures=tuple(
        CardPicture(Picture(PictureId(f"{index:064}"), "png", Size(64, 64), 100), f"v1{index}", "Picture")
        for index in range(4)
    ),
    buttons=(Button("again", "Again", "job"), Button("edit", "Edit…", "job")),
    preview=Preview(b"...", "png"),
)


def chars(card: Card) -> int:
    fields = sum(len(field.label + field.value) for field in card.fields)
    return len(card.title + card.text + card.quote + card.code) + fields + sum(len(note) for note in card.notes)


def test_files_are_never_left_out() -> None:
    """They take no room, and are what the card is for."""
    files = (CardFile(PictureId("0" * 64), "easel-v1.svg"),)
    assert fit(replace(CARD, files=files), replace(ROOMY, max_text_chars=0, max_pictures=0)).files == files


def test_what_fits_is_left_alone() -> None:
    """A card within every limit comes back as it was."""
    assert fit(CARD, ROOMY) == CARD


@given(st.integers(min_value=0, max_value=700))
def test_words_never_exceed_the_limit(max_chars: int) -> None:
    """Whatever the limit, the words that are left fit it."""
    assert chars(fit(CARD, replace(ROOMY, max_text_chars=max_chars))) <= max_chars


@pytest.mark.parametrize(
    ("max_chars", "kept", "gone"),
    [
        (520, ("fields", "text", "code"), ()),
        (450, ("fields", "text", "code"), ("notes",)),
        (425, ("text", "code"), ("notes",)),
        (60, ("title",), ("notes", "fields", "text", "code")),
    ],
)
def test_words_go_in_the_order_in_which_they_are_missed_least(
    max_chars: int, kept: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    """Notes go first, then fields, text and code; the title stays."""
    card = fit(CARD, replace(ROOMY, max_text_chars=max_chars))

    assert all(getattr(card, part) for part in kept)
    assert not any(getattr(card, part) for part in gone)


def test_a_command_is_never_cut() -> None:
    """A cut command would draw something else when copied."""
    for max_chars in range(0, 700, 7):
        assert fit(CARD, replace(ROOMY, max_text_chars=max_chars)).code in ("", CARD.code)


def test_a_shortened_prompt_says_so() -> None:
    """Cut words end in an ellipsis."""
    assert fit(CARD, replace(ROOMY, max_text_chars=100)).quote.endswith("…")


def test_pictures_beyond_the_limit_are_counted() -> None:
    """What is left out is said."""
    card = fit(CARD, replace(ROOMY, max_pictures=3))

    assert len(card.pictures) == 3
    assert card.notes[-1] == "1 more not shown: only 3 images fit in one message here."


def test_previews_and_buttons_follow_the_platform() -> None:
    """No preview where none can be shown, and no more buttons than there is room for."""
    assert fit(CARD, ROOMY).preview == CARD.preview
    assert fit(CARD, replace(ROOMY, formats=frozenset({"jpeg"}))).preview is None
    card = fit(CARD, replace(ROOMY, previews=Support.NONE, max_buttons=1))

    assert card.preview is None
    assert [button.action for button in card.buttons] == ["again"]
