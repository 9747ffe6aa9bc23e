"""Generated tables of the documentation: flags, models, settings.

`python -m adapters.cli.docs_tables [--check] docs/*.md` renews each table between its markers, such as
`<!-- flags -->` and `<!-- /flags -->`.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from bot.catalog.loading import load_entries
from bot.catalog.model import Model
from bot.catalog.pricing import price_hint
from bot.grammar.flags import FLAGS, Flag
from bot.settings.fields import display_value, example_of, legal_values
from bot.settings.settings import Settings, variable


def flag_table() -> str:
    """All flags, as a Markdown table."""
    rows = [(_spellings(flag), flag.summary, flag.legal, f"`{flag.example}`") for flag in FLAGS]
    return _table(("Flag", "What it does", "Values", "Example"), rows)


def model_table() -> str:
    """All built-in models, as a Markdown table, without those shut down before the newest price was checked.

    The table depends on the catalog alone and not on the current date.
    """
    models = load_entries(None).models.values()
    day = max(model.prices.checked for model in models if model.prices is not None)
    rows = [_row(model) for model in models if model.shutdown is None or model.shutdown > day]
    return _table(("Model", "Name", "Sizes", "Qualities", "Price of one picture", "Until"), rows)


def setting_table() -> str:
    """All settings, in the order of `.env.example`, as a Markdown table."""
    rows = [
        (
            f"`{variable(name)}`",
            str(field.description),
            legal_values(field),
            _code(display_value(field.default)),
            _code(example_of(field)),
        )
        for name, field in Settings.model_fields.items()
    ]
    return _table(("Setting", "What it does", "Values", "Default", "Example"), rows)


TABLES: Mapping[str, Callable[[], str]] = {"flags": flag_table, "models": model_table, "settings": setting_table}
"""Each table by the name in its markers."""


def update_tables(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Renews the tables of one file.

    Returns:
        The text with current tables, the names of all tables in it, and the names of those that were stale.

    Raises:
        click.ClickException: a table begins and does not end.
    """
    found: list[str] = []
    stale: list[str] = []
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, begin_found, rest = text.partition(begin)
        if not begin_found:
            continue
        old, end_found, after = rest.partition(end)
        if not end_found:
            raise click.ClickException(f"The text has {begin} without {end}.")
        new = f"\n{table()}\n"
        found.append(name)
        if old != new:
            stale.append(name)
        text = before + begin + new + end + after
    return text, tuple(found), tuple(stale)


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a table is stale.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(*, check: bool, files: Sequence[Path]) -> None:
    """Renews the tables between the markers in FILES. Every table must be in one of them."""
    missing = set(TABLES)
    stale_files: list[Path] = []
    for file in files:
        text, found, stale = update_tables(file.read_text(encoding="utf-8"))
        missing -= set(found)
        if not stale:
            continue
        stale_files.append(file)
        click.echo(f"{'Stale' if check else 'Renewed'} in {file.name}: {', '.join(stale)}")
        if not check:
            file.write_text(text, encoding="utf-8")
    if missing:
        markers = ", ".join(f"<!-- {name} -->" for name in sorted(missing))
        raise click.ClickException(f"No file has the markers {markers}.")
    if check and stale_files:
        raise click.ClickException("Tables are stale. Run: make fix")


def _code(value: str) -> str:
    return f"`{value}`" if value else ""


def _spellings(flag: Flag) -> str:
    aliases = [f"-{alias}" if len(alias) == 1 else f"--{alias}" for alias in flag.aliases]
    value = f" {flag.value}" if flag.value else ""
    return ", ".join(f"`{word}`" for word in (f"--{flag.name}{value}", *aliases))


def _row(model: Model) -> tuple[str, ...]:
    qualities = ", ".join(model.qualities)
    return f"`{model.name}`", model.label, model.sizes.summary, qualities, price_hint(model), _until(model)


def _until(model: Model) -> str:
    if model.shutdown is None:
        return ""
    return f"{model.shutdown}, then `{model.successor}`" if model.successor else str(model.shutdown)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    main()
