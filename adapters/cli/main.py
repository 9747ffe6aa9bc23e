"""The command `easel`. Errors are printed as one or two lines, never as a traceback.

Each command imports what it needs, except click and the standard library, so that `easel --help` is fast: the job
engine takes seconds to import.
"""

import asyncio
import errno
import getpass
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from adapters.cli.discord import discord
from adapters.cli.slack import slack
from adapters.cli.streams import make_streams_safe
from bot.errors import EaselError

if TYPE_CHECKING:
    from adapters.terminal.imagine import InputFile
    from adapters.terminal.render import CommandOutcome, SavedPicture
    from bot.domain.diagnostics import Diagnostic
    from bot.domain.spending import UsageBy
    from bot.settings.settings import Settings

_CANCELLED = 130
"""The exit status of a command that Ctrl-C ended, by the convention of shells."""
_INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT_HELP = (
    "The file to write, in the format of its name; several become FILE-1, FILE-2; SVG beside. A directory, or nothing, "
    "for a name made of the words; - for standard output."
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
_CHANNEL_HELP = "Also look whether Easel can work in this channel of Slack or Discord. May be given several times."


class _PlainErrors(click.Group):
    """Prints errors on standard error and exits with status 1."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        make_streams_safe()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader closed the pipe: click exits silently
            _fail(": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error))
        except (EaselError, BaseExceptionGroup) as error:
            problem = next(_easel_errors(error), None)
            if problem is None:
                raise
            _fail(problem.text, problem.hint)


class _Imagine(click.Command):
    """Adds the flags of `/imagine` to the help."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from bot.grammar.flags import FLAGS

        super().format_options(ctx, formatter)
        with formatter.section("Flags"):
            formatter.write_dl([(f"--{flag.name} {flag.value}".strip(), flag.summary) for flag in FLAGS])


def _validate_channel_ids(_: click.Context, __: click.Parameter, channels: Sequence[str]) -> Sequence[str]:
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
main.add_command(slack)


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
@click.option("-o", "--output", metavar="FILE", help=_OUTPUT_HELP)
@_AS_JSON
def imagine(
    words: Sequence[str],
    images: Sequence[Path],
    mask: Path | None,
    markup: Path | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Draw PROMPT, or change a picture given with -i, and write it to a file."""
    from adapters.cli.output import flags_for, parse_output_option, parse_prompt, save
    from adapters.cli.quoting import join_words
    from adapters.terminal.imagine import InputFile

    text = join_words(words)
    spec = parse_prompt(text)
    chosen = parse_output_option(output, words=spec.prompt if spec is not None else text)
    if as_json and chosen.is_stdout:
        _fail("--json and -o - both write to standard output: leave one of them out.")
    if spec is not None:
        # Before the typed text, which may contain `--` (the end of flags).
        text = f"{flags_for(chosen, spec)} {text}".strip()

    given = [InputFile(path.name, path.read_bytes()) for path in images]
    given += [InputFile(mask.name, mask.read_bytes(), role="mask")] if mask else []
    given += [InputFile(markup.name, markup.read_bytes(), role="markup")] if markup else []
    outcome = _send_command(text, given)
    _print_outcome(outcome, as_json=as_json, saved=save(outcome, chosen), to_stderr=chosen.is_stdout)


@main.command()
@click.option("--by", type=click.Choice(["model", "person", "channel"]), default="model", help="What to sum up by.")
@_AS_JSON
def usage(by: "UsageBy", as_json: bool) -> None:
    """Show what everybody drew this month, and what it cost."""
    from adapters.cli.attach import ask_running
    from adapters.terminal.usage import usage_json, usage_table

    settings = _settings_without_info_logs()
    report = asyncio.run(ask_running(settings, lambda client: client.usage(by)))
    if as_json:
        click.echo(usage_json(report))
        return
    click.echo(f"{report.since:%B %Y}")
    _print_table(usage_table(report))


@main.command()
@click.option("--check", is_flag=True, help="Ask each service which of its models it really serves, and until when.")
@_AS_JSON
def models(check: bool, as_json: bool) -> None:
    """List the models in the catalog, and which of them can draw here."""
    from adapters.app.bootstrap import load_catalog
    from bot.catalog.pricing import price_hint
    from bot.jobs.clock import SystemClock

    settings, clock = _settings(), SystemClock()
    catalog = load_catalog(settings, clock)
    if check:
        from adapters.cli.model_check import check_catalog, print_model_check

        if as_json:
            _exit_with_json(asyncio.run(check_catalog(settings, catalog, clock=clock)))
        sys.exit(asyncio.run(print_model_check(settings, catalog, click.echo, clock=clock)))
    if as_json:
        from adapters.cli.models_json import models_json

        click.echo(models_json(catalog))
        return
    rows = [("MODEL", "NAME", "HERE", "QUALITIES", "PRICE OF ONE PICTURE", "UNTIL")]
    for model in catalog.served():
        here = "default" if model == catalog.default else catalog.unavailable_reason(model) or "yes"
        until = str(model.shutdown or "-")
        rows.append((model.name, model.label, here, ", ".join(model.qualities), price_hint(model), until))
    _print_table(rows)


@main.command()
@_AS_JSON
def health(as_json: bool) -> None:
    """Succeed if Easel runs on this data directory and answers."""
    from adapters.terminal.health import fetch_health

    found = fetch_health(_settings().data_dir)
    if as_json:
        state = {"is_running": found is not None, "is_ready": found is not None and found.ready}
        click.echo(json.dumps(state | (found.details if found is not None else {})))
    elif found is not None:
        click.echo("Easel runs and answers." if found.ready else "Easel runs and answers, but is not ready:")
        for name, state in found.details.items() if not found.ready else ():
            click.echo(f"{name}: {state}")
    if found is None:
        _fail("Easel does not run on this data directory, or does not answer.")


@main.command()
def config() -> None:
    """Show the settings in effect, secrets hidden."""
    _print_table(
        [(row.name, row.value or "-", "default" if row.is_default else "set") for row in _settings().masked_rows()]
    )


@main.command()
@click.option("--channel", "channels", multiple=True, metavar="ID", callback=_validate_channel_ids, help=_CHANNEL_HELP)
@_AS_JSON
def doctor(channels: Sequence[str], as_json: bool) -> None:
    """Find out what keeps Easel from working, and what to do about it."""
    from adapters.cli.doctor import examine, print_diagnosis
    from bot.jobs.clock import SystemClock
    from bot.observability import configure_logging

    configure_logging("console", "ERROR")
    dotenv, clock = Path(".env"), SystemClock()
    if as_json:

        async def collect() -> "list[Diagnostic]":
            return [each async for each in examine(os.environ, dotenv, clock=clock, channels=channels)]

        _exit_with_json(asyncio.run(collect()))
    sys.exit(asyncio.run(print_diagnosis(os.environ, dotenv, click.echo, clock=clock, channels=channels)))


async def _run(settings: "Settings") -> None:
    from adapters.app.preload import pause_garbage_collection
    from adapters.app.signals import on_interrupt

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine that runs has a task

    def stop() -> None:
        click.echo("Stopping. What is unfinished goes on at the next start.", err=True)
        task.cancel()

    on_interrupt(stop)
    # Imported after signal handlers are set: it takes seconds, during which a stop must be graceful, too.
    with pause_garbage_collection():
        from adapters.app.bootstrap import open_easel

    async with open_easel(settings) as easel:
        await easel.serve(click.echo)


def _send_command(text: str, images: "Sequence[InputFile]") -> "CommandOutcome":
    """Sends a command to Easel, shows progress and waits for the outcome."""
    from adapters.cli.attach import draw
    from adapters.terminal.imagine import ImagineCommand, new_id
    from adapters.terminal.progress import ProgressLine

    settings = _settings_without_info_logs()
    command = ImagineCommand(new_id(), _user_name(), text, tuple(images))
    return asyncio.run(draw(settings, command, ProgressLine(sys.stderr).show))


def _print_outcome(
    outcome: "CommandOutcome", *, as_json: bool, saved: "Sequence[SavedPicture]", to_stderr: bool
) -> None:
    from adapters.terminal import render

    has_failed = outcome.state in ("failed", "cancelled")
    if as_json:
        click.echo(render.outcome_json(outcome, saved))
    else:
        for line in (*render.card_lines(outcome.card), *render.saved_lines(saved)):
            click.echo(line, err=has_failed or to_stderr)
    if has_failed:
        sys.exit(_CANCELLED if outcome.state == "cancelled" else 1)


def _settings() -> "Settings":
    from bot.settings.reading import load_settings

    return load_settings(os.environ, Path(".env"))


def _settings_without_info_logs() -> "Settings":
    """The settings, with log lines below WARNING turned off: Easel may run in this process."""
    from bot.observability import configure_logging

    settings = _settings()
    configure_logging(settings.log_format, "WARNING")
    return settings


def _exit_with_json(diagnostics: "Sequence[Diagnostic]") -> NoReturn:
    from adapters.cli.print_diagnostics import as_json, exit_status

    click.echo(as_json(diagnostics))
    sys.exit(exit_status(diagnostics))


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in containers, the user id may have no name
        return f"user-{os.getuid()}"


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _easel_errors(error: BaseException) -> Iterator[EaselError]:
    """All `EaselError`s in a (nested) exception group."""
    match error:
        case EaselError():
            yield error
        case BaseExceptionGroup():
            for inner in error.exceptions:
                yield from _easel_errors(inner)
        case _:
            return


def _fail(*lines: str | None) -> NoReturn:
    for line in filter(None, lines):
        click.echo(f"easel: {line}" if line is lines[0] else line, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
