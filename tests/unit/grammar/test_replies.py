"""Words in a thread: edits, moves between versions, and what people say to each other."""

import pytest

from bot.domain.commands import BackTo, Command, Defaults, Edit, Show, Tree, Undo
from bot.domain.requests import PromptSpec, VersionName
from bot.errors import BadCommand
from bot.grammar.commands import parse_reply


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it darker", Edit(PromptSpec("make it darker"))),
        ("make it darker --quality high", Edit(PromptSpec("make it darker", quality="high"))),
        ("make it darker --on v2b", Edit(PromptSpec("make it darker", on=VersionName(2, 1)))),
        ("v2: make it darker", Edit(PromptSpec("make it darker", on=VersionName(2)))),
        ("ｕｎｄｏ！", Undo()),
        ("back to ｖ２。", BackTo(VersionName(2))),
        ("ｈｅｌｐ？", Show("help")),
        ("V2b make it darker", Edit(PromptSpec("make it darker", on=VersionName(2, 1)))),
        ("--quality low v2: make it darker", Edit(PromptSpec("make it darker", quality="low", on=VersionName(2)))),
        ("v2, make it darker", Edit(PromptSpec("make it darker", on=VersionName(2)))),
        ("v2 — make it darker", Edit(PromptSpec("make it darker", on=VersionName(2)))),
        ("on v2 make it darker", Edit(PromptSpec("make it darker", on=VersionName(2)))),
        ("on v12: darker --on v12", Edit(PromptSpec("darker", on=VersionName(12)))),
        ("v2's hat in red", Edit(PromptSpec("v2's hat in red"))),
        ("on the table, a vase", Edit(PromptSpec("on the table, a vase"))),
        ("undo the blur", Edit(PromptSpec("undo the blur"))),
        ("use v2 and v3 together", Edit(PromptSpec("use v2 and v3 together"))),
        ("a tree", Edit(PromptSpec("a tree"))),
        ("more 🔥 please", Edit(PromptSpec("more 🔥 please"))),
        ("/imagine make it darker", Edit(PromptSpec("make it darker"))),
        ("make it darker\n// what do you think, Ann?", Edit(PromptSpec("make it darker"))),
        ("https://example.org on the sign", Edit(PromptSpec("https://example.org on the sign"))),
        ("暗くして", Edit(PromptSpec("暗くして"))),
        ("undo", Undo()),
        ("Undo!", Undo()),
        ("back", Undo()),
        ("back to v2", BackTo(VersionName(2))),
        ("Back v2b.", BackTo(VersionName(2, 1))),
        ("go back to  V3", BackTo(VersionName(3))),
        ("use v2", BackTo(VersionName(2))),
        ("tree", Tree()),
        ("Versions", Tree()),
        ("help", Show("help")),
        ("/imagine help", Show("help")),
        ("models", Show("models")),
        ("usage?", Show("usage")),
        ("defaults --n 2", Defaults(PromptSpec("", n=2))),
    ],
)
def test_words_in_a_thread_are_understood(text: str, expected: Command) -> None:
    """A reply is an edit, of the version it names first, unless it is one of the few words that move or ask."""
    assert parse_reply(text) == expected


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("v2：もっと暗く", "もっと暗く"),
        ("ｖ２、もっと暗く", "もっと暗く"),
        ("v2 - make it darker", "make it darker"),
        ("v2 – make it darker", "make it darker"),
        ("v2—make it darker", "make it darker"),
        ("v2 -> darker", "darker"),
        ("v2. make it darker", "make it darker"),
        ("v2) darker", "darker"),
        ("(v2) darker", "darker"),
        ("**v2**: darker", "darker"),
        ("`v2` - darker", "darker"),
        ("v2\nthe hat in red", "the hat in red"),
        ("v2: like v3, but darker", "like v3, but darker"),
        ("v2: “make it red”", "make it red"),
        ("edit v2: darker", "darker"),
        ("please change v2, a blue sky", "a blue sky"),
        ("in v2 remove the hat", "remove the hat"),
        ("on v2 grey", "grey"),
        ("v2 but darker", "darker"),
        ("use v2 and make it darker", "make it darker"),
        ("v2 darker please", "darker please"),
        ("v2 bitte dunkler", "dunkler"),
        ("make v2 darker", "make v2 darker"),
        ("Can you make v2 a bit warmer?", "Can you make v2 a bit warmer?"),
        ("darken v2", "darken v2"),
        ("crop v2 to the face", "crop v2 to the face"),
        ("turn v2 blue", "turn v2 blue"),
        ("remove the hat from v2", "remove the hat from v2"),
        ("mach v2 dunkler", "mach v2 dunkler"),
        ("haz v2 más oscuro", "haz v2 más oscuro"),
        ("rends v2 plus sombre", "rends v2 plus sombre"),
        ("deixe v2 mais escura", "deixe v2 mais escura"),
        ("v2を暗くして", "v2を暗くして"),
        ("把v2调暗一点", "把v2调暗一点"),
    ],
)
def test_a_version_is_named_by_punctuation_or_a_verb(text: str, prompt: str) -> None:
    """What stands behind its name, or a verb that it is the object of, tells that a version is meant."""
    assert parse_reply(text) == Edit(PromptSpec(prompt, on=VersionName(2)))


