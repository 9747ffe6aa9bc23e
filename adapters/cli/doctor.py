"""`easel doctor`: checks everything that Easel needs, and gives advice.

Works with and without a running Easel: it changes no database and takes no lock.
"""

import os
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from adapters.app.bootstrap import load_catalog
from adapters.app.model_availability import check_keys
from adapters.cli.picture_check import check_picture_storage
from adapters.cli.print_diagnostics import exit_status, lines
from adapters.shared.health import CONNECTED, STANDING_BY, Health
from adapters.terminal.health import fetch_health
from bot.catalog.catalog import Catalog
from bot.domain.diagnostics import Diagnostic
from bot.errors import AdminError, Transient
from bot.imaging.text import Label, render_labels
from bot.imaging.typefaces import TYPEFACES
from bot.options import command_options
from bot.ports import Clock
from bot.presentation.options import SUBCOMMANDS
from bot.settings.fields import display_value
from bot.settings.reading import SettingsError, load_settings
from bot.settings.settings import DEFAULT_MODEL_WITHOUT_KEY, Settings

_WORKING: Final = ("ok", CONNECTED, STANDING_BY)
_WARN_BELOW_BYTES: Final = 1_000_000_000
_FULL_BELOW_BYTES: Final = 100_000_000
_SAMPLE_TEXTS: Final = ("Easel", "絵", "그림", "ציור", "رسم", "चित्र", "ภาพ", "🎨")


async def print_diagnosis(
    env: Mapping[str, str],
    dotenv_path: Path,
    say: Callable[[str], object],
    *,
    clock: Clock,
    channels: Sequence[str] = (),
) -> int:
    """Prints each diagnostic as soon as it is known. Returns the exit status: 1 if there is a problem.

    Args:
        channels: ids of Slack or Discord channels to check.
    """
    diagnostics: list[Diagnostic] = []
    async for diagnostic in examine(env, dotenv_path, clock=clock, channels=channels):
        diagnostics.append(diagnostic)
        for line in lines([diagnostic]):
            say(line)
    return exit_status(diagnostics)


async def examine(
    env: Mapping[str, str], dotenv_path: Path, *, clock: Clock, channels: Sequence[str]
) -> AsyncGenerator[Diagnostic]:
    wrong = frozenset[str]()
    try:
        settings = load_settings(env, dotenv_path)
    except SettingsError as problem:
        for line in problem.text.splitlines():
            yield Diagnostic("settings", "problem", line, problem.hint)
        wrong = problem.variables
        try:
            settings = load_settings(env, dotenv_path, ignored_variables=wrong)
        except SettingsError:
            return
    else:
        yield Diagnostic.ok("settings", "All of them are legal.")

    def is_set_right(*variables: str) -> bool:
        # Without the wrong variable, a key could be sent to the wrong address.
        return not any(name.startswith(variables) for name in wrong)

    if is_set_right("EASEL_DATA_DIR"):
        yield check_data_dir(settings.data_dir)
    stored = ("EASEL_DATA_DIR", "EASEL_DATABASE_URL", "EASEL_BLOBS_URL")
    if is_set_right(*stored) and (diagnostic := await check_picture_storage(settings)) is not None:
        yield diagnostic
    yield check_text_rendering()
    if is_set_right("EASEL_DATA_DIR"):
        yield check_running(fetch_health(settings.data_dir))
    unsafe = check_certificates() if settings.has_slack or settings.has_discord or settings.openai_api_key else None
    if unsafe is not None:
        yield unsafe
    catalog = None
    try:
        catalog = load_catalog(settings, clock)
    except AdminError as problem:
        yield Diagnostic("models", "problem", problem.text, problem.hint)
    if catalog is not None and is_set_right("OPENAI_", "EASEL_MODELS_FILE", "EASEL_DEFAULT_MODEL"):
        yield check_default_model(settings, catalog)
        if not unsafe:
            for diagnostic in await _check_services(settings, catalog, clock):
                yield diagnostic
    if is_set_right("SLACK_", "EASEL_SLACK_", "EASEL_PUBLIC_URL"):
        in_slack = [channel for channel in channels if not channel.isdecimal()]
        async for diagnostic in _check_slack(settings, clock, in_slack):
            yield diagnostic
    if is_set_right("DISCORD_", "EASEL_DISCORD_"):
        in_discord = [int(channel) for channel in channels if channel.isdecimal()]
        async for diagnostic in _check_discord(settings, catalog, clock, in_discord):
            yield diagnostic


def check_running(health: Health | None) -> Diagnostic:
    """Reports the health of the Easel that runs on this data directory; `health` is None if none answers."""
    if health is None:
        return Diagnostic.ok("Easel", "Does not run on this data directory now.")
    if health.ready:
        return Diagnostic.ok("Easel", "Runs, and answers.")
    troubles = ", ".join(f"{name} is {state}" for name, state in health.details.items() if state not in _WORKING)
    return Diagnostic.warning("Easel", f"Runs, but is not ready: {troubles}.", "Its log says more; it keeps trying.")


def _free_bytes(directory: Path) -> int:
    return shutil.disk_usage(directory).free


def _may_write(directory: Path) -> bool:
    return os.access(directory, os.W_OK | os.X_OK)


