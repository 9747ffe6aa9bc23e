"""`easel`: what people type in a shell. Errors are one or two plain lines, never a traceback.

Everything but click and the standard library is imported by the command that needs it: `easel --help` answers at
once, while the job engine and its friends take seconds to import.
"""

import asyncio
import getpass
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import click

from adapters.cli_discord import discord
from bot.errors import EaselError

if TYPE_CHECKING:
    from adapters.bootstrap import Ready
    from adapters.terminal.imagine import Image
    from adapters.terminal.render import Outcome, Saved
    from bot.settings.settings import Settings

_CANCELLED = 130
"""What shells report for a command that Ctrl-C ended."""
_INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)
_CHANNEL_HELP = "Also look whether Easel can work in this channel of Slack or Discord. May be given several times."


class _PlainErrors(click.Group):
    """Says what went wrong on standard error, with exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except OSError as error:
            _fail(": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error))
        except (EaselError, BaseExceptionGroup) as error:
            problem = next(_problems(error), None)
            if problem is None:
                raise
            _fail(problem.text, problem.hint)


class _Imagine(click.Command):
    """Lists the flags of `/imagine` below its own options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from bot.grammar.flags import FLAGS

        super().format_options(ctx, formatter)
        with formatter.section("Flags"):
            formatter.write_dl([(f"--{flag.name} {flag.value}".strip(), flag.summary) for flag in FLAGS])


def _public_url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    """Slack calls nothing but https, and the paths there are Easel's."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)
        is_fine = parts.scheme == "https" and bool(parts.hostname) and is_bare and parts.port != 0
    except ValueError:  # no address at all, or no port
        is_fine = False
    if not is_fine or re.search(r"\s", url):
        raise click.BadParameter(f"{url!r} must be https:// and a host name, such as https://easel.example.com")
    return url.rstrip("/")


def _channel_ids(_: click.Context, __: click.Parameter, channels: Sequence[str]) -> Sequence[str]:
    for channel in channels:
        if not re.fullmatch(r"[CDG][A-Z0-9]{4,}|[0-9]{15,20}", channel):
            hint = "Slack shows it at the end of the channel's details; Discord copies it from the channel's menu."
            raise click.BadParameter(f"{channel!r} is no channel's ID. {hint}")
    return channels


@click.group(cls=_PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="easel", message="easel %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """The image studio inside your team's chat: type /imagine, reply to edit."""
    context.obj = _settings


main.add_command(discord)


@main.command()
def run() -> None:
    """Start Easel: every configured platform, or else the playground."""
    from bot.observability import configure_logging

    settings = _settings()
    configure_logging(settings.log_format, settings.log_level)
    with suppress(asyncio.CancelledError):
        asyncio.run(_run(settings))


