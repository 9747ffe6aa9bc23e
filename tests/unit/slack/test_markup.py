"""What people typed reaches us as they see it, and leaves us without a meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.markup import cut, escaped, plain, units

NAMES = {"U1": "Ada", "U2": "Grace"}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("a fox", "a fox"),
        ("salt &amp; pepper, 1 &lt; 2 &gt; 0", "salt & pepper, 1 < 2 > 0"),
        ("&amp;lt; is an entity", "&lt; is an entity"),
        ("like <https://x.example/a?b=1&amp;c=2>", "like https://x.example/a?b=1&c=2"),
        ("like <https://x.example|this one>", "like this one"),
        ("ask <mailto:ada@x.example|ada@x.example>", "ask ada@x.example"),
        ("ask <mailto:ada@x.example>", "ask ada@x.example"),
        ("call <tel:+49301234|030 1234>", "call 030 1234"),
        ("for <#C1|general>", "for #general"),
        ("for <#C1>", "for #channel"),
        ("for <#C1|>", "for #channel"),
        ("<!here> look, <!channel>, <!everyone>", "@here look, @channel, @everyone"),
        ("<!here|@here>", "@here"),
        ("for <!subteam^S1|@designers>", "for @designers"),
        ("for <!subteam^S1>", "for @someone"),
        ("on <!date^1700000000^{date}^https://x.example|14 November>", "on 14 November"),
        ("a portrait of <@U2>", "a portrait of @Grace"),
        ("a portrait of <@U9|linus>", "a portrait of @linus"),
        ("a portrait of <@U9>", "a portrait of @someone"),
        ("<https://x.example|a &lt;b&gt; &amp; c>", "a <b> & c"),
        ("&lt;@U2&gt; was typed", "<@U2> was typed"),
        ("not closed <@U2", "not closed <@U2"),
        ("", ""),
    ],
)
def test_what_slack_sends(sent: str, seen: str) -> None:
    """Links, mentions and dates become the words that a person sees."""
    assert plain(sent, names=NAMES) == seen


def test_names_by_a_function() -> None:
    """Names may also be looked up."""
    assert plain("<@U7> and <@U8>", names=lambda user: {"U7": "Ada"}.get(user)) == "@Ada and @someone"


@given(st.text())
def test_any_text_survives(text: str) -> None:
    """What is escaped for Slack and comes back from it is what it was."""
    assert plain(escaped(text), names=NAMES) == text


@given(st.text())
def test_units_are_those_of_the_escaped_text(text: str) -> None:
    """A length is counted as Slack may count it: escaped, in UTF-16."""
    assert units(text) == len(escaped(text).encode("utf-16-le", "surrogatepass")) // 2


@given(st.text("a&<😀", max_size=60), st.integers(1, 50))
def test_what_is_cut_fits_and_says_so(text: str, max_units: int) -> None:
    """A text that is too long ends in an ellipsis and within its limit; any other is left alone."""
    shortened = cut(text, max_units)

    assert units(shortened) <= max_units
    assert shortened == text or (shortened.endswith("…") and text.startswith(shortened[:-1]))
