"""The emulator as a process of its own, to try the product by hand and for benchmarks.

`python -m tests.emulators.slack --port 0` makes a workspace with Ada, an admin, and Bob in the channel `studio`, prints
one line of JSON with all addresses and tokens, and serves until it is ended. `tests/emulators/slack/control.py` says
how another process acts as Ada or Bob. What the app did wrong is told on the error output when it ends.
"""

import argparse
import asyncio
import json
import signal
import sys
from typing import get_args

from tests.emulators.slack.control import Control
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.state import Delivery


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.slack")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--delivery", choices=get_args(Delivery), default="socket")
    parser.add_argument("--request-url", default="", help="the app's address, where events go over HTTP")
    parser.add_argument("--share-delay", type=float, default=0.0, help="seconds until an uploaded file is shared")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    slack = SlackEmulator(port=options.port)
    slack.delivery, slack.request_url = options.delivery, options.request_url
    slack.share_delay_s = options.share_delay
    people = [slack.add_person("Ada", is_admin=True), slack.add_person("Bob")]
    channel = slack.add_channel("studio", members=people)
    slack.also_serve(Control(slack).routes())
    try:
        async with slack:
            told = {
                "origin": slack.origin,
                "api_url": slack.api_url,
                "app_token": slack.app_token,
                "bot_token": slack.team.bot_token,
                "signing_secret": slack.signing_secret,
                "client_id": slack.client_id,
                "client_secret": slack.client_secret,
                "team": slack.team.id,
                "bot_user": slack.team.bot_user_id,
                "channels": {channel.name: channel.id},
                "people": {person.name: person.id for person in people},
            }
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            await ended.wait()
    except AssertionError as problems:
        sys.exit(str(problems))


if __name__ == "__main__":
    main()
