"""Texts that reach a chat are in the catalogue of texts and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import errors
from bot.errors import EaselError

ROOT = Path(__file__).parents[2]

CATALOGUE = re.compile(r"bot/(?:texts|presentation)/|adapters/\w+/(?:errors|labels)\.py$")
"""Where they are, so that a reviewer or a translator reads them all in a few files."""
SHELL = re.compile(r"bot/settings/|adapters/(?:app|cli)/|adapters/\w+/setup/")
"""What only an admin reads, in a shell."""
NOT_FOR_CHATS = {
    "bot/grammar/flags.py": "the one table of flags: parser, help, completion and README",
    "bot/observability.py": "help of the metrics",
    "bot/store/blobs.py": "for those who look into the storage",
    "bot/intake/order_builder.py": "the prompt of an edit without words",
    "bot/providers/openai_api/model_listing.py": "what the doctor says of models",
    "bot/providers/svg_author/prompts.py": "what models are asked",
    "bot/providers/svg_author/extraction.py": "what models are told",
    "bot/providers/svg_author/provider.py": "what models are told",
    "bot/imaging/sandbox/drawing.py": "what models are told",
}
FOR_MODELS = re.compile(r"bot/imaging/svg/")
"""Why an SVG cannot be used, for the model that wrote it."""

LEAVES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, EaselError)} | {
    "PaidWithoutImage"
}
SHOWN = LEAVES | {"Card", "Button", "Field", "Form", "FormField", "Choice", "Option", "Subcommand", "Home"}
"""What a person reads is passed to one of these."""
INTERNAL = {"AssertionError", "ValueError", "TypeError", "RuntimeError", "APIError", "APIConnectionError"}
"""What is raised with these is handled before a person could read it."""

WORDS = re.compile(r"[A-Za-z][,;:]? [A-Za-z]")
SENTENCE = re.compile(r".*[a-z]{2},? [a-z]{2}.*[.?!] ?$", re.DOTALL)


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, ast.Module]:
    """Every module of the product that is neither in the catalogue nor for a shell, by its path."""
    paths = [path for room in ("bot", "adapters") for path in sorted((ROOT / room).rglob("*.py"))]
    named = {str(path.relative_to(ROOT)): path for path in paths}
    return {
        name: ast.parse(path.read_text())
        for name, path in named.items()
        if not CATALOGUE.match(name) and not SHELL.match(name)
    }


def test_no_text_is_passed_from_outside_of_the_catalogue(elsewhere: dict[str, ast.Module]) -> None:
    """No error, card, form or note is given words that are written where it is made."""
    found = [
        f"{name}:{text.lineno}: {text.value}"
        for name, tree in elsewhere.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in shown_by(call)
        for text in literals(argument)
        if WORDS.search(text.value)
    ]
    assert found == []


def test_no_sentence_is_written_outside_of_the_catalogue(elsewhere: dict[str, ast.Module]) -> None:
    """Nor does the core keep a sentence for a person in a constant or a return value."""
    found = [
        f"{name}:{text.lineno}: {text.value}"
        for name, tree in elsewhere.items()
        if name.startswith("bot/") and name not in NOT_FOR_CHATS and not FOR_MODELS.match(name)
        for text in literals(tree)
        if SENTENCE.match(text.value)
    ]
    assert found == []


def test_every_exception_is_needed(elsewhere: dict[str, ast.Module]) -> None:
    """A module that no longer has such a sentence is not named any more."""
    needed = {name for name, tree in elsewhere.items() if any(SENTENCE.match(text.value) for text in literals(tree))}
    assert set(NOT_FOR_CHATS) <= needed


def test_no_error_promises_another_try() -> None:
    """An error does not know who handles it: only the status card of a job that waits says that it is tried again."""
    promise = re.compile(
        r"(?<!not )(?:retried|tried again|tries again) (?:automatically|by itself)|will (?:be retried|retry)|retrying",
        re.IGNORECASE,
    )
    found = [
        f"{path.relative_to(ROOT)}:{text.lineno}: {text.value}"
        for path in sorted((*(ROOT / "bot/texts").rglob("*.py"), *(ROOT / "adapters").glob("*/errors.py")))
        for text in literals(ast.parse(path.read_text()))
        if promise.search(text.value)
    ]
    assert found == []


@pytest.mark.parametrize("word", ["picture", "whoever", "wish", "anew", "by itself", "any more"])
def test_one_word_for_one_thing(word: str) -> None:
    """The catalogue says image, and says it plainly."""
    found = [
        f"{path.relative_to(ROOT)}:{text.lineno}: {text.value}"
        for path in sorted((*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")))
        if CATALOGUE.match(str(path.relative_to(ROOT)))
        for text in literals(ast.parse(path.read_text()))
        if " " in text.value and re.search(rf"\b{word}s?\b", text.value, re.IGNORECASE)
    ]
    assert found == []


def shown_by(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that a person reads."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name_of(call.func) in SHOWN or is_constructor_of_parent(call.func):
        yield from call.args
        yield from keywords.values()
    elif name_of(call.func) in {"append", "extend"} and is_of_notes(call.func):
        yield from call.args
    elif "notes" in keywords:
        yield keywords["notes"]


def literals(node: ast.AST) -> Iterator[ast.Constant]:
    """The strings written in code, without docstrings, internal errors and what is logged."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and (name_of(node.func) in INTERNAL or is_logging(node.func)):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from literals(child)


def name_of(function: ast.expr) -> str:
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def is_constructor_of_parent(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr == "__init__"


def is_of_notes(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and name_of(function.value) == "notes"


def is_logging(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and name_of(function.value) == "_log"
