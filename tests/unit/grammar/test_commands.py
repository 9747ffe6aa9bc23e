"""The words after `/imagine`: flags anywhere, prose untouched, and an answer for everything that cannot be honoured."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.commands import Command, Defaults, Imagine, Show
from bot.domain.prompts import MAX_PROMPT_CHARS, with_exclusions
from bot.domain.requests import PromptSpec, VersionName
from bot.domain.text import fold
from bot.errors import BadCommand
from bot.grammar.characters import clean_text
from bot.grammar.commands import parse_command
from bot.grammar.flags import ABSENT, FLAGS, FLAGS_BY_WORD, Flag
from bot.grammar.prompt_specs import FORM_FIELDS

MODELS = frozenset(fold(name) for name in ("sketch", "gpt-image-2", "gpt-image-2.6-flare", "flare"))


def spec(text: str) -> PromptSpec:
    command = parse_command(text, MODELS)
    assert isinstance(command, Imagine)
    return command.spec


def refusal(text: str) -> BadCommand:
    with pytest.raises(BadCommand) as caught:
        parse_command(text, MODELS)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fox --size 1536x1024 --quality high", PromptSpec("a fox", size="1536x1024", quality="high")),
        (
            "--size 1536x1024 a fox --quality high in snow",
            PromptSpec("a fox in snow", size="1536x1024", quality="high"),
        ),
        ("a fox --size=1536x1024 --n=4", PromptSpec("a fox", size="1536x1024", n=4)),
        ("a fox --size: 1536x1024", PromptSpec("a fox", size="1536x1024")),
        (
            "a fox -m sketch -s 64x64 -q low -f webp",
            PromptSpec("a fox", model="sketch", size="64x64", quality="low", format="webp"),
        ),
        ("a fox -n 4", PromptSpec("a fox", n=4)),
        ("a fox --bg transparent --aspect 16:9", PromptSpec("a fox", background="transparent", ratio=(16, 9))),
        ("a fox --effort High", PromptSpec("a fox", effort="High")),
        ("a fox --think low --n 2", PromptSpec("a fox", effort="low", n=2)),
        ("a fox —reasoning=none", PromptSpec("a fox", effort="none")),
        ("a fox --size AUTO", PromptSpec("a fox", size="auto")),
        ("a fox --SIZE 64X64", PromptSpec("a fox", size="64x64")),
        ("a fox —model sketch", PromptSpec("a fox", model="sketch")),
        ("a fox –model sketch", PromptSpec("a fox", model="sketch")),
        ("a fox −model sketch", PromptSpec("a fox", model="sketch")),
        ("a fox ——n 2 —-n 2", PromptSpec("a fox", n=2)),
        ("a fox -model sketch", PromptSpec("a fox", model="sketch")),
        ("a fox —no “red hat, dog” in snow", PromptSpec("a fox in snow", exclude="red hat, dog")),
        ('a fox --no "red hat, dog" in snow', PromptSpec("a fox in snow", exclude="red hat, dog")),
        ("a fox --no 'red hat' in snow", PromptSpec("a fox in snow", exclude="red hat")),
        ("a fox --no «red hat» in snow", PromptSpec("a fox in snow", exclude="red hat")),
        ('a fox --no "red “hat”, 「帽子」" in snow', PromptSpec("a fox in snow", exclude="red hat, 「帽子」")),
        ('a fox --no “red hat" in snow', PromptSpec("a fox in snow", exclude="red hat")),
        ("a fox --no 「帽子」 in snow", PromptSpec("a fox in snow", exclude="帽子")),
        ("a fox --no red hat, dog --n 2", PromptSpec("a fox", exclude="red hat, dog", n=2)),
        ('a fox --no "red hat", dog', PromptSpec("a fox", exclude="red hat, dog")),
        ("a fox --no hats --no dogs", PromptSpec("a fox", exclude="hats, dogs")),
        ("a fox --size 1536×1024", PromptSpec("a fox", size="1536x1024")),
        ("a fox --size 1536х1024", PromptSpec("a fox", size="1536x1024")),
        ("a fox --size 1536 x 1024 at dusk", PromptSpec("a fox at dusk", size="1536x1024")),
        ("a fox --size Portrait.", PromptSpec("a fox", size="portrait")),
        ("a fox --size 16:9", PromptSpec("a fox", ratio=(16, 9))),
        ("a fox --ar 16 : 9", PromptSpec("a fox", ratio=(16, 9))),
        ("a fox --ar 1.85:1", PromptSpec("a fox", ratio=(185, 100))),
        ("a fox --ar 3/2", PromptSpec("a fox", ratio=(3, 2))),
        ("a fox --model GPT Image 2.6 Flare in snow", PromptSpec("a fox in snow", model="GPT Image 2.6 Flare")),
        ("a fox --model flare 2 cats", PromptSpec("a fox 2 cats", model="flare")),
        ('a fox --model "GPT Image 2"', PromptSpec("a fox", model="GPT Image 2")),
        ("a fox --on v2", PromptSpec("a fox", on=VersionName(2))),
        ("a fox --on V2B", PromptSpec("a fox", on=VersionName(2, 1))),
        ("a fox --on 3", PromptSpec("a fox", on=VersionName(3))),
        ("a fox --compression 80%", PromptSpec("a fox", compression=80)),
        ("a fox --private", PromptSpec("a fox", private=True)),
        ("a fox --n 2 --n 2", PromptSpec("a fox", n=2)),
        ("a fox --n 2, --quality high.", PromptSpec("a fox", n=2, quality="high")),
        ("one\n--n 2\ntwo", PromptSpec("one\n\ntwo", n=2)),
        ("one\n\ntwo  three", PromptSpec("one\n\ntwo  three")),
        ("-- --help me", PromptSpec("--help me")),
        ("--n 2 -- a sign that says --no dogs", PromptSpec("a sign that says --no dogs", n=2)),
        ("a fox --no hats -- in snow", PromptSpec("a fox in snow", exclude="hats")),
        ("a fox --size = 64x64", PromptSpec("a fox", size="64x64")),
        ("a fox --n2 --size64x64", PromptSpec("a fox", n=2, size="64x64")),
        ("a fox -n2", PromptSpec("a fox", n=2)),
        ("a fox --size 1536 x 1024 px, in snow", PromptSpec("a fox in snow", size="1536x1024")),
    ],
)
def test_flags_are_understood_wherever_and_however_they_are_typed(text: str, expected: PromptSpec) -> None:
    """A flag is found in any place and spelling that keyboards produce, and the prompt keeps the rest."""
    assert spec(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("赤い狐--size 1024x1536", PromptSpec("赤い狐", size="1024x1536")),
        ("赤い狐--size 1024x1536の夜", PromptSpec("赤い狐の夜", size="1024x1536")),
        ("--size 1024x1536赤い狐", PromptSpec("赤い狐", size="1024x1536")),
        ("画一只狐狸——size 1024x1536，背景是蓝色", PromptSpec("画一只狐狸，背景是蓝色", size="1024x1536")),
        ("赤い狐ーーsize 1024x1536", PromptSpec("赤い狐", size="1024x1536")),
        ("ثعلب--n 2", PromptSpec("ثعلب", n=2)),
        ("лиса--quality high", PromptSpec("лиса", quality="high")),
        ("🦊--n 2🦊", PromptSpec("🦊🦊", n=2)),
        (":fox_face:--n 2 :snowflake:", PromptSpec(":fox_face: :snowflake:", n=2)),
        ("a fox --private赤い", PromptSpec("a fox 赤い", private=True)),
        ("fox,--n 2", PromptSpec("fox,", n=2)),
        ("fox.--size 64x64", PromptSpec("fox.", size="64x64")),
        ("fox;--n 2", PromptSpec("fox;", n=2)),
        ("“a fox”--n 2 in snow", PromptSpec("“a fox” in snow", n=2)),
        ("(a fox)--n 2", PromptSpec("(a fox)", n=2)),
        ("fox--size 64x64", PromptSpec("fox", size="64x64")),
        ("fox—size 64x64--quality high", PromptSpec("fox", size="64x64", quality="high")),
        ("fox--model sketch--private", PromptSpec("fox", model="sketch", private=True)),
        ("a fox --private--n 2--no hats", PromptSpec("a fox", private=True, n=2, exclude="hats")),
        ("a fox --no hats--no dogs", PromptSpec("a fox", exclude="hats, dogs")),
        ("a fox --size：64x64", PromptSpec("a fox", size="64x64")),
        ("a fox　－－ｓｉｚｅ＝６４ｘ６４", PromptSpec("a fox", size="64x64")),
        ("a fox --ar １６：９ --n ２。", PromptSpec("a fox", ratio=(16, 9), n=2)),
        ("a fox －ｎ ٢ --ar 16∶9", PromptSpec("a fox", n=2, ratio=(16, 9))),
        ("a fox --on ｖ２ --compression ８０ ％", PromptSpec("a fox", on=VersionName(2), compression=80)),
        ("a fox --𝘀𝗶𝘇𝗲 64x64", PromptSpec("a fox", size="64x64")),
        ("a fox ‑‑n 2 ――quality high", PromptSpec("a fox", n=2, quality="high")),
        ("a fox --quality high，", PromptSpec("a fox", quality="high")),
        ("a fox --quality high，in snow", PromptSpec("a fox，in snow", quality="high")),
        ("a fox `--size 64x64` in snow", PromptSpec("a fox in snow", size="64x64")),
        ("a fox ```\n--size 64x64\n```", PromptSpec("a fox", size="64x64")),
        ("a fox ```bash\n--size 64x64\n```", PromptSpec("a fox", size="64x64")),
        ("```\na fox --n 2\n```", PromptSpec("a fox", n=2)),
        ("a fox **--quality high**", PromptSpec("a fox", quality="high")),
        ("a fox *--quality high* in snow", PromptSpec("a fox in snow", quality="high")),
        ("a fox _--n 2_ ~~--private~~", PromptSpec("a fox", n=2, private=True)),
        ("a fox __--n 2__ ||--private||", PromptSpec("a fox", n=2, private=True)),
        ("a **fox --n 2** in snow", PromptSpec("a **fox** in snow", n=2)),
        ("*a fox* --n 2 *in snow*", PromptSpec("*a fox* *in snow*", n=2)),
        ("狐**--n 2**雪", PromptSpec("狐雪", n=2)),
        ("a fox (--n 2) in snow", PromptSpec("a fox in snow", n=2)),
        ("a fox (--n 2, --quality high)", PromptSpec("a fox", n=2, quality="high")),
        ("a fox（--n 2）【--private】", PromptSpec("a fox", n=2, private=True)),
        ("a fox [--private] {--n 2} <--size 64x64>", PromptSpec("a fox", private=True, n=2, size="64x64")),
        ("a fox **(--n 2)**", PromptSpec("a fox", n=2)),
        ("(a fox --n 2)", PromptSpec("(a fox)", n=2)),
        ("a fox (--no hats, dogs) in snow", PromptSpec("a fox in snow", exclude="hats, dogs")),
        ("(a fox --no hats) in snow", PromptSpec("(a fox) in snow", exclude="hats")),
        ("`a fox --no hats` in snow", PromptSpec("`a fox` in snow", exclude="hats")),
        ('a fox --no "red hat", dog (--n 2)', PromptSpec("a fox", exclude="red hat, dog", n=2)),
        ("a fox --no dogs' toys (old ones) --n 2", PromptSpec("a fox", exclude="dogs' toys (old ones)", n=2)),
        ('a fox "--n 2" “--quality high”', PromptSpec("a fox", n=2, quality="high")),
        ("a fox **--size:** 64x64 `--quality` high", PromptSpec("a fox", size="64x64", quality="high")),
        ("a fox --size **64x64** --n (2) in snow", PromptSpec("a fox in snow", size="64x64", n=2)),
        ("a fox\n- --n 2\n* --quality high", PromptSpec("a fox", n=2, quality="high")),
        ("a fox\n1. --no hats\n> --private", PromptSpec("a fox", exclude="hats", private=True)),
        ("a fox\n    ▪︎ --n 2\n-# --private\n>>> --no hats", PromptSpec("a fox", n=2, private=True, exclude="hats")),
        ("a fox --n 2⭐ --size 64x64❤️", PromptSpec("a fox ⭐ ❤️", n=2, size="64x64")),
        ("- a fox\n- a hen --n 2", PromptSpec("- a fox\n- a hen", n=2)),
        (r"a fox \--n 2", PromptSpec("a fox", n=2)),
        ("a fox --n 2)", PromptSpec("a fox)", n=2)),
    ],
)  # fmt: skip
def test_flags_that_can_be_seen_are_flags(text: str, expected: PromptSpec) -> None:
    """Flags count behind any other script, with full-width characters, and in code, bold, brackets, quotes and lists.

    What held nothing else goes with them.
    """
    assert spec(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fox —model gpt-image-2 — at dawn", PromptSpec("a fox — at dawn", model="gpt-image-2")),
        ("a fox --model gpt image 2 - at dawn", PromptSpec("a fox - at dawn", model="gpt image 2")),
        ("a fox --quality high – at dawn", PromptSpec("a fox – at dawn", quality="high")),
        ("a fox --private — at dawn", PromptSpec("a fox — at dawn", private=True)),
        ("a fox --no red hat — at dawn", PromptSpec("a fox — at dawn", exclude="red hat")),
        ("a fox --n 2—at dawn", PromptSpec("a fox —at dawn", n=2)),
        ('"a red fox"', PromptSpec("a red fox")),
        ("“a red fox” --n 2", PromptSpec("a red fox", n=2)),
        ("“a red fox --no hats”", PromptSpec("a red fox", exclude="hats")),
        ("--n 2 «a red fox»", PromptSpec("a red fox", n=2)),
        ("„a red fox“", PromptSpec("a red fox")),
        ("「赤い狐」", PromptSpec("赤い狐")),
        ("‘a cat’s hat’", PromptSpec("a cat’s hat")),
        ("'a cat's hat'", PromptSpec("a cat's hat")),
        ("`a red fox`", PromptSpec("a red fox")),
        ('"a red" and "a fox"', PromptSpec('"a red" and "a fox"')),
        ("“a” and “b”", PromptSpec("“a” and “b”")),
        ('"a red fox', PromptSpec('"a red fox')),
        ('"a sign" at dawn', PromptSpec('"a sign" at dawn')),
        ('-- "a red fox"', PromptSpec('"a red fox"')),
    ],
)
def test_dashes_and_quotes_of_prose_are_told_from_those_of_commands(text: str, expected: PromptSpec) -> None:
    """A dash alone behind a flag's value stays in the prompt; quotes around the whole prompt do not."""
    assert spec(text) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "mother--in-law, a--b, Schwarz--Weiß, Auto--Format, he went--on foot, it rained--no umbrella",
        "a king-size bed of 180x200, a room-n 2",
        "he said—no, “Help!”—no one came, the —model's hat, an —on/off switch",
        "北京——London 的火车, 東京--大阪, 彼は言った――No",
        "コーヒー -- 5 - 3",
        "a sign that says “--help” and '--siez'",
        "an F16 -F16 jet, a Galaxy -s21, a block of -c4",
        "a <--dog arrow, a cat <-- big, a --> b",
        "https://example.org/?--size=64x64 and https://example.org/--n/2",
        "------ a fox ------",
        "party :tada::100: :+1::skin-tone-2: nice:tada::100:",
        "fe80::1, 2001:db8::8a2e:370:7334, fe80::1%eth0/64, [::1]:8080",
        "p::first-line, a::-webkit-x, std::vector, Vec::new(), at 12::30, a ratio :: b",
        "a cat's hat in the dog's house",
        "a well-known man -- the mayor — smiling",
        "the mayor —smiling, the crowd –cheering",
        "a bowl —raw fish, in —style",
        "5 - 3 = 2, a--b, a -c b",
        "today -no rain, -on the beach",
        "they -think of autumn",
        'a sign that says "--help"',
        "std::vector as a cathedral",
        "<!channel> @everyone look: https://example.org/a--size?x=1",
        "family 👨‍👩‍👧 at Nowruz می‌خواهم",
        "help me draw a house",
        "models on a catwalk",
        "defaults of a nation",
        "“quoted” and 'quoted'",
    ],
)
def test_prose_stays_as_it_was_written(prose: str) -> None:
    """Apostrophes, dashes, colons, quotes, mentions and joined emoji that are no flags stay in the prompt untouched."""
    assert spec(f"{prose} --n 2") == PromptSpec(prose, n=2)
    assert spec(prose) == PromptSpec(prose)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["Describe the image you want", "/imagine"]),
        ("--n 2", ["Describe the image you want"]),
        ("\u200b \x07", ["Describe the image you want"]),
        ("a fox --siez 64x64", ["'--siez'", "Did you mean --size?", "--quality"]),
        ("a fox --xyzzy", ["'--xyzzy'", "--model", "/imagine -- "]),
        ("a fox --size", ["--size", "WxH", "--size 1536x1024"]),
        ("a fox --size --n 2", ["--size needs a value"]),
        ("a fox --size=", ["--size needs a value"]),
        ("a fox --no ''", ["--no needs a value"]),
        ("a fox --size 0x0", ["--size '0x0'", "WxH", "Nearest: --size 1024x1024"]),
        ("a fox --size 1e3x5", ["--size '1e3x5'", "WxH", "Nearest: --size"]),
        ("a fox --size -5x10", ["--size '-5x10'"]),
        ("a fox --size potrait", ["'potrait'", "Nearest: --size portrait"]),
        ("a fox --size 12345678x1", ["'12345678x1'"]),
        ("a fox --ar 0:1", ["--ar '0:1'", "W:H"]),
        ("a fox --ar wide", ["--ar 'wide'", "16:9"]),
        ("a fox --effort", ["--effort needs a value", "low, medium, high", "--effort high"]),
        ("a fox --effort low --think high", ["--effort is given twice", "'low'", "'high'"]),
        ("a fox --n 0", ["--n '0'", "1 to 10", "Nearest: --n 1"]),
        ("a fox --n -1", ["--n '-1'", "1 to 10", "Nearest: --n 1"]),
        ("a fox --n 11", ["--n '11'", "1 to 10", "Nearest: --n 10"]),
        ("a fox --n 2.5", ["--n '2.5'", "Nearest: --n 2"]),
        ("a fox --n four", ["--n 'four'", "not a number", "1 to 10"]),
        ("a fox --compression 101", ["'101'", "0 to 100", "Nearest: --compression 100"]),
        ("a fox --compression -3", ["'-3'", "Nearest: --compression 0"]),
        ("a fox --on latest", ["--on 'latest'", "v2"]),
        ("a fox --on v0", ["--on 'v0'"]),
        ("a fox --n 2 --n 3", ["--n is given twice", "'2'", "'3'"]),
        ("a fox --size 64x64 --ar 1:1", ["--size '64x64'", "--ar '1:1'"]),
        ("a fox --private=yes", ["--private takes no value"]),
        ('a fox --model "GPT Image 2', ["--model", "is not closed"]),
        ("a fox --seed 42", ["'--seed'", "no seed"]),
        ("a fox —seed 42", ["'--seed'"]),
        ("a fox --stylize 250", ["'--stylize'", "no setting"]),
        ("a fox --chaos 5", ["'--chaos'"]),
        ("a fox --sref https://example.org/x.png", ["'--sref'", "Attach"]),
        ("fox::2 snow", ["'::2'", "no weights"]),
        ("fox:: snow::", ["'::'", "no weights"]),
        ("x" * 32_001, ["32,001", "32,000", "by 1 character."]),
        ("x" * 32_002, ["32,002", "32,000", "by 2 characters."]),
        ("x" * 31_999 + " --no dogs", ["32,", "at most 32,000"]),
        ("x" * 1_000_000 + " --n 2", ["1,000,006", "at most 32,000"]),
        ("a fox" + " --n 2" * 41, ["more than 40 flags"]),
        ("defaults --on v2", ["--on"]),
        ("赤い狐--siez 64x64", ["'--siez'", "Did you mean --size?"]),
        ("a fox (--siez 64x64)", ["'--siez'"]),
        ("a fox `--amend`", ["'--amend'", "/imagine -- "]),
        ("a fox,--siez 64x64", ["'--siez'"]),
        ("a fox --größe 64x64", ["'--größe'", "--size"]),
        ("a fox --サイズ 64x64", ["'--サイズ'"]),
        ("a fox (--size)", ["--size needs a value"]),
        ('"a fox --size"', ["--size needs a value"]),
        ("a fox --size --private", ["--size needs a value"]),
        ("a fox --no \u3164", ["--no needs a value"]),
        ("a fox --n (2 or 3)", ["--n '(2' is not a number"]),
        ("a fox --n 2--siez 64x64", ["'--siez'"]),
        ("a fox **--stylize 250**", ["'--stylize'"]),
        ("fox--seed 5", ["'--seed'"]),
        ("a fox --v7", ["'--v7'", "--model"]),
        ("cafe::2 dog", ["'::2'", "no weights"]),
        ("狐：：2 雪", ["no weights"]),
        ("🦊::2 snow", ["'::2'"]),
        ("“red fox”::1.5 snow", ["'::1.5'"]),
        ("iPhone 15::2 cat", ["'::2'"]),
        ("red:: blue::-0.5", ["'::'"]),
    ],
)
def test_what_cannot_be_honoured_is_refused_with_a_way_on(text: str, words: list[str]) -> None:
    """A refusal names the flag, what was typed, the legal values and the nearest one."""
    error = refusal(text)
    said = f"{error.text} | {error.hint}"
    assert [word for word in words if word not in said] == []
    assert error.hint


