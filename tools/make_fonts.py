# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools>=4.60"]
# ///
"""Makes the Noto files of bot/imaging/fonts from the full ones: `uv run tools/make_fonts.py CORE CJK EMOJI`.

    CORE    the folder of Debian's package fonts-noto-core with NotoSans…-Regular.ttf
    CJK     NotoSansCJK-Regular.ttc of Debian's package fonts-noto-cjk
    EMOJI   noto-emoji-emoji-400-normal.woff of the npm package @fontsource/noto-emoji

The result is the same for the same sources. README.md beside the files says which they were. It takes some minutes.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[1] / "bot" / "imaging" / "fonts"
SANS = """
    Arabic Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar
    Oriya Sinhala Tamil Telugu Thaana Thai
"""
SIMPLIFIED = 2
"""The typeface of the collection whose forms are the usual ones: the others follow from the language of a text."""
KANA_AND_SIGNS = [(0x3000, 0x312F), (0x31F0, 0x33FF), (0xFF00, 0xFFEF)]
HANGUL = [(0x3131, 0x318E), (0xAC00, 0xD7A3)]


def main(core: Path, cjk: Path, emoji: Path) -> None:
    for name in SANS.split():
        save(subsetted(TTFont(core / f"NotoSans{name}-Regular.ttf")), f"NotoSans{name}-Regular.ttf")
    latin = TTFont(core / "NotoSans-Regular.ttf")
    dejavu = TTFont(FOLDER / "DejaVuSans.ttf").getBestCmap().keys()
    save(subsetted(latin, latin.getBestCmap().keys() - dejavu), "NotoSans-Regular.ttf")
    save(subsetted(TTFont(emoji)), "NotoEmoji-Regular.ttf")
    save(chinese_japanese_korean(cjk), "NotoSansCJK-Regular.otf")


def chinese_japanese_korean(cjk: Path) -> TTFont:
    """What the first standards of China, Japan, Korea and Taiwan hold, with Japan's own forms of common characters."""
    common = encoded("euc_jp", range(0xA1, 0xD0))
    wanted = (
        {chr(code) for first, last in KANA_AND_SIGNS + HANGUL for code in range(first, last + 1)}
        | encoded("gb2312", range(0xA1, 0xF8))
        | encoded("euc_jp", range(0xA1, 0xF5))
        | encoded("cp932", range(0xED, 0xFD))
        | encoded("big5", range(0xA1, 0xC7))
        | encoded("euc_kr", range(0xA1, 0xAD))
    )
    font = TTFont(cjk, fontNumber=SIMPLIFIED)
    glyphs = font.getBestCmap()
    keep_japanese_forms(font, {glyphs[ord(char)] for char in common if ord(char) in glyphs})
    return subsetted(font, map(ord, wanted), ["ccmp", "locl", "vert"])


def encoded(codec: str, leads: Iterable[int]) -> set[str]:
    """The characters of two bytes in an encoding that begin with one of `leads`."""
    found: set[str] = set()
    for pair in (bytes((lead, trail)) for lead in leads for trail in range(0x40, 0xFF)):
        try:
            char = pair.decode(codec)
        except UnicodeDecodeError:
            continue
        found |= {char} if len(char) == 1 else set()
    return found


def keep_japanese_forms(font: TTFont, glyphs: set[str]) -> None:
    """Of all forms by language, only those for Japanese of these glyphs."""
    table = font["GSUB"].table
    kept: set[int] = set()
    for record in table.ScriptList.ScriptRecord:
        script = record.Script
        script.LangSysRecord = [each for each in script.LangSysRecord if each.LangSysTag.strip() == "JAN"]
        script.LangSysCount = len(script.LangSysRecord)
        for each in script.LangSysRecord:
            features = [table.FeatureList.FeatureRecord[index] for index in each.LangSys.FeatureIndex]
            kept |= {index for one in features if one.FeatureTag == "locl" for index in one.Feature.LookupListIndex}
    for index in kept:
        for form in table.LookupList.Lookup[index].SubTable:
            single = getattr(form, "ExtSubTable", form)
            single.mapping = {glyph: other for glyph, other in single.mapping.items() if glyph in glyphs}


def subsetted(font: TTFont, codes: Iterable[int] | None = None, features: list[str] | None = None) -> TTFont:
    """Without hints, which are for the small letters of screens, and without what `codes` and `features` leave out."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = features or ["*"]
    options.layout_scripts = ["*"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["BASE", "VORG", "STAT"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(font.getBestCmap() if codes is None else codes))
    subsetter.subset(font)
    font.flavor = None
    font.recalcTimestamp = False
    return font


def save(font: TTFont, name: str) -> None:
    font.save(FOLDER / name)
    print(f"{(FOLDER / name).stat().st_size:>9,} {name}")  # noqa: T201 -- it is run by hand


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
