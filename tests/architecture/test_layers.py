"""The layers of docs/design.md, and the few other rules that every module keeps."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text())
    for room in ("bot", "adapters")
    for path in sorted((ROOT / room).rglob("*.py"))
}


def imports(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def words(tree: ast.Module) -> set[str]:
    """The names and attributes that a module's code uses, without its comments and strings."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


WORDS = {name: words(tree) for name, tree in SOURCES.items()}


def test_every_import_goes_downwards() -> None:
    """No module imports one above it, the core imports no platform, and no platform another."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("word", "allowed", "because"),
    [
        ("environ", {"adapters/cli.py"}, "the settings are read once, by bot/settings, from what it is given"),
        ("getenv", set[str](), "the settings are read once, by bot/settings, from what it is given"),
        ("to_thread", set[str](), "the job engine shuts the loop's default executor down with itself"),
    ],
)
def test_some_words_have_no_place(word: str, allowed: set[str], because: str) -> None:
    """What would break another part from afar is used nowhere, or in one place only."""
    assert {name for name, used in WORDS.items() if word in used} <= allowed, because


def test_the_domain_needs_only_the_standard_library() -> None:
    """Pure data, rules and errors depend on nothing that could be replaced."""
    foreign = {
        name: others
        for name, tree in SOURCES.items()
        if name.startswith("bot/domain/") or name == "bot/errors.py"
        if (others := imports(tree) - sys.stdlib_module_names - {"bot"})
    }
    assert foreign == {}


def test_every_module_says_what_it_is_for() -> None:
    """A module begins with a docstring, and one that has outgrown its single subject is split."""
    assert [name for name, tree in SOURCES.items() if not ast.get_docstring(tree)] == []
    lines = {name: len((ROOT / name).read_text().splitlines()) for name in SOURCES}
    assert {name: count for name, count in lines.items() if count > 350} == {}
