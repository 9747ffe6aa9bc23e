"""Classifies a short reply in a thread: an edit, talk among people, or a request to draw the same again.

Uses only the word table `talk.toml`, no model. Replies with unknown words are edits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.commands import Sense
from bot.grammar.characters import LATIN, UNSPACED
from bot.grammar.naming import CHANGES
from bot.grammar.talk_table import WORD_KINDS, WordKind, normalize_phrase, talk_table

_MAX_CHARS: Final = 200
"""Longer replies are edits: small talk is short."""
_MAX_UNKNOWN_WORDS: Final = 4
"""A reply with more unknown words than this is an edit, even if it contains praise."""
_MAX_UNKNOWN_UNSPACED: Final = 8
"""The same limit in characters, for scripts without spaces."""

_SOCIAL: Final[frozenset[WordKind]] = frozenset({"thanks", "greetings", "praise", "agreement", "chatter"})
_ARTICLES: Final = frozenset(
    "a an the ein eine der die das un une le la les una el los las um uma o os as".split()  # noqa: SIM905
)
_SHORTCODE: Final = re.compile(r"<a?:\w+:\d+>|:[\w+-]{2,}:|[0-9#*]\ufe0f?\u20e3")
_EMOJI: Final = re.compile("[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]")
_NO_EMOJI: Final = re.compile("[\u3000-\u3029\u3030-\u3096\u309d-\u30ff\u3105-\u3163]")
_EMOTICON: Final = re.compile(
    r"(?<!\w)(?:[:;=8xX][-'o^]?[)(\]\[DPpOo3/\\|*]+|<3+|\^[_.]?\^|[Tt]_+[Tt]|[oO]_+[oO]|\\o/|\+\d+|¯\\_\(ツ\)_/¯)(?!\w)|\([笑爆w]\)"
)
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_CALL: Final = re.compile(r"(?<!\w)@[\w.-]+")
_CLAUSES: Final = re.compile(r"[.,!?;:…\n。！？、，；：—]+")
_TOKEN: Final = re.compile(rf"[{UNSPACED}]|[0-9{LATIN}]+|\w")
_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
_CHANGE: Final = re.compile(rf"(?<![0-9{LATIN}])(?:{CHANGES})(?![0-9{LATIN}])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Word:
    """A piece of a clause. `kind` is None if the table does not contain it."""

    text: str
    kind: WordKind | None

    @property
    def is_unspaced(self) -> bool:
        return _UNSPACED.match(self.text) is not None

    @property
    def is_weak(self) -> bool:
        """A single character: next to others it may be part of an unknown word."""
        return len(self.text) == 1


def is_emoji_only(text: str) -> bool:
    """Whether the text consists of emoji and emoticons."""
    rest = _SHORTCODE.sub("", _EMOTICON.sub("", text))
    emoji = [char for char in rest if _EMOJI.match(char) and not _NO_EMOJI.match(char)]
    return not any(char.isalnum() for char in rest) and (bool(emoji) or rest != text)


def classify_reply(text: str) -> Sense:
    """The probable intent of a reply without flags and attachments."""
    if len(text) > _MAX_CHARS:
        return "edit"
    cleaned = _CALL.sub(" ", _LINK.sub(" ", _SHORTCODE.sub(" ", _EMOTICON.sub(" ", text))))
    asks = cleaned.rstrip().endswith(("?", "？"))
    parts = [(clause, words) for clause in _CLAUSES.split(cleaned) if (words := _split_clause(clause))]
    clauses = [words for _, words in parts]
    if not clauses:
        return "talk"
    senses: list[Sense] = []
    for index, (clause, words) in enumerate(parts):
        before = {word.kind for word in clauses[index - 1]} if index else set[WordKind | None]()
        may_be_name = "thanks" in before or ("praise" in before and clause.strip()[0].isupper())
        senses.append(_classify_clause(words, asks=asks and index == len(clauses) - 1, may_be_name=may_be_name))
    if "edit" in senses:
        return "edit"
    if "unclear" in senses and not _is_afterthought(clauses, senses):
        return "unclear"
    return "again" if "again" in senses else "talk"


def _classify_clause(words: Sequence[_Word], *, asks: bool, may_be_name: bool) -> Sense:
    kinds: set[WordKind | None] = {word.kind for word in words}
    unknown = [word for word in words if word.kind is None]
    if not unknown:
        return "unclear" if _names_something_to_draw(words) else _classify_kinds(kinds, asks=asks)
    if _asks_for_change(words):
        return "edit"
    if len(unknown) > (_MAX_UNKNOWN_UNSPACED if unknown[0].is_unspaced else _MAX_UNKNOWN_WORDS):
        return "edit"
    if words[0].kind == "thanks" and len(unknown) == 1:
        return "talk"  # thanks Bob
    if kinds & {"thanks", "greetings", "praise", "chatter"}:
        return "unclear"
    if asks and words[0].kind == "questions":
        return "unclear"
    # thanks, Bob
    return "unclear" if may_be_name and len(words) == 1 and not words[0].is_unspaced else "edit"


def _names_something_to_draw(words: Sequence[_Word]) -> bool:
    """Whether the words are an article and a word that is otherwise social: "a well"."""
    return len(words) == 2 and words[0].text in _ARTICLES and words[1].kind in _SOCIAL


def _classify_kinds(kinds: set[WordKind | None], *, asks: bool) -> Sense:
    if "change" in kinds:
        return "edit"
    if "again" in kinds:
        return "talk" if kinds & {"thanks", "praise"} else "again"
    if "unclear" in kinds:
        return "unclear"
    if kinds & _SOCIAL:
        return "talk"
    if "questions" in kinds:
        return "talk" if asks else "unclear"
    return "edit" if "people" in kinds else "unclear"


def _is_afterthought(clauses: Sequence[Sequence[_Word]], senses: Sequence[Sense]) -> bool:
    """Whether all unclear clauses are fillers next to a clear one: "thanks, you all"."""
    unclear = [words for words, sense in zip(clauses, senses, strict=True) if sense == "unclear"]
    return len(unclear) < len(clauses) and all(word.kind == "filler" for words in unclear for word in words)


def _asks_for_change(words: Sequence[_Word]) -> bool:
    if any(word.kind == "change" for word in words):
        return True
    written = " ".join(word.text for word in words)
    return _CHANGE.search(written) is not None or any(
        "change" in talk_table().ends(written, found.start()) for found in _TOKEN.finditer(written)
    )


def _split_clause(clause: str) -> list[_Word]:
    """Splits the clause into pieces, each the longest entry of the table at its position, or a single word."""
    text = normalize_phrase(clause)
    words: list[_Word] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or _is_symbol(text[at]):
            at += 1
            continue
        word = _longest_entry(text, at) or _Word(found[0], None)
        words.append(word)
        at += len(word.text)
    if any(word.kind is None for word in words) or (len(words) > 1 and all(word.is_weak for word in words)):
        return [_Word(word.text, None) if word.is_weak else word for word in words]
    return words


def _longest_entry(text: str, at: int) -> _Word | None:
    """The longest entry that starts at `at`; of equally long ones, the preferred kind."""
    ends = talk_table().ends(text, at)
    if not ends:
        return None
    kind = max(ends, key=lambda kind: (ends[kind], -WORD_KINDS.index(kind)))
    return _Word(text[at : ends[kind]], kind)


def _is_symbol(char: str) -> bool:
    """Whether it is no letter or digit: the class of unspaced scripts includes emoji."""
    return not char.isalnum()
