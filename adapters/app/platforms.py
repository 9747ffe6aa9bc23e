"""Creates the configured platforms. A platform's library is imported only if it is used."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.discord.note_kinds import KINDS as DISCORD_KINDS
from adapters.shared.health import ConnectionStatus, Health
from adapters.shared.http_server import HttpServer
from adapters.slack.note_kinds import KINDS as SLACK_KINDS
from adapters.terminal.platform import TerminalPlatform
from adapters.web.platform import WebPlatform
from bot.catalog.catalog import Catalog
from bot.domain.ids import PlatformName
from bot.domain.notes import NoteKind
from bot.errors import AdminError
from bot.options import CommandOptions
from bot.ports import Clock, Platform, UsageReader
from bot.presentation.options import SUBCOMMANDS
from bot.settings.settings import Settings
from bot.store.blobs import Blobs
from bot.store.database import Database
from bot.store.platform_state import NoteRules, StoredPlatformState

if TYPE_CHECKING:
    from adapters.discord.options import DiscordOptions
    from adapters.discord.platform import DiscordPlatform
    from adapters.slack.options import SlackOptions
    from adapters.slack.platform import SlackPlatform


NOTE_KINDS: Mapping[PlatformName, Sequence[NoteKind]] = {
    PlatformName("slack"): SLACK_KINDS,
    PlatformName("discord"): DISCORD_KINDS,
}
"""The kinds of notes of each platform. The playground and the terminal use their own files instead."""


@dataclass(frozen=True, slots=True)
class Platforms:
    """The platforms. `server` serves health checks, metrics and the platforms' routes; None if not needed."""

    terminal: TerminalPlatform
    web: WebPlatform | None
    slack: "SlackPlatform | None"
    discord: "DiscordPlatform | None"
    server: HttpServer | None

    @property
    def all(self) -> tuple[Platform, ...]:
        every = (self.terminal, self.web, self.slack, self.discord)
        return tuple(platform for platform in every if platform is not None)

    @property
    def connections(self) -> Mapping[str, ConnectionStatus]:
        """The connection state of each chat platform."""
        chats = (self.slack, self.discord)
        return {chat.name: chat.connection for chat in chats if chat is not None}


def make_platforms(
    settings: Settings,
    catalog: Catalog,
    blobs: Blobs,
    database: Database,
    usage: UsageReader,
    clock: Clock,
    stack: AsyncExitStack,
) -> Platforms:
    """Creates the platforms. `stack` closes their connections.

    Raises:
        AdminError: a required setting is missing.
    """
    slack: SlackPlatform | None = None
    discord: DiscordPlatform | None = None

    async def health() -> Health:
        chats = [chat for chat in (slack, discord) if chat is not None]
        has_database = await database.answers()
        details = {"database": "ok" if has_database else "does not answer"}
        details |= {str(chat.name): chat.connection.state for chat in chats}
        return Health(ready=has_database and all(chat.connection.is_ready for chat in chats), details=details)

    terminal = TerminalPlatform(data_dir=settings.data_dir, pictures=blobs, health=health, usage=usage, clock=clock)
    if not (settings.has_playground or settings.has_slack or settings.has_discord):
        return Platforms(terminal, None, None, None, None)
    server = HttpServer(settings.web_host, settings.web_port, health=health, hosts=settings.web_hosts)
    options = CommandOptions(catalog)
    web = None
    if settings.has_playground:
        web = WebPlatform(
            server=server,
            clock=clock,
            data_dir=settings.data_dir,
            pictures=blobs,
            options=options,
            subcommands=SUBCOMMANDS,
            token=read_or_create(settings.data_dir / "web-token", new_secret),
            max_upload_bytes=settings.max_upload_bytes,
        )
        stack.push_async_callback(web.close)
    if settings.has_slack:
        slack = _make_slack(settings, server, blobs, database, clock)
        stack.push_async_callback(slack.close)
    if settings.has_discord:
        discord = _make_discord(settings, options, blobs, database, clock)
        stack.push_async_callback(discord.close)
    return Platforms(terminal, web, slack, discord, server)


