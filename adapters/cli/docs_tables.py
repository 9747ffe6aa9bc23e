"""Keeps the README's tables of flags and models true: `python -m adapters.cli.readme_tables [--check] README.md`."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.catalog.loading import load_entries
from bot.catalog.model import Model
from bot.catalog.pricing import price_hint
from bot.grammar.flags import FLAGS, Flag


def flag_table() -> str:
    """Every flag, as a Markdown table."""
    rows = [(_spellings(flag), flag.summary, flag.legal, f"`{flag.example}`") for flag in FLAGS]
    return _table(("Flag", "What it does", "Values", "Example"), rows)


def model_table() -> str:
    """Every built-in model that was served on the day when the newest price was checked, as a Markdown table.

    So the table follows from the catalog alone, whatever day it is: no day that passes makes it stale.
    """
    models = load_entries(None).models.values()
    day = max(model.prices.checked for model in models if model.prices is not None)
    rows = [_row(model) for model in models if model.shutdown is None or model.shutdown > day]
    return _table(("Model", "Name", "Sizes", "Qualities", "Price of one picture", "Until"), rows)


def renewed(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with current tables between its markers, and the names of those that were stale.

    Raises:
        click.ClickException: a marker is missing.
    """
    stale: list[str] = []
    for name, table in (("flags", flag_table()), ("models", model_table())):
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, begin_found, rest = text.partition(begin)
        old, end_found, after = rest.partition(end)
        if not begin_found or not end_found:
            raise click.ClickException(f"The text has no {begin} … {end}.")
        new = f"\n{table}\n"
        if old != new:
            stale.append(name)
        text = before + begin + new + end + after
    return text, tuple(stale)


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail where a table is stale.")
@click.argument("readme", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(*, check: bool, readme: Path) -> None:
    """Renews the tables between the markers of README."""
    text, stale = renewed(readme.read_text(encoding="utf-8"))
    if check and stale:
        raise click.ClickException(
            f"Stale in {readme.name}: {', '.join(stale)}. Run: python -m adapters.cli.readme_tables {readme.name}"
        )
    if stale:
        readme.write_text(text, encoding="utf-8")
        click.echo(f"Renewed in {readme.name}: {', '.join(stale)}")


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
