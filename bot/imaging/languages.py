"""Detects which language a text with Chinese characters is in: fonts have different glyphs for each."""

import re
from typing import Final

_KANA: Final = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HAN: Final = re.compile("[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff]")
_STANDARDS: Final = (("zh-cn", "gb2312"), ("ja", "shift_jis"))
"""National character sets. If one contains all characters of a text, the text may be in that language."""


def detect_language(text: str) -> str:
    """The BCP 47 tag, for the choice of glyphs; empty if the choice does not matter."""
    han = "".join(_HAN.findall(text))
    if not han:
        return ""
    if _KANA.search(text):
        return "ja"
    for language, encoding in _STANDARDS:
        try:
            han.encode(encoding)
        except UnicodeEncodeError:
            continue
        return language
    return ""
