"""Joins the arguments from a shell into one text for the grammar."""

from collections.abc import Iterable

from bot.grammar.flags import FLAGS_BY_WORD


def join_words(words: Iterable[str]) -> str:
    """Joins the words. Flag values with spaces are quoted again, since the shell removed their quotes."""
    parts: list[str] = []
    takes_value = False
    for word in words:
        name, is_glued, value = word.partition("=")
        flag = FLAGS_BY_WORD.get(name.lstrip("-")) if word.startswith("-") else None
        if flag and is_glued:
            parts.append(f"{name}={_quote_if_needed(value)}")
        else:
            parts.append(_quote_if_needed(word) if takes_value else word)
        takes_value = flag is not None and bool(flag.value) and not is_glued
    return " ".join(parts)


def _quote_if_needed(value: str) -> str:
    return f'"{value}"' if any(char.isspace() for char in value) and '"' not in value else value
