"""Links, file names and module names in the documentation lead to something that exists."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
FOLDERS = (ROOT, ROOT / "bot", ROOT / "adapters", ROOT / "bot/providers")
"""What a path in the documentation may be relative to."""
PLATFORMS_OWN = {
    "`/imagine` failed with the error `dispatch_failed`",
    "`/imagine` is not a valid command",
    "The application did not respond",
}
"""Error texts of Slack and Discord that the documentation explains."""

_FENCED = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
_PATH = re.compile(r"(?<![\w./:*-])(\.?[\w-]+(?:/[\w.*-]+)+/?|[\w-]+/)(?![\w/:{])")
_DEFINED = re.compile(r"((?:`\w+`,? and )?`\w+`),?\s+in\s+(?:`([\w/.]+\.py)`|\[[^\]]*\]\((?:\.\./)?([\w/.]+\.py)\))")
_FILE = re.compile(r"[\w*-]+\.py")
_MODULE = re.compile(r"(?<![\w./-])((?:bot|adapters|tests)(?:\.\w+)+)(?!\w)")


def links(document: str) -> Iterator[str]:
    for found in _LINK.finditer(_FENCED.sub("", (ROOT / document).read_text())):
        target = found[1] or found[2]
        if "://" not in target:
            yield target


def quoted(document: str) -> list[str]:
    """Everything that is set as code, in a line or as a block."""
    text = (ROOT / document).read_text()
    return [found[0] for found in _FENCED.finditer(text)] + _CODE.findall(_FENCED.sub("", text))


def paths(document: str) -> Iterator[str]:
    """The quoted paths that begin with a folder of the repository, and names of Python files.

    A folder alone ends with a slash.
    """
    for code in quoted(document):
        for found in _PATH.finditer(code):
            first = found[1].split("/")[0]
            if first != ".venv" and any((folder / first).is_dir() for folder in FOLDERS):
                yield found[1].rstrip(".")
        if _FILE.fullmatch(code):
            yield code


def exists(path: str) -> bool:
    """Whether the path, which may have a `*` and leave out `.py`, leads to a file or folder."""
    if "/" not in path:
        return any(next((ROOT / top).rglob(path), None) for top in ("bot", "adapters", "tests"))
    return any(next(folder.glob(name), None) for folder in FOLDERS for name in (path.rstrip("/"), f"{path}.py"))


@cache
def anchors(document: Path) -> frozenset[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", document.read_text()), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return frozenset(re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain)


def is_module(name: str) -> bool:
    """Whether a dotted name is a module or package, or is defined in one."""
    path = ROOT / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    parent = path.parent.with_suffix(".py")
    return parent.is_file() and re.search(rf"\b{path.name}\b", parent.read_text()) is not None


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings(document: str) -> None:
    """Every relative link names a file or folder of the repository, and a heading that is there."""
    folder = (ROOT / document).parent
    broken: list[str] = []
    for link in links(document):
        name, _, anchor = link.partition("#")
        target = (folder / name).resolve() if name else ROOT / document
        if not target.is_relative_to(ROOT) or not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS)
def test_quoted_paths_exist(document: str) -> None:
    """Every path set as code that begins with a folder of the repository exists."""
    assert [path for path in paths(document) if not exists(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_names_are_in_the_files_that_are_said_to_have_them(document: str) -> None:
    """Where a name is said to be in a file, such as `submit` in a link to the engine, the file has it."""
    found = [
        (name, file or link)
        for names, file, link in _DEFINED.findall((ROOT / document).read_text())
        for name in re.findall(r"\w+", names.replace(" and ", " "))
    ]
    assert [
        pair for pair in found if not re.search(rf"\b{pair[0]}\b", (ROOT / pair[1]).read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize("document", ["docs/slack.md", "docs/discord.md"])
def test_texts_of_ours_are_quoted_as_they_are(document: str) -> None:
    """What the tables of problems quote is what Easel says, or what the platform itself does."""
    text = (ROOT / document).read_text()
    said = re.findall(r'^\| "([^"]+)"', text.partition("## If something does not work")[2], re.MULTILINE)
    sources = [path.read_text() for package in ("adapters", "bot") for path in (ROOT / package).rglob("*.py")]
    ours = set(said) - PLATFORMS_OWN
    assert ours
    assert {words for words in ours if not any(words in source for source in sources)} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_quoted_modules_exist(document: str) -> None:
    """Every dotted name set as code that begins with one of our packages is a module, or is defined in one."""
    named = [found[1] for code in quoted(document) for found in _MODULE.finditer(code)]
    assert [name for name in named if not is_module(name)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`bot/jobs/`", ["bot/jobs/"]),
        ("`adapters/slack/ids.py`, `.ci/run` and `jobs/retries`", ["adapters/slack/ids.py", ".ci/run", "jobs/retries"]),
        ("`limits.py` and `message.txt`", ["limits.py"]),
        ("`/slack/` and `s3://bot/x` and `Qwen/Qwen-Image` and bot/plain", []),
        ("```\npytest tests/unit/test_nothing.py\n```", ["tests/unit/test_nothing.py"]),
    ],
)
def test_paths_are_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: list[str]) -> None:
    """A path is what is set as code and begins with a folder of ours; addresses and names of models are none."""
    (tmp_path / "text.md").write_text(text)
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    assert list(paths("text.md")) == found


def test_what_exists_is_told_from_what_does_not() -> None:
    """A path exists with and without `.py`, and from the packages' own folders; a wrong name does not."""
    assert all(map(exists, ("bot/ports.py", "bot/jobs/", "jobs/retries", "openai_api/errors", "limits.py", "bot/*.py")))
    assert not any(map(exists, ("bot/port.py", "bot/job/", "jobs/retry", "nowhere.py", "bot/x*.py")))


def test_anchors_are_those_of_github(tmp_path: Path) -> None:
    """Lower case, without punctuation, spaces as dashes; what is in a block of code is no heading."""
    document = tmp_path / "text.md"
    document.write_text("# Use it, in [Slack](x)\n```\n# no heading\n```\n## `/imagine`: draw\n")
    assert anchors(document) == {"use-it-in-slack", "imagine-draw"}
