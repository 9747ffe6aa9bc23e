"""Which of the languages that share Chinese characters a text is in: each writes some of them in a form of its own."""

import re
from typing import Final

_KANA: Final = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HAN: Final = re.compile("[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff]")
_STANDARDS: Final = (("zh-cn", "gb2312"), ("ja", "shift_jis"))
"""Each country's own set of characters. Where one holds all that a text has, the text may be in that language."""


def detect_language(text: str) -> str:
    """Its tag, as BCP 47 has it, for the choice of forms; empty where there is nothing to choose."""
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
