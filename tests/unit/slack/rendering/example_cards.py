"""Cards of every kind for tests of what Slack gets, and what is to be found in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from bot.domain.ids import PictureId
from bot.domain.pictures import Picture, Size
from bot.presentation.card import Button, Card, CardFile, CardPicture, Field, Preview

FOX = Picture(PictureId("f0" * 32), "png", Size(1536, 1024), 1234)
OWL = Picture(PictureId("0e" * 32), "png", Size(1024, 1024), 1234)
FILES = {FOX.id: "F0FOX00000", OWL.id: "F0OWL00000"}
VANDAL = "<!channel> <@U1> *bold* `code` :fire: <https://evil.example|click> &amp; @here ~x~\n> quoted"

RESULT = Card(
    tone="done",
    title="v2 from v1 for Ada",
    quote="a <b>fox</b>",
    fields=(Field("Model", "sketch"), Field("Size", "1536x1024"), Field("Quality", "high"), Field("Cost", "free")),
    notes=("Rounded.",),
    pictures=(CardPicture(FOX, "v2", "Picture: a fox"),),
    buttons=(
        Button("again", "Again", "job"),
        Button("edit", "Edit…", "job", "primary"),
        Button("delete", "Delete", "job", "danger", "Delete v2 for everyone?"),
    ),
)


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every JSON object in something."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from objects(inner)


def shown_words(blocks: Any) -> str:
    """All texts that people read, one to a line."""
    return "\n".join(each["text"] for each in objects(blocks) if isinstance(each.get("text"), str))


def block_types(blocks: Any) -> list[str]:
    return [block["type"] for block in blocks]


_texts = st.one_of(st.just(""), st.just(VANDAL), st.text(max_size=60), st.text("&<>*😀 a\n", max_size=9_000))
_short = st.one_of(st.just("Again"), st.text(min_size=1, max_size=30))
_pictures = st.builds(
    CardPicture,
    st.builds(
        lambda name, form: Picture(PictureId(name * 32), form, Size(64, 64), 100),
        st.sampled_from(("f0", "0e", "aa")),
        st.sampled_from(("png", "jpeg", "webp", "gif")),
    ),
    _short,
    st.one_of(_short, st.text("&é", max_size=220)),
)
_buttons = st.builds(
    Button,
    st.sampled_from(("again", "edit", "delete")),
    _short,
    st.sampled_from(("", "job0aaaaaaaaaaaaaaaa")),
    st.sampled_from(("plain", "primary", "danger")),
    st.one_of(st.none(), _short),
)
a_card = st.builds(
    Card,
    tone=st.sampled_from(("working", "done", "info", "error")),
    title=_texts,
    text=_texts,
    quote=_texts,
    fields=st.lists(st.builds(Field, _texts, _texts), max_size=30).map(tuple),
    notes=st.lists(_texts, max_size=8).map(tuple),
    code=_texts,
    pictures=st.lists(_pictures, max_size=14).map(tuple),
    files=st.lists(st.builds(CardFile, st.just(FOX.id), _short), max_size=3).map(tuple),
    preview=st.one_of(st.none(), st.just(Preview(b"", "png"))),
    buttons=st.lists(_buttons, max_size=12).map(tuple),
    progress=st.one_of(st.none(), st.floats(-1, 2)),
)
