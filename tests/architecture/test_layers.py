"""The layers of docs/design.md, and the few other rules that every module keeps."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT


@pytest.fixture(scope="module")
def sources() -> dict[str, ast.Module]:
    """Every module of the product, by its path."""
    paths = [path for room in ("bot", "adapters") for path in sorted((ROOT / room).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in paths}


@pytest.fixture(scope="module")
def words(sources: dict[str, ast.Module]) -> dict[str, set[str]]:
    """The names and attributes that each module's code uses, without its comments and strings."""
    return {name: used(tree) for name, tree in sources.items()}


def used(tree: ast.Module) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def imports(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def test_every_import_goes_downwards() -> None:
    """No module imports one above it, the core imports no platform, and no platform another."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("word", "allowed", "because"),
    [
        # The other one explains what the HTTP library reads by itself.
        (
            "environ",
            {"adapters/cli/main.py", "bot/providers/openai_api/network.py"},
            "the settings are read once, by bot/settings, from what it is given",
        ),
        ("getenv", set[str](), "the settings are read once, by bot/settings, from what it is given"),
        ("to_thread", set[str](), "the job engine shuts the loop's default executor down with itself"),
    ],
)
def test_some_words_have_no_place(words: dict[str, set[str]], word: str, allowed: set[str], because: str) -> None:
    """What would break another part from afar is used nowhere, or in one place only."""
    assert {name for name, found in words.items() if word in found} <= allowed, because


def test_the_domain_needs_only_the_standard_library(sources: dict[str, ast.Module]) -> None:
    """Pure data, rules and errors depend on nothing that could be replaced."""
    foreign = {
        name: others
        for name, tree in sources.items()
        if name.startswith("bot/domain/") or name == "bot/errors.py"
        if (others := imports(tree) - sys.stdlib_module_names - {"bot"})
    }
    assert foreign == {}


def test_every_module_says_what_it_is_for(sources: dict[str, ast.Module]) -> None:
    """A module begins with a docstring, and one that has outgrown its single subject is split."""
    assert [name for name, tree in sources.items() if not ast.get_docstring(tree)] == []
    lines = {name: len((ROOT / name).read_text().splitlines()) for name in sources}
    assert {name: count for name, count in lines.items() if count > 350} == {}


def test_no_error_promises_another_try(sources: dict[str, ast.Module]) -> None:
    """An error does not know who handles it: only the layer that tries again says so, on the status card."""
    promise = re.compile(
        r"(?:tries|tried|sent|made \w+) (?:again )?by itself|will be retried|retrying\b.", re.IGNORECASE
    )
    found = [
        f"{name}:{text.lineno}"
        for name, tree in sources.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for text in ast.walk(argument)
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value
        if promise.search(text.value)
    ]
    assert found == []