@main.command(cls=_Imagine, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="PROMPT [FLAGS]", type=click.UNPROCESSED)
@click.option("-i", "--image", "images", multiple=True, type=_INPUT, help="The picture to edit, then others to use.")
@click.option("--mask", type=_INPUT, help="A PNG whose transparent area may change.")
@click.option("--markup", type=_INPUT, help="A transparent PNG of what is drawn on the picture to show what is meant.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=_OUTPUT,
    help="The file to write; several become FILE-1, FILE-2; SVG beside.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
def imagine(
    words: Sequence[str], images: Sequence[Path], mask: Path | None, markup: Path | None, output: Path, as_json: bool
) -> None:
    """Draw PROMPT, or change a picture given with -i, and write it to a file."""
    # Found out now rather than after a picture was drawn, and perhaps paid for.
    if not output.parent.is_dir():
        _fail(f"There is no directory {str(output.parent)!r} to write to.")
    if not os.access(output.parent, os.W_OK):
        _fail(f"Nothing can be written to {str(output.parent)!r}.")
    from adapters.shell import command_text
    from adapters.terminal.imagine import Image, save

    given = [Image(path.name, path.read_bytes()) for path in images]
    given += [Image(mask.name, mask.read_bytes(), role="mask")] if mask else []
    given += [Image(markup.name, markup.read_bytes(), role="markup")] if markup else []
    outcome = _ask(command_text(words), given)
    saved = save(outcome, output)
    _show(outcome, as_json=as_json, saved=saved)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
def usage(as_json: bool) -> None:
    """Show what was drawn this month, and what it cost."""
    _show(_ask("usage", ()), as_json=as_json)


@main.command()
@click.option("--check", is_flag=True, help="Ask each service which of its models it really serves, and until when.")
def models(check: bool) -> None:
    """List the models in the catalog, and which of them can draw here."""
    from adapters.bootstrap import load_catalog
    from bot.catalog.pricing import price_hint

    settings = _settings()
    catalog = load_catalog(settings)
    if check:
        from adapters.model_check import check_models

        today = datetime.now(UTC).date()
        sys.exit(asyncio.run(check_models(settings, catalog, click.echo, today=today)))
    connected = catalog.models()
    rows = [("MODEL", "NAME", "HERE", "QUALITIES", "PRICE OF ONE PICTURE", "UNTIL")]
    for model in catalog.all():
        here = catalog.lacking(model) or ("yes" if model in connected else "shut down")
        here = "default" if model == catalog.default else here
        until = str(model.shutdown or "-")
        rows.append((model.name, model.label, here, ", ".join(model.qualities), price_hint(model), until))
    _print_table(rows)


@main.command()
def health() -> None:
    """Succeed if Easel runs on this data directory and answers."""
    from adapters.terminal.health import answers

    if not answers(_settings().data_dir):
        _fail("Easel does not run on this data directory, or does not answer.")
    click.echo("Easel runs and answers.")


@main.command()
def config() -> None:
    """Show the settings in effect, secrets hidden."""
    _print_table([(row.name, row.value or "-", "default" if row.is_default else "set") for row in _settings().masked()])


@main.command()
@click.option("--channel", "channels", multiple=True, metavar="ID", callback=_channel_ids, help=_CHANNEL_HELP)
def doctor(channels: Sequence[str]) -> None:
    """Find out what keeps Easel from working, and what to do about it."""
    from adapters.doctor import diagnose
    from bot.jobs.clock import SystemClock
    from bot.observability import configure_logging

    configure_logging("console", "ERROR")
    today = datetime.now(UTC).date()
    dotenv = Path(".env")
    clock = SystemClock()
    sys.exit(asyncio.run(diagnose(os.environ, dotenv, click.echo, today=today, clock=clock, channels=channels)))


@main.group()
def slack() -> None:
    """Set Slack up: docs/slack.md leads through it."""


@slack.command()
@click.option("--url", callback=_public_url, help="Where Slack reaches Easel over HTTP; left out, it is Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the manifest that makes the Slack app in one paste."""
    from adapters.slack.manifest import manifest

    click.echo(json.dumps(manifest(url=url), indent=2))


async def _run(settings: "Settings") -> None:
    from adapters.interrupts import on_interrupt
    from adapters.startup import importing_much

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine that runs has a task

    def stop() -> None:
        click.echo("Stopping. What is unfinished goes on at the next start.", err=True)
        task.cancel()

    on_interrupt(stop)
    # Imported once signals are handled: it takes seconds, in which a stop must be graceful as well.
    with importing_much():
        from adapters.bootstrap import open_easel

    async with open_easel(settings) as easel:
        await easel.serve(_say_ready)


def _say_ready(ready: "Ready") -> None:
    click.echo(f"Easel is ready: {ready.playground}" if ready.playground else "Easel is ready.")
    if ready.slack_install:
        click.echo(f"To add it to a Slack workspace, open {ready.slack_install}")


def _ask(text: str, images: "Sequence[Image]") -> "Outcome":
    """Sends a command to Easel and waits for its end, showing its progress."""
    from adapters.attached import draw
    from adapters.terminal.imagine import Wished, new_id
    from adapters.terminal.progress import StatusLine
    from bot.observability import configure_logging

    settings = _settings()
    # If Easel has to be opened here, its ordinary log lines would hide what this command says.
    configure_logging(settings.log_format, "WARNING")
    wished = Wished(new_id(), _user(), text, tuple(images))
    return asyncio.run(draw(settings, wished, StatusLine(sys.stderr).show))


def _show(outcome: "Outcome", *, as_json: bool, saved: "Sequence[Saved]" = ()) -> None:
    from adapters.terminal import render

    has_failed = outcome.state in ("failed", "cancelled")
    if as_json:
        click.echo(render.outcome_json(outcome, saved))
    else:
        for line in (*render.lines(outcome.card), *render.saved_lines(saved)):
            click.echo(line, err=has_failed)
    if has_failed:
        sys.exit(_CANCELLED if outcome.state == "cancelled" else 1)


def _settings() -> "Settings":
    from bot.settings.reading import load_settings

    return load_settings(os.environ, Path(".env"))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # containers may run under a number that has no name
        return f"user-{os.getuid()}"


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _problems(error: BaseException) -> Iterator[EaselError]:
    """The errors of ours in a group that tasks raised together, however deep."""
    match error:
        case EaselError():
            yield error
        case BaseExceptionGroup():
            for inner in error.exceptions:
                yield from _problems(inner)
        case _:
            return


def _fail(*lines: str | None) -> NoReturn:
    for line in filter(None, lines):
        click.echo(f"easel: {line}" if line is lines[0] else line, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