@pytest.mark.parametrize(
    "text",
    [
        "V8 engine in the bonnet",
        "v2 rocket on the pad",
        "V1 flying bomb",
        "v6 with chrome",
        "v2 in the corner",
        "in V8 style",
        "on v2 rocket fuel",
        "use v2 of the logo",
        "use v2 and v3 together",
        "v2, v3 and v4 side by side",
        "make v2 and v3 darker",
        "make V8 engine roar",
        "rotate V8 badge",
        "make it run on V8",
        "remove the cover from V8",
        "add the hat from v2",
        "make the sky like in v2",
        "change the engine to v8",
        "V2-rocket in the sky",
        "v2.5 engine",
        "I like v2",
        "v2's hat in red",
        "V8エンジンを積んだ車",
        "v0: darker",
    ],
)
def test_prose_names_no_version(text: str) -> None:
    """Engines, rockets and releases are words of the edit, which is one of the newest version."""
    assert parse_reply(text) == Edit(PromptSpec(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "\u3164 \u2800",
        "\u200d\ufe0f",
        "// nice one, Bob",
        "  // nice one\nlook at the hat",
        "👍",
        "👍🏽 ❤️ 👨‍👩‍👧",
        "1️⃣",
        "+1",
        ":+1: :party_parrot:",
        "<:easel:123456789> <a:wow:42>",
        "https://tenor.com/view/thumbs-up-gif-12345",
        "😂 <https://example.org/a:1:> \nhttps://example.org",
        "!!!",
        "...",
        "?",
    ],
)
def test_talk_among_people_is_left_alone(text: str) -> None:
    """Asides after `//`, and messages of emoji, links or punctuation alone, are nothing for the bot."""
    assert parse_reply(text) is None


@pytest.mark.parametrize("how", [{"mentions_us": True}, {"has_attachments": True}])
def test_links_are_words_where_they_are_for_us(how: dict[str, bool]) -> None:
    """Who calls Easel, or gives it a picture, has no need to write more than a link."""
    assert parse_reply("https://example.org", **how) == Edit(PromptSpec("https://example.org"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Edit(PromptSpec(""))),
        ("v2", Edit(PromptSpec("", on=VersionName(2)))),
        ("--size square", Edit(PromptSpec("", size="square"))),
        ("use this logo", Edit(PromptSpec("use this logo"))),
        ("// for Ann", None),
        ("👍", None),
    ],
)
def test_an_attached_picture_needs_no_words(text: str, expected: Command | None) -> None:
    """With attachments an edit may have an empty prompt; asides and emoji stay among people."""
    assert parse_reply(text, has_attachments=True) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v2", "v2: make it darker"),
        ("edit v2", "v2: make it darker"),
        ("v2: \u3164", "v2: make it darker"),
        ("--quality high", "Say what to change"),
        ("v2: darker --on v3", "v2 and --on v3"),
        ("darker --n 11", "Nearest: --n 10"),
        ("x" * 32_001, "32,001"),
    ],
)
def test_an_edit_that_cannot_be_honoured_says_why(text: str, words: str) -> None:
    """An edit without words, with two versions or with an illegal value is refused with a way on."""
    with pytest.raises(BadCommand) as caught:
        parse_reply(text)
    assert words in f"{caught.value.text} | {caught.value.hint}"