def slack_options(settings: Settings) -> "SlackOptions":
    """The Slack options from the settings, without the keys in the data directory."""
    from adapters.slack.options import SlackOptions

    secret = settings.secret
    return SlackOptions(
        api_url=secret(settings.slack_api_url) or "",
        bot_token=secret(settings.slack_bot_token),
        app_token=secret(settings.slack_app_token),
        signing_secret=secret(settings.slack_signing_secret),
        client_id=settings.slack_client_id,
        client_secret=secret(settings.slack_client_secret),
        public_url=secret(settings.public_url),
        updates_per_minute=settings.slack_updates_per_minute,
        previews=settings.slack_previews == "on",
    )


def read_or_create(path: Path, make: Callable[[], str]) -> str:
    """Reads a private file; creates it on first use with `make`. Atomic, so that a token can never be empty."""
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(make())
        draft.replace(path)
    return path.read_text()


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def worker_name(data_dir: Path) -> str:
    """The engine's worker name for this data directory. Stable, so that a restart resumes its own jobs."""
    return read_or_create(data_dir / "worker", lambda: f"worker-{secrets.token_hex(8)}")


def discord_options(settings: Settings, *, owner: str) -> "DiscordOptions":
    """The Discord options from the settings. Raises AdminError if they contradict each other."""
    from adapters.discord.options import DiscordOptions
    from adapters.discord.server.permissions import AccessRules

    if any(shard >= settings.discord_shard_count for shard in settings.discord_shards):
        raise AdminError(
            "EASEL_DISCORD_SHARDS names a shard that does not exist.",
            hint="They are counted from 0: with EASEL_DISCORD_SHARD_COUNT=4 there are 0, 1, 2 and 3.",
        )
    return DiscordOptions(
        token=settings.secret(settings.discord_token) or "",
        owner=owner,
        api_url=settings.secret(settings.discord_api_url) or "",
        gateway_url=settings.secret(settings.discord_gateway_url) or "",
        shard_count=settings.discord_shard_count,
        shards=settings.discord_shards,
        message_content=settings.discord_message_content == "auto",
        threads=settings.discord_threads == "on",
        edit_interval_s=settings.discord_edit_interval_s,
        access=AccessRules(
            roles=frozenset(settings.discord_roles),
            channels=frozenset(settings.discord_channels),
            age_restricted=settings.discord_age_restricted,
        ),
    )


def _make_discord(
    settings: Settings, options: CommandOptions, blobs: Blobs, database: Database, clock: Clock
) -> "DiscordPlatform":
    from adapters.discord.ids import PLATFORM
    from adapters.discord.platform import DiscordPlatform

    return DiscordPlatform(
        discord_options(settings, owner=worker_name(settings.data_dir)),
        notes=_platform_state(settings, database, PLATFORM, clock),
        pictures=blobs,
        clock=clock,
        options=options,
        questions=SUBCOMMANDS,
    )


def _make_slack(
    settings: Settings, server: HttpServer, blobs: Blobs, database: Database, clock: Clock
) -> "SlackPlatform":
    from adapters.slack.ids import PLATFORM
    from adapters.slack.platform import SlackPlatform

    if (lacking := _missing_for_slack(settings)) is not None:
        raise AdminError(lacking, hint="docs/slack.md leads to it; `easel doctor` checks everything.")
    options = replace(
        slack_options(settings),
        install_key=read_or_create(settings.data_dir / "install-key", new_secret),
        secret=_encryption_secret(settings),
    )
    notes = _platform_state(settings, database, PLATFORM, clock)
    return SlackPlatform(options, server=server, notes=notes, pictures=blobs, clock=clock)


def _platform_state(
    settings: Settings, database: Database, platform: PlatformName, clock: Clock
) -> StoredPlatformState:
    from adapters.shared.token_encryption import TokenEncryption

    return StoredPlatformState(
        database, platform, NoteRules(NOTE_KINDS[platform], clock, TokenEncryption(_encryption_secret(settings)))
    )


def _encryption_secret(settings: Settings) -> str:
    """The secret for encrypting stored tokens."""
    return settings.secret(settings.secret_key) or read_or_create(
        settings.data_dir / "secret-key", lambda: secrets.token_urlsafe(48)
    )


def _missing_for_slack(settings: Settings) -> str | None:
    """Which setting for Slack is missing, in one sentence; None if none is."""
    if settings.slack_bot_token is not None:
        if settings.slack_app_token is None and settings.slack_signing_secret is None:
            return "Slack cannot reach Easel: set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)."
        return None
    if settings.slack_client_secret is None or settings.slack_signing_secret is None:
        return "Installing by OAuth needs SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET."
    return None
