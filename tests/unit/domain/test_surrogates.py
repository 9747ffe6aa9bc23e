"""Half characters from outside are replaced, wherever in a value they are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.domain.surrogates import replace_surrogates
from bot.providers.openai_api.parsing import parse_json


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("a fox 🦊", "a fox 🦊"),
        ("half \ud83d of a fox", "half \ufffd of a fox"),
        ("\udd8a\ud83d", "\ufffd\ufffd"),
        ("two halves \ud83e\udd8a", "two halves 🦊"),
        ("caf\udce9", "caf\ufffd"),
        ("", ""),
    ],
)
def test_half_characters_of_a_text_are_replaced(text: str, replaced: str) -> None:
    """Each becomes U+FFFD, and two that belong together their character."""
    assert replace_surrogates(text) == replaced


def test_half_characters_of_a_json_value_are_replaced() -> None:
    """In texts and keys at any depth, and nothing else is changed."""
    value: object = {"\ud83d": [1, 2.5, None, True, {"a": "\udd8a", "b": ["x\ud800y"]}]}
    assert replace_surrogates(value) == {"\ufffd": [1, 2.5, None, True, {"a": "\ufffd", "b": ["x\ufffdy"]}]}


@given(
    st.recursive(
        st.text(st.characters(codec=None)) | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_was_replaced_can_be_stored(value: object) -> None:
    """Any JSON value can be written as UTF-8 afterwards."""
    assert json.dumps(replace_surrogates(value), ensure_ascii=False).encode()


class _Answer(BaseModel):
    text: str
    count: int = 0


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"text": "a fox"}', "a fox"),
        (b'{"text": "half \\ud83d of a fox"}', "half \ufffd of a fox"),
        (b'{"text": "two halves \\ud83e\\udd8a"}', "two halves 🦊"),
        (b'{"text": "caf\xe9"}', "caf\ufffd"),
    ],
)
def test_an_answer_with_half_characters_is_read(data: bytes, text: str) -> None:
    """A service's answer is not given up for a text in it that is not valid Unicode."""
    assert parse_json(_Answer, data) == _Answer(text=text)


@pytest.mark.parametrize("data", [b"", b"{", b'{"text": "a', b'{"count": 1}', b'{"text": "\\ud83d", "count": "many"}'])
def test_an_answer_that_is_none_is_refused(data: bytes) -> None:
    """What is no JSON, or lacks what is needed, is no answer."""
    with pytest.raises(ValidationError):
        parse_json(_Answer, data)
