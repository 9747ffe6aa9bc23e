"""The processes that an emulated Slack speaks to: Easel with a provider that answers soon, and a bare Bolt app.

Run as `python -m tests.benchmarks.slack_server easel|small|bare DIRECTORY`, where `small` is Easel with small pictures
that are there at once, and with Slack's settings in the environment: SLACK_APP_TOKEN makes it Socket Mode. It prints
its address and serves until it is killed.
"""

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.app.bootstrap import open_easel
from adapters.slack.connection.http_events import EVENTS_PATH
from bot.observability import configure_logging
from bot.ports import Provider
from bot.settings.reading import load_settings
from tests.benchmarks.answering import SMALL, AnsweringProvider

_TAKES_S = 2.0
"""Faster than any real model draws."""


async def _serve_easel(directory: Path, provider: Provider) -> None:
    configure_logging("console", "WARNING")
    env = {"EASEL_DATA_DIR": str(directory), "EASEL_WEB_PORT": "0", "EASEL_DEFAULT_MODEL": "sketch"}
    settings = load_settings({**env, **_slack_env()}, None)
    async with open_easel(settings, providers={"sketch": provider}) as easel:
        server = easel.platforms.server
        assert server is not None
        await easel.serve(lambda _: print(server.address, flush=True))


async def _serve_bare() -> None:
    """All that Bolt needs to acknowledge whatever comes."""
    env = _slack_env()
    client = AsyncWebClient(token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=env["SLACK_SIGNING_SECRET"])
    register: Callable[[re.Pattern[str]], Callable[[Callable[[AsyncAck], Awaitable[None]]], object]] = app.command

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    register(re.compile(".*"))(acknowledge)
    if "SLACK_APP_TOKEN" in env:
        await AsyncSocketModeHandler(app, env["SLACK_APP_TOKEN"], web_client=client).connect_async()
    runner = web.AppRunner(app.web_app(path=EVENTS_PATH), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def _slack_env() -> dict[str, str]:
    """What Bolt would otherwise read by itself is taken out of the environment."""
    return {name: os.environ.pop(name) for name in tuple(os.environ) if name.startswith("SLACK_")}


if __name__ == "__main__":
    _, _kind, _directory = sys.argv
    if _kind == "bare":
        asyncio.run(_serve_bare())
    else:
        _provider = AnsweringProvider(size=SMALL) if _kind == "small" else AnsweringProvider(takes_s=_TAKES_S)
        asyncio.run(_serve_easel(Path(_directory), _provider))
