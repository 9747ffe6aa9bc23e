"""The platforms that the settings ask for. A chat platform's library is imported only where one is connected."""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.http import Health, HttpServer
from adapters.terminal.transport import TerminalPlatform
from adapters.web.transport import WebPlatform
from bot.catalog.catalog import Catalog
from bot.errors import AdminError
from bot.options import SUBCOMMANDS, command_options
from bot.ports import Clock, Platform
from bot.settings.settings import Settings
from bot.store.blobs import Blobs
from bot.store.database import Database
from bot.store.notes import PlatformNotes

if TYPE_CHECKING:
    from adapters.slack.transport import SlackOptions, SlackPlatform


@dataclass(frozen=True, slots=True)
class Platforms:
    """`server` answers health checks and metrics, and whatever the platforms add to it; None where nothing needs it."""

    terminal: TerminalPlatform
    web: WebPlatform | None
    slack: "SlackPlatform | None"
    server: HttpServer | None

    @property
    def all(self) -> tuple[Platform, ...]:
        return tuple(platform for platform in (self.terminal, self.web, self.slack) if platform is not None)


def make_platforms(
    settings: Settings, catalog: Catalog, blobs: Blobs, database: Database, clock: Clock, stack: AsyncExitStack
) -> Platforms:
    """Their connections are closed with `stack`.

    Raises:
        AdminError: what one of them needs is not set.
    """
    terminal = TerminalPlatform(data_dir=settings.data_dir, pictures=blobs)
    if not (settings.has_playground or settings.has_slack):
        return Platforms(terminal, None, None, None)
    slack: SlackPlatform | None = None

    async def health() -> Health:
        trouble = slack.connection.trouble if slack is not None else ""
        details = {"slack": trouble or "connected"} if slack is not None else {}
        return Health(ok=await database.answers() and not trouble, details=details)

    server = HttpServer(settings.web_host, settings.web_port, health=health)
    web = None
    if settings.has_playground:
        web = WebPlatform(
            server=server,
            data_dir=settings.data_dir,
            pictures=blobs,
            options=command_options(catalog),
            subcommands=SUBCOMMANDS,
            token=kept(settings.data_dir / "web-token", new_secret),
            max_upload_bytes=settings.max_upload_bytes,
        )
        stack.push_async_callback(web.close)
    if settings.has_slack:
        slack = _slack(settings, server, blobs, database, clock)
        stack.push_async_callback(slack.close)
    return Platforms(terminal, web, slack, server)


def slack_options(settings: Settings) -> "SlackOptions":
    """What the settings say of Slack, without the keys that are kept in the data directory."""
    from adapters.slack.transport import SlackOptions

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


def kept(path: Path, make: Callable[[], str]) -> str:
    """The content of a private file, made at the first start: whole or not at all, since an empty token fits anyone."""
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(make())
        draft.replace(path)
    return path.read_text()


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def _slack(settings: Settings, server: HttpServer, blobs: Blobs, database: Database, clock: Clock) -> "SlackPlatform":
    from adapters.slack.ids import PLATFORM
    from adapters.slack.transport import SlackPlatform

    if (lacking := _lacking_for_slack(settings)) is not None:
        raise AdminError(lacking, hint="docs/slack.md leads to it; `easel doctor` checks everything.")
    options = replace(
        slack_options(settings),
        install_key=kept(settings.data_dir / "install-key", new_secret),
        secret=settings.secret(settings.secret_key)
        or kept(settings.data_dir / "secret-key", lambda: secrets.token_urlsafe(48)),
    )
    notes = PlatformNotes(database, PLATFORM)
    return SlackPlatform(options, server=server, notes=notes, pictures=blobs, clock=clock)


def _lacking_for_slack(settings: Settings) -> str | None:
    """What is not set, in one sentence; None where all is there."""
    if settings.slack_bot_token is not None:
        if settings.slack_app_token is None and settings.slack_signing_secret is None:
            return "Slack cannot reach Easel: set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)."
        return None
    if settings.slack_client_secret is None or settings.slack_signing_secret is None:
        return "Installing by OAuth needs SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET."
    return None