def test_the_longest_legal_prompt_is_accepted() -> None:
    """A prompt of exactly 32 000 characters is accepted."""
    assert len(spec("x" * MAX_PROMPT_CHARS).prompt) == MAX_PROMPT_CHARS


def test_a_long_value_is_quoted_in_short() -> None:
    """An error never repeats thousands of typed characters."""
    error = refusal("a fox --size " + "9" * 5_000)
    assert len(error.text) < 250


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", Show("help")),
        ("  Help! ", Show("help")),
        ("--help", Show("help")),
        ("MODELS", Show("models")),
        ("usage?", Show("usage")),
        ("defaults", Defaults(PromptSpec(""))),
        ("Defaults CLEAR", Defaults(PromptSpec(""), clear=True)),
        ("defaults --size square --quality high", Defaults(PromptSpec("", size="square", quality="high"))),
        ("defaults --effort low", Defaults(PromptSpec("", effort="low"))),
        ("--quality high defaults", Defaults(PromptSpec("", quality="high"))),
    ],
)
def test_a_question_is_one_only_when_it_is_all_that_was_said(text: str, expected: object) -> None:
    """`help`, `models`, `usage` and `defaults` alone are questions, in any case."""
    assert parse_command(text, MODELS) == expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x1bc\x7f\x85d", "abc\nd"),
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("a\r\nb\rc\u2028d", "a\nb\nc d"),
        ("a\tb\n\nc", "a\tb\n\nc"),
        ("half \ud83d surrogate", "half  surrogate"),
        ("red fox\vin snow\fat\x1cdawn", "red fox in snow at dawn"),
        ("red\u00a0fox\u3000in\u2003snow\u202fat\u1680dawn", "red fox in snow at dawn"),
        ("a\u2029b", "a b"),
        ("soft\u00adhyphen\ufdd0\U0001fffe", "softhyphen"),
        ("👨‍👩‍👧 ❤️ 🏴\U000e0067\U000e007f می‌خواهم", "👨‍👩‍👧 ❤️ 🏴\U000e0067\U000e007f می‌خواهم"),
    ],
)
def test_invisible_and_control_characters_are_dropped(typed: str, kept: str) -> None:
    """What hides or reorders text, or cannot be stored, never reaches a prompt; separators are spaces or line ends."""
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    "unseen",
    [
        *["\u200b", "\u200d", "\u200c\u200d", "\ufe0f", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u034f"],
        *["\u00ad", "\u2063", "\U000e0041\U000e0042", "\U000e0100", "\u180e\u17b4", "\v\f\x85\u2028"],
        *["\u3000\u00a0", "\ufffc", '"\u3164"', "--n 2 \u3164", "`\u2800`"],
    ],
)  # fmt: skip
def test_a_prompt_that_cannot_be_seen_is_empty(unseen: str) -> None:
    """Nothing is drawn, or paid for, of characters that nobody sees."""
    assert "Describe the image you want" in refusal(unseen).text


