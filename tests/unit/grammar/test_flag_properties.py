"""Flags among anything that people type: each that can be seen is honoured or answered, and no other word is lost."""

import re
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.commands import Edit, Imagine
from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec, Request
from bot.errors import BadCommand
from bot.grammar.characters import clean_text, normalize_for_matching
from bot.grammar.commands import parse_command, parse_reply
from bot.grammar.flags import FLAGS_BY_WORD
from bot.grammar.prompt_specs import command_line

_PARTS = [
    *["a fox", "snow", "no", "赤い狐", "雪の", "лиса", "ثعلب", "🦊", "👨‍👩‍👧", ":tada:"],
    *["v2", "don't", "1024", "2", "high"],
    *[" ", " ", " ", "\n", "\u3000", "\v", "\u2028", "\u200b", "\u200d", "\u3164", "\u00a0"],
    *["--", "-", "—", "――", "－－", "ーー", "‑‑", "-- "],
    *["--n 2", "--size 64x64", "—quality high", "--private", "--no hats", "-n 2", "－－ｎ　２", "--model sketch"],
    *["size", "n", "quality", "private", "no", "model", "on", "ｓｉｚｅ", "seed", "siez", "help"],
    *["1024x1536", "１０２４ｘ１５３６", "2", "16:9", "high", "sketch", "v2"],
    *["=", ":", "：", "＝", "::", ",", ".", "。", "，", "、", "…", "!", ";"],
    *["(", ")", "（", "）", "[", "]", "<", ">", "「", "」", '"', "“", "”", "'", "’", "«", "»"],
    *["*", "**", "_", "~~", "||", "`", "```", "\n- ", "\n> ", "\n1. ", "\\", "https://example.org/a--n"],
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PARTS), max_size=14).map("".join)
_KNOWN = "|".join(sorted(FLAGS_BY_WORD, key=len, reverse=True))
_VISIBLE_FLAG = re.compile(rf"(?<![\w\-—/\\<>=+&#@%^$\u0300-\u036f])-{{2,4}}(?:{_KNOWN})(?![\w-])", re.IGNORECASE)


def _spec(text: str) -> PromptSpec | None:
    """None where it is answered."""
    try:
        command = parse_command(text, {"sketch"})
    except BadCommand:
        return None
    return command.spec if isinstance(command, Imagine) else None


@settings(deadline=None)
@given(_TEXTS)
@example("a fox --no hats(--n 2)")
@example("`--n 2`(**")
def test_a_flag_that_can_be_seen_is_honoured_or_answered(text: str) -> None:
    """No known flag after two hyphens ever stays in a prompt, unless two dashes alone came before it."""
    spec = _spec(text)
    if spec is not None and not re.search(r"--(?:\s|\Z)", normalize_for_matching(clean_text(text))):
        assert _VISIBLE_FLAG.search(normalize_for_matching(spec.prompt)) is None


@settings(deadline=None)
@given(_TEXTS)
def test_a_prompt_is_what_was_typed_without_the_flags(text: str) -> None:
    """Nothing is added to what was typed, nothing is reordered, and the rest of the command accepts it."""
    spec = _spec(text)
    if spec is not None:
        typed = iter(clean_text(text))
        assert all(char in typed for char in spec.prompt if not char.isspace())
        assert spec.prompt == spec.prompt.strip()
        assert spec.prompt.encode()


@settings(deadline=None)
@given(_TEXTS)
def test_any_reply_is_understood_or_answered(text: str) -> None:
    """Whatever is said in a thread is an edit with words, a move, a question, an answer or nothing."""
    try:
        command = parse_reply(text, {"sketch"})
    except BadCommand:
        return
    assert not isinstance(command, Edit) or command.spec.prompt


@settings(deadline=None)
@given(_TEXTS)
@example("-- fox--model sketch")
@example('-- "a fox"')
@example("-- a --siez")
def test_any_prompt_can_be_copied(text: str) -> None:
    """The line that a card offers to copy is read back as its prompt."""
    spec = _spec(text)
    if spec is not None:
        line = command_line(Request(prompt=spec.prompt, model=ModelName("sketch"), size=Size(64, 64), quality="low"))
        assert _spec(line.removeprefix("/imagine ")) == PromptSpec(
            spec.prompt, "sketch", "64x64", quality="low", n=1, background="auto", format="png"
        )


_BEFORE = st.sampled_from(
    ["a fox", "赤い狐", "🦊", ":fox_face:", "a fox,", "a fox.", "狐。", "“a fox” or not", "Füchse", "a (red) fox"]
)
_BETWEEN = st.sampled_from([" ", "\u3000", "\n", "\u00a0", "  ", "\v"])
_AROUND = st.sampled_from(
    [("", ""), *zip('([（「`*_"“', ')]）」`*_"”', strict=True), *((mark, mark) for mark in ("**", "```", "||", "~~"))]
)
_DASHES = st.sampled_from(["--", "—", "––", "－－", "――", "‑‑", "−−", "ーー"])
_FLAG = st.sampled_from(
    [
        (name, glue, value, spec)
        for glue in (" ", "=", ": ", "：", "＝", "\u3000")
        for name, value, spec in (
            ("size", "1024x1536", PromptSpec("", size="1024x1536")),
            ("ｓｉｚｅ", "１０２４ｘ１５３６", PromptSpec("", size="1024x1536")),
            ("ar", "16:9", PromptSpec("", ratio=(16, 9))),
            ("QUALITY", "high", PromptSpec("", quality="high")),
            ("n", "２", PromptSpec("", n=2)),
        )
    ]
    + [("private", "", "", PromptSpec("", private=True))]
)
_ENDING = st.sampled_from(["", "", ".", "。", "，", "!"])


@settings(deadline=None)
@given(_BEFORE, _BETWEEN, _AROUND, _DASHES, _FLAG, _ENDING, _BETWEEN, st.sampled_from(["", "in snow", "雪の中"]))
def test_a_flag_counts_wherever_it_stands_and_however_it_is_written(
    before: str,
    space: str,
    around: tuple[str, str],
    dashes: str,
    flag: tuple[str, str, str, PromptSpec],
    ending: str,
    gap: str,
    after: str,
) -> None:
    """In brackets, quotes, code and bold, with any dashes, digits and punctuation: the flag counts, the prose stays."""
    name, glue, value, expected = flag
    opening, closing = around
    spec = _spec(f"{before}{space}{opening}{dashes}{name}{glue}{value}{ending}{closing}{gap}{after}")
    assert spec is not None
    assert "".join(spec.prompt.split()) == "".join((before + after).split())
    assert spec == replace(expected, prompt=spec.prompt)


@settings(deadline=None)
@given(
    st.sampled_from(["赤い狐", "🦊", "(a fox)", "“a fox”", "a fox,", "a fox.", "狐。", "a fox!", ":fox:", "лиса"]),
    st.sampled_from(["--", "－－", "‑‑"]),
    _FLAG,
    _ENDING,
    st.sampled_from(["", " in snow", "の雪", "、雪の中"]),
)
def test_a_flag_counts_right_behind_what_is_no_latin_word(
    before: str, dashes: str, flag: tuple[str, str, str, PromptSpec], ending: str, after: str
) -> None:
    """Without any space, behind other scripts, emoji, punctuation, brackets and quotes, the flag counts."""
    name, glue, value, expected = flag
    spec = _spec(f"{before}{dashes}{name}{glue}{value}{ending}{after}")
    assert spec is not None
    assert spec == replace(expected, prompt=spec.prompt)
