"""Words in pictures: every script that Easel has typefaces for is written in its order, joined as it should be."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.domain.pictures import Size
from bot.imaging.languages import detect_language
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.text import Label, missing_characters, render_labels
from bot.presentation.notes import lettering_note
from tests.builders import opened

UNKNOWN = "\U0010fffe"
"""No character, and never one: no typeface anywhere has it."""
SAMPLES = {
    "Latin": "Fjord Žluťoučký Tiếng Việt",
    "Greek": "Καλημέρα κόσμε",
    "Cyrillic": "Доброго ранку",
    "Chinese": "你好 世界",
    "traditional Chinese": "臺灣繁體中文",
    "Japanese": "初雪 こんにちは カタカナ",
    "Korean": "안녕하세요 세계",
    "Korean in pieces": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "Hebrew": "שלום עולם",
    "pointed Hebrew": "בְּרֵאשִׁית בָּרָא",
    "Arabic": "مرحبا بالعالم",
    "Urdu": "یہ اردو ہے",
    "Persian": "سلام دنیا گچپژ",
    "Thaana": "ދިވެހި",
    "Hindi": "नमस्ते दुनिया",
    "Bengali": "বাংলা স্বাগতম",
    "Gujarati": "ગુજરાતી",
    "Punjabi": "ਪੰਜਾਬੀ",
    "Odia": "ଓଡ଼ିଆ",
    "Tamil": "தமிழ் வணக்கம்",
    "Telugu": "తెలుగు",
    "Kannada": "ಕನ್ನಡ",
    "Malayalam": "മലയാളം",
    "Sinhala": "සිංහල ශ්‍රී",
    "Thai": "สวัสดีชาวโลก",
    "Lao": "ສະບາຍດີ",
    "Burmese": "မြန်မာ",
    "Khmer": "ភាសាខ្មែរ",
    "Georgian": "გამარჯობა",
    "Armenian": "Բարեւ",
    "Amharic": "ሰላም",
    "emoji": "🎉🦊🚀",
    "emoji of several": "👩‍🚀❤️👍🏽🇩🇪",
    "currencies": "€₽₿₹₩",
}


@lru_cache
def inks() -> dict[str, Image.Image | None]:
    """All samples, drawn by one child."""
    drawn = render_labels([Label(text, 40, 56, 2000, max_lines=1) for text in SAMPLES.values()])
    return {name: ink and ink.mask for name, ink in zip(SAMPLES, drawn, strict=True)}


def written(texts: Sequence[str], *, width_px: int = 2000, max_lines: int = 1) -> list[Image.Image]:
    """The ink of each."""
    drawn = [ink and ink.mask for ink in render_labels([Label(each, 40, 56, width_px, max_lines) for each in texts])]
    assert None not in drawn
    return [ink for ink in drawn if ink is not None]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_script_is_written(name: str) -> None:
    """Each character has a typeface, and none became a box."""
    assert missing_characters(SAMPLES[name]) == ""
    ink = inks()[name]
    assert ink is not None
    assert not has_boxes(ink)


def test_what_has_no_shape_would_be_a_box() -> None:
    """The test above sees what Pango draws where nobody leaves out a character that no typeface has."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><text x="9" y="45" font-size="40">{UNKNOWN}'
    png = asyncio.run(Rasteriser().draw(f"{svg}</text></svg>".encode(), Size(90, 60), background="auto"))
    alpha = opened(png).getchannel("A")
    assert has_boxes(alpha.crop(alpha.getbbox()))


@pytest.mark.parametrize("words", ["שלום עולם", "مرحبا بالعالم", "ދިވެހި", "یہ اردو ہے"])
def test_what_is_read_from_the_right_is_written_from_the_right(words: str) -> None:
    """The first letter stands at the right end: as if its direction had been ordered, and not as if the other had."""
    plain, from_right, from_left = written([words, f"\u202e{words}\u202c", f"\u202d{words}\u202c"])
    assert plain == from_right
    assert plain != from_left


