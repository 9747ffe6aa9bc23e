"""A whole Easel on a directory of its own, with its platforms listening."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from adapters.app.bootstrap import Easel, open_easel
from adapters.slack.setup.manifest import SCOPES
from adapters.terminal.platform import TerminalPlatform
from adapters.web.platform import WebPlatform
from bot.observability import configure_logging
from bot.ports import Provider
from bot.presentation.capabilities import Capabilities, Support
from bot.settings.reading import load_settings
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.slack.server import SlackEmulator

MODELS = """\
[models.plain]
label = "Plain: one flat colour"
provider = "svg_author"
api = "none"
sizes = { min_edge_px = 16, max_edge_px = 4096, max_pixels = 8_294_400, max_ratio = 16 }
default_size = "96x64"
qualities = ["low", "medium", "high"]
default_quality = "medium"
backgrounds = ["auto", "opaque", "transparent"]
formats = ["png", "webp", "jpeg"]
n_max = 10
edits = true
masks = true
markups = true
max_inputs = 16
max_partials = 3
prices = { text_in = "0", image_in = "0", image_out = "0", text_out = "0", source = "paint", checked = 2026-11-22 }

[models.paid]
label = "Paid: one flat colour for money"
like = "plain"
prices = { text_in = "0", image_in = "0", image_out = "10", text_out = "0", source = "paint", checked = 2026-11-22 }
output_tokens = { table = { low = { "96x64" = 100 }, medium = { "96x64" = 250 }, high = { "96x64" = 900 } } }

[models.blind]
label = "Blind: cannot edit"
like = "plain"
edits = false
max_inputs = 0

[models.scribe]
label = "Scribe: one drawing at a time, with its SVG"
like = "paid"
api = "chat"
base_url = "http://127.0.0.1:9/v1"
auto_quality = true
efforts = ["low", "medium", "high"]

[models.reader]
label = "Reader: a scribe who sees no pictures"
like = "scribe"
sees_pictures = false

[retired.bygone]
label = "Bygone"
shutdown = 2026-01-31
successor = "plain"
"""


def estimate_of(capabilities: Capabilities) -> int:
    """Of one picture by a paid model, in micro-dollars: 250 tokens, and two previews of 100 where they are shown."""
    return 2500 if capabilities.previews is Support.NONE else 4500


# What may be logged as an error because a test makes it happen.
_WANTED = {"job.broke", "chore.broke"}


@dataclass(frozen=True, slots=True)
class Running:
    """`log` is what it logs, as JSON lines; `slack` and `discord` are the emulated services that it is connected to.

    `discord_at_rest` returns when everything that Discord told was dealt with: nothing on its wire says so.
    """

    data_dir: Path
    web: WebPlatform
    terminal: TerminalPlatform
    slack: SlackEmulator
    slack_capabilities: Capabilities
    discord: DiscordEmulator
    discord_capabilities: Capabilities
    discord_at_rest: Callable[[], Awaitable[None]]
    log: io.StringIO

    def errors(self) -> list[str]:
        """Log lines that tell of a fault which no test made: a 500 to a client, a task that died. Forgets them."""
        lines = [json.loads(line) for line in self.log.getvalue().splitlines()]
        self.log.seek(0)
        self.log.truncate()
        return [str(line) for line in lines if line["level"] == "error" and line["event"] not in _WANTED]


@asynccontextmanager
async def running_easel(data_dir: Path, providers: Mapping[str, Provider]) -> AsyncGenerator[Running]:
    """`providers` draw beside the sketcher; the models of `MODELS` are served by "svg_author"."""
    models = data_dir / "models.toml"
    models.write_text(MODELS)
    env = {
        "EASEL_DATA_DIR": str(data_dir),
        "EASEL_MODELS_FILE": str(models),
        "EASEL_DEFAULT_MODEL": "plain",
        "EASEL_SKETCH_STROKE_S": "0",
        "EASEL_WEB": "on",
        "EASEL_WEB_PORT": "0",
        "EASEL_SLACK_PREVIEWS": "on",
        "EASEL_SLACK_UPDATES_PER_MINUTE": "100000",
    }
    with _logged() as log:
        async with SlackEmulator() as slack, DiscordEmulator() as discord:
            slack.team.scopes = set(SCOPES)
            settings = load_settings(env | slack_settings(slack) | discord_settings(discord), None)
            async with open_easel(settings, providers=providers) as easel, _served(easel):
                platforms = easel.platforms
                assert platforms.web is not None
                assert platforms.slack is not None
                assert platforms.discord is not None
                assert platforms.server is not None
                slack.request_url = f"{platforms.server.address}/slack/events"
                await slack.until(lambda: slack.connections or None)
                await discord.connected()
                yield Running(
                    data_dir,
                    platforms.web,
                    platforms.terminal,
                    slack,
                    platforms.slack.capabilities,
                    discord,
                    platforms.discord.capabilities,
                    platforms.discord.connection.at_rest,
                    log,
                )


def slack_settings(slack: SlackEmulator) -> dict[str, str]:
    """What connects Easel to it, for both transports."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.team.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }


def discord_settings(discord: DiscordEmulator) -> dict[str, str]:
    """What connects Easel to it."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "EASEL_DISCORD_EDIT_INTERVAL_S": "0.01",
    }


@contextmanager
def _logged() -> Generator[io.StringIO]:
    """Logging as the product sets it up, into a text; afterwards it is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    log = io.StringIO()
    configure_logging("json", "WARNING", log)
    try:
        yield log
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()


@asynccontextmanager
async def _served(easel: Easel) -> AsyncGenerator[None]:
    ready = asyncio.Event()
    serving = asyncio.create_task(easel.serve(lambda _: ready.set()))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.wait((serving, waiting))