@settings(deadline=None)
@given(st.text(max_size=200))
@example("--")
@example("--no")
@example("--n -1 --")
@example("—no “")
@example("(" * 15_000 + "--n 2" + ")" * 15_000)
@example("\"'" * 8_000 + "--n 2" + "'\"" * 8_000)
@example("a—n" + " " * 30_000 + "x")
@example("a::" + "1" * 30_000 + "x")
@example(".:" * 15_000 + ":")
def test_any_text_is_a_command_or_a_refusal(text: str) -> None:
    """Nothing that can be typed makes the parser fail in another way; what comes out can be stored as UTF-8."""
    assert str(_outcome(text)).encode()


def test_excluded_things_become_a_plain_sentence() -> None:
    """`--no THINGS` ends the prompt as an honest sentence, and nothing is added without things."""
    assert with_exclusions("a fox", "red hat,  dog.") == "a fox\n\nDo not include: red hat, dog."
    assert with_exclusions("a fox", " , ") == "a fox"
    assert with_exclusions("a fox", None) == "a fox"


def test_the_flag_table_has_no_doubles() -> None:
    """Each spelling means one flag, and none that exists is said to be absent."""
    spellings = [word for flag in FLAGS for word in (flag.name, *flag.aliases)]
    absent = [word for entry in ABSENT for word in entry.names]
    assert len({*spellings, *absent}) == len(spellings) + len(absent)
    assert set(FORM_FIELDS) <= set(FLAGS_BY_WORD)


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_every_example_of_the_flag_table_works(flag: Flag) -> None:
    """The example that help shows for a flag is understood as that flag."""
    assert spec(f"a fox {flag.example}") != PromptSpec("a fox")
    assert spec(f"a fox {flag.example}").prompt == "a fox"


@pytest.mark.parametrize("text", ["a red fox - and — " * 1_700, "--no 'x " * 4_500, "v2" + " " * 30_000 + "—x" * 1_000])
def test_hostile_texts_come_to_an_end(text: str) -> None:
    """None of them is tried in every way there is. How long they take is measured by a benchmark."""
    assert _outcome(text)


def _outcome(text: str) -> Command | str:
    try:
        return parse_command(text, MODELS)
    except BadCommand as error:
        return error.text