def test_directions_are_mixed_as_people_read_them() -> None:
    """Numbers and foreign words keep their own direction within a sentence, which has that of its first letter."""
    for typed, shown in (
        ("abc שלום 123 def", "abc 123 םולש def"),
        ("שלום abc 123 עולם", "םלוע abc 123 םולש"),
    ):
        natural, right, wrong = written([typed, f"\u202d{shown}\u202c", f"\u202d{typed}\u202c"])
        assert difference(natural, right) < difference(natural, wrong) / 2, typed


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("ببب", "ب\u200cب\u200cب"),
        ("بہ", "ب\u200cہ"),
        ("سلام", "س\u200cل\u200cا\u200cم"),
        ("क्ष", "क्\u200cष"),
        ("স্ব", "স্\u200cব"),
        ("ශ්\u200dරී", "ශ්රී"),
        ("👩\u200d🚀", "👩🚀"),
        ("🇩🇪", "🇩\u200c🇪"),
    ],
)
def test_letters_that_belong_together_are_joined(joined: str, apart: str) -> None:
    """Arabic letters take the forms of their place in a word, Indic ones become one sign, and so do emoji."""
    one, several = written([joined, apart])
    assert one != several
    assert one.width < several.width


@pytest.mark.parametrize(
    ("base", "once", "twice"), [("ก", "กี", "กี่"), ("ש", "שׁ", "שָׁ"), ("ب", "بّ", "بَّ"), ("a", "â", "ấ")]
)
def test_marks_stand_on_their_letters(base: str, once: str, twice: str) -> None:
    """Each further one makes the sign higher and no wider than a letter is."""
    bare, marked, doubly = written([base, once, twice])
    assert bare.height < marked.height < doubly.height
    assert max(marked.width, doubly.width) <= bare.width * 1.4


def test_a_vowel_that_is_written_before_its_letter_stands_before_it() -> None:
    """In Hindi and Thai alike, although the one is typed after the letter and the other before it."""
    letter_ka, hindi, thai_ko, thai = written(["क", "कि", "ก", "เก"])
    assert hindi.crop((hindi.width - letter_ka.width + 3, 8, hindi.width, hindi.height)).getbbox() is not None
    assert thai.crop((thai.width - thai_ko.width, 0, thai.width, thai.height)) == thai_ko


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello", ""),
        ("한국어", ""),
        ("こんにちは", ""),
        ("你好 世界", "zh-cn"),
        ("初雪の朝", "ja"),
        ("桜前線", "ja"),
        ("臺灣", "ja"),
        ("漢字 한국", "ja"),
        ("你們", ""),
        ("𠮷", ""),
    ],
)
def test_the_language_of_chinese_characters(text: str, language: str) -> None:
    """Kana tell Japanese; otherwise it is the first country whose own set of characters has all of them."""
    assert detect_language(text) == language


def test_chinese_characters_have_the_forms_of_their_language() -> None:
    """What Japan and China write in another way is drawn as each of them does."""
    for char in "直骨":
        chinese, japanese = written([f"{char}、", f"{char}、の"])
        first, other = (ink.crop((0, 0, 41, ink.height)) for ink in (chinese, japanese))
        assert first.crop(first.getbbox()) != other.crop(other.getbbox())


@pytest.mark.parametrize(
    "sentence",
    ["初雪の朝、赤い狐が森を歩く静かな風景。", "สวัสดีชาวโลกวันนี้อากาศดีมาก", "한국어로 쓴 긴 문장입니다.", "W" * 30],
)
def test_lines_break_where_there_are_no_spaces(sentence: str) -> None:
    """Whatever the script, no line is wider than its room; what the last one cannot hold ends in an ellipsis."""
    (all_of_it,) = written([sentence])
    room_px = all_of_it.width // 2 + 60
    two, three = written([sentence, sentence * 9], width_px=room_px, max_lines=3)
    assert two.width <= room_px
    assert three.width <= room_px
    assert 56 <= two.height < 112 <= three.height < 168


def test_no_line_ends_within_what_belongs_together() -> None:
    """Thai vowels that stand before their letter stay with it, and nothing is hyphenated that was typed without."""
    two, one_more = written(["เกเก", "เกเกเ"])
    (broken,) = written(["เก" * 4], width_px=one_more.width + 4, max_lines=3)
    assert broken.width == two.width
    whole, wrapped = written(["W" * 8] * 2, width_px=2000), written(["W" * 8], width_px=250, max_lines=3)
    inked, expected = (sum(value * count for value, count in enumerate(ink[0].histogram())) for ink in (wrapped, whole))
    assert abs(inked - expected) < expected / 200


def test_hearts_are_emoji_where_they_are_meant_as_such() -> None:
    """A sign may be either; the selector behind it tells."""
    text, emoji = written(["❤", "❤\ufe0f"])
    assert text != emoji


