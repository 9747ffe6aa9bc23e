"""The README's tables are made from the flag table and the catalog."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.cli.readme_tables import flag_table, main, model_table
from bot.grammar.flags import FLAGS

EMPTY = "# Easel\n\n<!-- flags -->\n<!-- /flags -->\n\ntext\n\n<!-- models -->\nold\n<!-- /models -->\nend\n"


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    file = tmp_path / "README.md"
    file.write_text(EMPTY, encoding="utf-8")
    return file


def test_tables_hold_every_flag_and_model() -> None:
    """Each flag and each model has a row of as many cells as the head."""
    assert all(f"`--{flag.name}" in flag_table() for flag in FLAGS)
    assert "| `gpt-image-2` | GPT Image 2 |" in model_table()
    assert "2027-04-01, then `gpt-6.1-terra`" in model_table()
    for table in (flag_table(), model_table()):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_models_are_those_of_the_day_of_the_catalog() -> None:
    """What was shut down by the day on which the newest price was checked has no row; the day of the reader is none."""
    assert "gpt-image-1" not in model_table()
    assert "| `gpt-5.3-codex` |" in model_table()


def test_stale_tables_are_named_and_nothing_is_changed(readme: Path) -> None:
    """`--check` fails, names each stale table, and leaves the file alone."""
    result = CliRunner().invoke(main, ["--check", str(readme)])
    assert result.exit_code == 1
    assert "Stale in README.md: flags, models" in result.output
    assert readme.read_text(encoding="utf-8") == EMPTY


def test_renewed_tables_are_current(readme: Path) -> None:
    """A renewed file keeps its own text, passes the check, and is not written again."""
    runner = CliRunner()
    assert runner.invoke(main, [str(readme)]).exit_code == 0
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# Easel\n\n<!-- flags -->\n| Flag |")
    assert text.endswith("<!-- /models -->\nend\n")
    assert "old" not in text
    again = runner.invoke(main, ["--check", str(readme)])
    assert (again.exit_code, again.output) == (0, "")


def test_a_missing_marker_is_named(readme: Path) -> None:
    """A file without a place for a table is refused, naming the marker."""
    readme.write_text("<!-- flags -->\n<!-- /flags -->\n", encoding="utf-8")
    result = CliRunner().invoke(main, [str(readme)])
    assert result.exit_code == 1
    assert "<!-- models -->" in result.output
