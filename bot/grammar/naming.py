"""Finds which version an edit refers to: "make v2 darker" names one, "V8 engine" does not.

A version counts if punctuation follows it, or if it is the object of a known verb; otherwise the text is about the
newest version. The word lists cover the most frequent words of a few languages; `v2:` and `--on v2` work in all.
"""

import re
from typing import Final

from bot.domain.requests import VersionName
from bot.grammar.characters import LATIN, normalize_for_matching
from bot.grammar.values import read_version

# Each is an alternation for use within a pattern.
_VERBS: Final = (  # their object can be a picture
    "make|edit|change|turn|darken|brighten|lighten|blur|sharpen|crop|rotate|flip|mirror|resize|scale|zoom|colou?r|"
    "recolou?r|tint|fix|adjust|improve|enhance|upscale|extend|expand|modify|update|tweak|restyle|rework|vary|"
    "mache?|ändere|bearbeite|verändere|drehe|spiegle|schneide|vergrößere|verkleinere|färbe|"
    "haz|cambia|edita|modifica|gira|recorta|oscurece|aclara|rends|modifie|tourne|recadre|assombris|éclaircis|fais|"
    "faça|faz|deixe|mude|edite|altere|gire|recorte|escureça|clareie"
)
_OTHER_VERBS: Final = (  # their object is something in a picture
    "add|remove|delete|erase|replace|swap|put|place|insert|move|give|draw|paint|write|fill|use|let|try|keep|set|"
    "entferne|füge|ersetze|setze|quita|añade|pon|reemplaza|enlève|ajoute|mets|remplace|remova|adicione|coloque"
)
_COMPARED: Final = (  # how a picture can be, compared with another
    "darker|brighter|lighter|warmer|cooler|colder|softer|sharper|smoother|bigger|larger|smaller|taller|wider|narrower|"
    "closer|simpler|cleaner|bolder|happier|sadder|older|younger|faster|slower|higher|lower|better|more|less|"
    "dunkler|heller|wärmer|kälter|größer|kleiner|schärfer|weicher|bunter|mehr|weniger|más|menos|plus|moins|mais"
)
CHANGES: Final = f"{_VERBS}|{_OTHER_VERBS}|{_COMPARED}"
"""Words that show that a text is an edit, as an alternation for use within a pattern."""
_LOOKS: Final = (  # how a picture can be
    f"{_COMPARED}|"
    "red|orange|yellow|green|blue|purple|violet|pink|brown|black|white|gr[ea]y|golden|silver|square|round|blurred|dark"
)
_AFTER_OBJECT: Final = (  # what follows a version that is a verb's object: no noun, as in "make V8 engine roar"
    f"{_LOOKS}|a|an|the|look|into|to|so|and|but|with|without|by|in|on|at|from|like|slightly|much|even|again|please|"
    "ein|eine|etwas|viel|bitte|un|una|une|um|uma"
)
_PREPOSITION: Final = "on|in|from|at|to|take|use|auf|bei|aus|von|nimm|en|de|desde|sur|dans|em|na"
_EDIT: Final = "edit|change|modify|update|adjust|make|bearbeite|ändere|edita|cambia|modifica|modifie|edite|mude|altere"
_LINK: Final = "and|then|please|und|dann|bitte|y|et|e"
_BUT: Final = "but|aber|pero|mais|mas"

_END: Final = rf"(?![0-9{LATIN}])"
_VERSION: Final = rf"v[1-9]\d{{0,5}}[a-z]?{_END}"
_NAME: Final = rf"[(\[*_~`]*({_VERSION})[)\]*_~`]*"
_STOP: Final = (
    r"(?>\s*+(?:[:;、。…)\]]|[,.](?!\d)|—|->|=>|→)\s*|\s*+-{1,2}\s+|\s++-{1,2}\s*|[ \t]*+\n\s*|\s*+\Z)"
    rf"(?!{_VERSION})"
)
_POLITE: Final = r"(?:(?:please|now|ok|okay|then|can you|could you|bitte|por favor|s'il te plaît)[\s,]+)*"

_BEFORE_THE_REST: Final = tuple(
    re.compile(_POLITE + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?:{_PREPOSITION})\s+)?{_NAME}{_STOP}",
        rf"(?:{_EDIT})\s+{_NAME}{_STOP}",
        rf"(?:(?:{_PREPOSITION})\s+)?{_NAME},?\s++(?:{_BUT})\s+",
        rf"(?:(?:{_PREPOSITION})\s+)?{_NAME}(?:,?\s++(?:{_LINK}))?\s++(?=(?:{_VERBS}|{_OTHER_VERBS}|{_COMPARED}){_END})",
        rf"(?:{_PREPOSITION})\s+{_NAME}\s++(?=(?:{_LOOKS}){_END})",
    )
)
_WITHIN_ALL: Final = (
    re.compile(
        rf"{_POLITE}(?:{_VERBS})\s+{_NAME}(?=\s*+(?:[,.;:!?—]|\Z)|\s++(?:{_AFTER_OBJECT}){_END}(?!\s+{_VERSION}))",
        re.IGNORECASE,
    ),
    re.compile(rf"[把将將]\s*{_NAME}"),
    re.compile(rf"{_NAME}\s*[を을를]"),
    # "remove the cover from V8": engines are written with a capital letter, versions mostly without.
    re.compile(
        rf"(?i:{_POLITE}(?:remove|delete|erase|entferne|quita|enlève|remova)\s).*\s(?:{_PREPOSITION})\s+({_VERSION})[.!\s]*\Z",
        re.DOTALL,
    ),
)


def find_version_reference(text: str) -> tuple[VersionName, str] | None:
    """The version that the text names, and the text without a leading name; None if it names none."""
    found_in = normalize_for_matching(text)
    for pattern in _BEFORE_THE_REST:
        if found := pattern.match(found_in):
            return read_version(found[1]), text[found.end() :]
    for pattern in _WITHIN_ALL:
        if found := pattern.match(found_in):
            return read_version(found[1]), text
    return None