def test_a_long_text_ends_in_an_ellipsis() -> None:
    """It is the beginning that is kept, and no accent is cut off its letter."""
    cut, beginning = written(["one two three four five", "one two…"], width_px=200)
    assert cut.width > beginning.width - 30
    assert written(["e\u0301" * 99], width_px=200)[0].crop((0, 0, 20, 40)) == written(["é"])[0].crop((0, 0, 20, 40))


@pytest.mark.parametrize("text", ["", " \n ", "\u200d", "\ufe0f\u2060", UNKNOWN, f"{UNKNOWN}\u0301"])
def test_nothing_to_see_is_no_ink(text: str) -> None:
    """Neither spaces nor what is invisible, and nothing of what has no shape."""
    assert render_labels([Label(text, 40, 56, 400, 3)]) == [None]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (f"a{UNKNOWN}b", "ab"),
        (f"fox {UNKNOWN}\u0301 ok", "fox ok"),
        ("a\nb\tc", "a b c"),
        ("a\x00\x07b", "ab"),
        ("a\ud800b", "ab"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_what_cannot_be_drawn_is_left_out(text: str, same: str) -> None:
    """No boxes, and no accents without their letters."""
    one, other = written([text, same])
    assert one == other


def test_what_looks_like_markup_is_only_text() -> None:
    """People may write what Pango would read as an order."""
    widths = [ink.width for ink in written(["<b>x</b>", "x", "&lt;", "<", "a<b"])]
    assert widths[0] > 3 * widths[1]
    assert widths[2] > 2 * widths[3]
    assert widths[4] > 2 * widths[1]


@pytest.mark.parametrize(
    ("missing", "note"),
    [
        ("", None),
        ("𓀀", "Not drawn, because no font has them: 𓀀 (Egyptian)."),
        ("𐌀ᚠ", "Not drawn, because no font has them: 𐌀 ᚠ (Old Italic, Runic)."),
        ("𠮷", "Not drawn, because no font has them: 𠮷 (Chinese or Japanese)."),
        ("𝄞", "Not drawn, because no font has them: 𝄞."),
        ("ཀ\u0f72", "Not drawn, because no font has them: ཀ (Tibetan)."),
        (UNKNOWN, "Not drawn, because no font has them: U+10FFFE."),
        ("ༀ" * 20, f"Not drawn, because no font has them: {' '.join('ༀ' * 12)} and 8 more (Tibetan)."),
    ],
)
def test_the_note_names_what_is_left_out(missing: str, note: str | None) -> None:
    """The characters, or their numbers where nobody could read them, and whose writing they are."""
    advice = " An admin can install a font where Easel runs."
    assert lettering_note(missing) == (None if note is None else note + advice)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean over all pixels, 0 to 255. Words that follow others begin at a fraction of a pixel."""
    size = max(one.width, other.width), max(one.height, other.height)
    whole = (ink.crop((0, 0, *size)) for ink in (one, other))
    return ImageStat.Stat(ImageChops.difference(*whole)).mean[0]


def has_boxes(ink: Image.Image) -> bool:
    """Whether one of the signs is a frame: four straight lines without a gap."""
    solid = ink.point([0] * 60 + [255] * 196)
    return any(
        all(edge.getextrema() == (255, 255) for edge in edges_of(solid.crop((begin, 0, end, ink.height))))
        for begin, end in signs_of(solid)
        if end - begin > 8
    )


def edges_of(sign: Image.Image) -> tuple[Image.Image, ...]:
    sign = sign.crop(sign.getbbox())
    right, low = sign.width - 1, sign.height - 1
    return tuple(
        sign.crop(each)
        for each in ((0, 0, right, 1), (0, low, right, low + 1), (0, 0, 1, low), (right, 0, right + 1, low))
    )


def signs_of(solid: Image.Image) -> list[tuple[int, int]]:
    """Where each begins and ends, as far as a column without ink tells them apart."""
    inked = [solid.crop((x, 0, x + 1, solid.height)).getbbox() is not None for x in range(solid.width)] + [False]
    begins = [x for x, is_inked in enumerate(inked) if is_inked and (x == 0 or not inked[x - 1])]
    ends = [x for x, is_inked in enumerate(inked) if not is_inked and x > 0 and inked[x - 1]]
    return list(zip(begins, ends, strict=True))