def check_data_dir(
    data_dir: Path,
    *,
    free_bytes: Callable[[Path], int] = _free_bytes,
    may_write: Callable[[Path], bool] = _may_write,
) -> Diagnostic:
    """Checks that the data directory is writable and has free space."""
    subject = "data directory"
    there = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    if not there.is_dir():
        return Diagnostic.problem(subject, f"{there} is a file.", "Set EASEL_DATA_DIR to a directory.")
    if not may_write(there):
        advice = "Give it to the user who runs Easel, or set EASEL_DATA_DIR to another directory."
        return Diagnostic.problem(subject, f"Nothing can be written to {there}.", advice)
    free = free_bytes(there)
    room = f"{free / 1_000_000_000:.1f} GB are free"
    if free < _FULL_BELOW_BYTES:
        return Diagnostic.problem(subject, f"{room}: the disk is full.", "Free some, or set EASEL_RETENTION_DAYS.")
    if free < _WARN_BELOW_BYTES:
        return Diagnostic.warning(subject, f"{room}, which is little.", "Free some, or set EASEL_RETENTION_DAYS.")
    state = "Can be written to" if there == data_dir else "Will be made at the first start"
    return Diagnostic.ok(subject, f"{state}; {room}.")


def check_text_rendering() -> Diagnostic:
    """Checks that text can be rendered, with a sample for each of Easel's fonts."""
    subject = "lettering"
    try:
        inks = render_labels(
            [Label(each, height_px=20, line_px=28, width_px=200, max_lines=1) for each in _SAMPLE_TEXTS]
        )
    except (AdminError, Transient) as problem:
        return Diagnostic(subject, "problem", problem.text, problem.hint)
    if None in inks:
        advice = "Install Easel's packages again: some of its fonts are not there."
        return Diagnostic.problem(subject, "Not every script can be drawn.", advice)
    files = len(TYPEFACES.system)
    others = f"{files} font files of this machine may have others" if files else "this machine has no fonts for others"
    return Diagnostic.ok(subject, f"{len(TYPEFACES.own):,} characters of some thirty scripts; {others}.")


def check_certificates() -> Diagnostic | None:
    """A problem if the certificates from the environment cannot be used; None otherwise."""
    from bot.providers.openai_api.network import trusted_certificates

    try:
        trusted_certificates()
    except AdminError as problem:
        return Diagnostic("network", "problem", problem.text, problem.hint)
    return None


def check_default_model(settings: Settings, catalog: Catalog) -> Diagnostic:
    """Checks the default model; warns if it is only the sketch model."""
    default, notes = catalog.resolve(settings.effective_default_model)
    if notes:  # it was shut down
        return Diagnostic.warning("models", f"The default: {notes[0]}", f"Set EASEL_DEFAULT_MODEL={default.name}.")
    others = [model for model in catalog.models() if model.api != "none"]
    if default.api != "none" or settings.default_model is not None:
        return Diagnostic.ok("models", f"{default.name} draws where nobody names a model.")
    if others:
        text = f"{DEFAULT_MODEL_WITHOUT_KEY} draws where nobody names a model, although {others[0].name} is connected."
        return Diagnostic.warning("models", text, f"Set EASEL_DEFAULT_MODEL={others[0].name}, for example.")
    text = f"Only {DEFAULT_MODEL_WITHOUT_KEY} can draw: it works offline, and is no AI."
    return Diagnostic.warning("models", text, "Set OPENAI_API_KEY, or connect a server of your own: docs/models.md.")


async def _check_services(settings: Settings, catalog: Catalog, clock: Clock) -> list[Diagnostic]:
    """Checks keys, and the model lists of the connected services."""
    diagnostics = check_keys(settings, catalog)
    connected = [model for model in catalog.models() if model.api != "none"]
    if connected:
        from adapters.cli.model_check import check_models_served

        diagnostics += await check_models_served(settings, connected, clock=clock)
    # A subject may be a URL with a password.
    return [
        replace(each, subject=display_value(SecretStr(each.subject))) if "://" in each.subject else each
        for each in diagnostics
    ]


async def _check_slack(settings: Settings, clock: Clock, channels: Sequence[str]) -> AsyncGenerator[Diagnostic]:
    tokens = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    if not any((*tokens, settings.slack_client_id, settings.slack_client_secret)):
        if channels:
            yield Diagnostic.problem("Slack", "Is not set up, so no channel can be looked at.", "See docs/slack.md.")
        else:
            yield Diagnostic.ok("Slack", "Is not set up. docs/slack.md leads to it.")
        return
    from adapters.app.platforms import slack_options
    from adapters.slack.setup.doctor import examine as examine_slack

    mentions_only = settings.thread_replies == "mentions"
    async for diagnostic in examine_slack(
        slack_options(settings), clock, mentions_only=mentions_only, channels=channels
    ):
        yield diagnostic


async def _check_discord(
    settings: Settings, catalog: Catalog | None, clock: Clock, channels: Sequence[int]
) -> AsyncGenerator[Diagnostic]:
    if not settings.has_discord:
        if channels:
            yield Diagnostic.problem(
                "Discord", "Is not set up, so no channel can be looked at.", "See docs/discord.md."
            )
        else:
            yield Diagnostic.ok("Discord", "Is not set up. docs/discord.md leads to it.")
        return
    from adapters.app.platforms import discord_options
    from adapters.discord.rendering import command_schema
    from adapters.discord.setup.doctor import examine as examine_discord

    try:
        given = discord_options(settings, owner="doctor")
    except AdminError as problem:
        yield Diagnostic("Discord", "problem", problem.text, problem.hint)
        return
    # The registered commands contain model names, so they are unknown without a catalog.
    registered = command_schema.payload(command_options(catalog), SUBCOMMANDS) if catalog is not None else ()
    async for diagnostic in examine_discord(given, clock, registered, channels=channels):
        yield diagnostic
