"""An emulated Slack in this process, with the app that it is for in another one."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Literal

from adapters.slack.setup.manifest import SCOPES
from tests.benchmarks.process import started
from tests.benchmarks.studio import at_least
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.things import Channel, Message

Kind = Literal["easel", "small", "bare"]
"""As `tests/benchmarks/slack_server.py` calls them."""
_RESULT = re.compile(r"v\d+ (from v\d+ )?for ")
Transport = Literal["socket", "http"]


@dataclass(frozen=True, slots=True)
class Studio:
    """`process` is the app's; `slack` is ready for what `people` do in `channel`."""

    slack: SlackEmulator
    channel: Channel
    people: list[Person]
    process: asyncio.subprocess.Process

    async def results(self, count: int) -> list[Message]:
        """All results in the channel, once there are as many, and nothing is under way."""

        def shown() -> list[Message]:
            seen = self.people[0].sees(self.channel)
            return [message for message in seen if message.bot_id and _RESULT.match(message.text)]

        return await at_least(count, shown, on=self.slack, by=self.process)


@asynccontextmanager
async def open_studio(kind: Kind, transport: Transport, *, people: int) -> AsyncGenerator[Studio]:
    with TemporaryDirectory() as directory:
        async with SlackEmulator() as slack:
            slack.team.scopes.update(SCOPES)
            slack.delivery = transport
            members = [slack.add_person(f"Person {number}") for number in range(people)]
            channel = slack.add_channel("studio", members=members)
            for name in [name for name in os.environ if name.startswith("SLACK_")]:
                del os.environ[name]
            os.environ |= _settings(slack, transport)
            async with started("-m", "tests.benchmarks.slack_server", kind, directory) as (process, address):
                slack.request_url = f"{address}/slack/events"
                if transport == "socket":
                    await slack.until(lambda: slack.connections)
                else:
                    while not await slack.verify_request_url():
                        pass  # it asks Slack first whose token it has
                yield Studio(slack, channel, members, process)


def _settings(slack: SlackEmulator, transport: Transport) -> dict[str, str]:
    app_token = {"SLACK_APP_TOKEN": slack.app_token} if transport == "socket" else {}
    return app_token | {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.team.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
