"""The documentation's tables are made from the flag table, the catalog and the settings."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.cli.docs_tables import flag_table, main, model_table, setting_table
from bot.grammar.flags import FLAGS
from bot.settings.settings import Settings, variable

COMMANDS = "# Commands\n\n<!-- flags -->\n<!-- /flags -->\n\ntext\n"
REST = "# Rest\n\n<!-- models -->\nold\n<!-- /models -->\n<!-- settings -->\n<!-- /settings -->\nend\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files that hold all tables between them, none of them current."""
    (tmp_path / "commands.md").write_text(COMMANDS, encoding="utf-8")
    (tmp_path / "rest.md").write_text(REST, encoding="utf-8")
    return [str(tmp_path / "commands.md"), str(tmp_path / "rest.md")]


def test_tables_hold_every_flag_model_and_setting() -> None:
    """Each flag, model and setting has a row of as many cells as the head."""
    assert all(f"`--{flag.name}" in flag_table() for flag in FLAGS)
    assert "| `gpt-image-2` | GPT Image 2 |" in model_table()
    assert "2027-04-01, then `gpt-6.1-terra`" in model_table()
    assert all(f"| `{variable(name)}` |" in setting_table() for name in Settings.model_fields)
    for table in (flag_table(), model_table(), setting_table()):
        assert len({line.replace("\\|", "").count("|") for line in table.splitlines()}) == 1


def test_the_models_are_those_of_the_day_of_the_catalog() -> None:
    """What was shut down by the day on which the newest price was checked has no row; the day of the reader is none."""
    assert "gpt-image-1" not in model_table()
    assert "| `gpt-5.3-codex` |" in model_table()


def test_stale_tables_are_named_and_nothing_is_changed(files: list[str]) -> None:
    """`--check` fails, names each stale table, and leaves the files alone."""
    result = CliRunner().invoke(main, ["--check", *files])
    assert result.exit_code == 1
    assert "Stale in commands.md: flags\n" in result.output
    assert "Stale in rest.md: models, settings\n" in result.output
    assert [Path(file).read_text(encoding="utf-8") for file in files] == [COMMANDS, REST]


def test_renewed_tables_are_current(files: list[str]) -> None:
    """Renewed files keep their own text, pass the check, and are not written again."""
    runner = CliRunner()
    assert runner.invoke(main, files).exit_code == 0
    commands, rest = (Path(file).read_text(encoding="utf-8") for file in files)
    assert commands.startswith("# Commands\n\n<!-- flags -->\n| Flag |")
    assert rest.endswith("<!-- /settings -->\nend\n")
    assert "\nold\n" not in rest
    again = runner.invoke(main, ["--check", *files])
    assert (again.exit_code, again.output) == (0, "")


def test_a_table_that_no_file_has_is_named(files: list[str]) -> None:
    """Every table has its place in one of the files."""
    result = CliRunner().invoke(main, files[:1])
    assert result.exit_code == 1
    assert "<!-- models -->, <!-- settings -->" in result.output


def test_a_table_without_an_end_is_refused(tmp_path: Path) -> None:
    """A marker that is not closed is named."""
    file = tmp_path / "open.md"
    file.write_text("<!-- flags -->\n", encoding="utf-8")
    result = CliRunner().invoke(main, [str(file)])
    assert result.exit_code == 1
    assert "<!-- flags --> without <!-- /flags -->" in result.output
