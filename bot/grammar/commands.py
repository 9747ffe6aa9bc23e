"""Parses the text after `/imagine`, and replies in threads, into a `Command`."""

import re
from collections.abc import Container
from dataclasses import replace

from bot.domain.commands import BackTo, Command, Defaults, Edit, Imagine, Show, Tree, Undo
from bot.domain.requests import PromptSpec
from bot.grammar.characters import blank_if_invisible, clean_text, normalize_for_matching
from bot.grammar.flags import COMMAND
from bot.grammar.naming import find_version_reference
from bot.grammar.prompt_specs import parse_spec
from bot.grammar.talk import classify_reply
from bot.grammar.values import read_version
from bot.grammar.wrappers import strip_quotes
from bot.texts import command_errors

_DEFAULTS = re.compile(r"\bdefaults\b", re.IGNORECASE)
_UNDO = re.compile(r"undo(?: that| it)?|(?:go )?back", re.IGNORECASE)
_BACK_TO = re.compile(r"(?:(?:go )?back(?: to)?|revert to|use)\s+(v[1-9]\d{0,5}[a-z]?)", re.IGNORECASE)
_VERSION = re.compile(r"\b(v[1-9]\d{0,5}[a-z]?)\b", re.IGNORECASE)
_TREE = re.compile(r"tree|versions", re.IGNORECASE)
_SLASH = re.compile(rf"{re.escape(COMMAND)}(?=\s|$)\s*", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_SHORTCODE = re.compile(r"<a?:\w+:\d+>|:[\w+-]+:|[0-9#*]\ufe0f?\u20e3|^\+1$")


def parse_command(text: str, models: Container[str] = ()) -> Command:
    """Parses the text after `/imagine`. `models` are the folded names of models (`Catalog.known_names`).

    Raises:
        BadCommand: there is nothing to draw, or a flag or value is wrong.
    """
    text = clean_text(text).strip()
    if question := _parse_info_command(text, models):
        return question
    spec = parse_spec(text, models)
    if not spec.prompt:
        raise command_errors.prompt_missing()
    return Imagine(spec)


def parse_reply(
    text: str, models: Container[str] = (), *, has_attachments: bool = False, mentions_us: bool = False
) -> Command | None:
    """Parses a reply in a thread: an edit, a move between versions, or None for talk among people.

    With attachments the prompt of an edit may be empty. A reply that consists of links (people answer each other with
    animations) counts as text only with attachments or a mention of Easel. What may be talk is returned as an `Edit`
    with the corresponding `sense`.

    Raises:
        BadCommand: a flag or value is wrong, or a version is named without saying what to change.
    """
    text = _SLASH.sub("", clean_text(text).strip(), count=1)
    if text.startswith("//"):
        return None
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//")).strip()
    if not text:
        return Edit(PromptSpec("")) if has_attachments else None
    content = text if has_attachments or mentions_us else _LINK.sub("", text)
    if not any(char.isalnum() for char in _SHORTCODE.sub("", content)):
        return None
    return (
        parse_move(text)
        or _parse_info_command(text, models)
        or _parse_edit(text, models, has_attachments=has_attachments)
    )


def parse_move(text: str) -> Undo | BackTo | Tree | None:
    """Parses `undo`, `back to v2` and `tree`, if the text contains nothing else."""
    words = " ".join(normalize_for_matching(text).rstrip(".!。 \n").split())
    if _UNDO.fullmatch(words):
        return Undo()
    if back := _BACK_TO.fullmatch(words):
        return BackTo(read_version(back[1]))
    return Tree() if _TREE.fullmatch(words) else None


def _parse_info_command(text: str, models: Container[str]) -> Command | None:
    """Parses `help`, `models`, `usage` and `defaults`, if the text contains nothing else but flags."""
    match normalize_for_matching(text).strip("-—?!.。 \n").casefold():
        case "help" | "models" | "usage" as topic:
            return Show(topic)
        case _:
            pass
    if _DEFAULTS.search(text) is None:
        return None
    spec = parse_spec(text, models)  # flags may come first, too: options chosen in a menu do
    match spec.prompt.casefold().split():
        case ["defaults", "clear"]:
            return Defaults(PromptSpec(""), clear=True)
        case ["defaults"]:
            pass
        case _:
            return None
    if spec.on is not None:
        raise command_errors.version_as_default()
    return Defaults(replace(spec, prompt=""))


def _parse_edit(text: str, models: Container[str], *, has_attachments: bool) -> Edit:
    spec = parse_spec(text, models)
    has_flags = spec != PromptSpec(spec.prompt)
    if named := find_version_reference(spec.prompt):
        version, prompt = named
        if spec.on not in (None, version):
            raise command_errors.two_versions_named(str(version), str(spec.on))
        spec = replace(spec, prompt=blank_if_invisible(strip_quotes(prompt)), on=version)
    if not spec.prompt and not has_attachments:
        raise command_errors.change_missing(str(spec.on or "v2"))
    if has_attachments:
        return Edit(spec)
    sense = classify_reply(spec.prompt)
    if has_flags and sense != "again":
        return Edit(spec)  # nobody adds a flag to talk
    if sense == "again" and spec.on is None and (version := _VERSION.search(normalize_for_matching(spec.prompt))):
        spec = replace(spec, on=read_version(version[1]))
    return Edit(spec, sense)
