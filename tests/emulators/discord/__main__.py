"""The emulator as a process of its own, to try the product by hand and for benchmarks.

`python -m tests.emulators.discord --port 0` makes a guild with Ada, an admin, and Bob in the channel `studio`, prints
one line of JSON with all addresses and the token, and serves until it is ended. `tests/emulators/discord/control.py`
says how another process acts as Ada or Bob. What the app did wrong is told on the error output when it ends.
"""

import argparse
import asyncio
import json
import signal
import sys

from tests.emulators.discord.control import Control
from tests.emulators.discord.server import DiscordEmulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.discord")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--guilds", type=int, default=1, help="how many the app is in")
    parser.add_argument("--shards", type=int, default=1, help="how many shards it is told to use")
    parser.add_argument("--no-message-content", action="store_true", help="the privileged intent is switched off")
    parser.add_argument("--rate-limits", action="store_true", help="calls are limited as Discord limits them")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    discord = DiscordEmulator(port=options.port)
    discord.message_content_granted = not options.no_message_content
    discord.rate_limits_enabled = options.rate_limits
    discord.shards_wanted = options.shards
    guilds = [discord.guild]
    guilds += [
        discord.add_guild(f"Acme {number}", shard=(number % options.shards, options.shards))
        for number in range(1, options.guilds)
    ]
    people = [discord.add_person("Ada", guilds=guilds), discord.add_person("Bob", guilds=guilds)]
    channels = []
    for number, guild in enumerate(guilds):
        discord.make_admin(people[0], guild)
        channels.append(discord.add_channel(f"studio-{number}" if number else "studio", guild=guild))
    discord.also_serve(Control(discord).routes())
    try:
        async with discord:
            told = {
                "origin": discord.origin,
                "api_url": discord.api_url,
                "gateway_url": discord.gateway_url,
                "cdn_url": discord.cdn_url,
                "media_url": discord.media_url,
                "token": discord.token,
                "application": discord.application_id,
                "bot_user": discord.bot.id,
                "guilds": {guild.name: guild.id for guild in guilds},
                "channels": {channel.name: channel.id for channel in channels},
                "people": {person.name: person.id for person in people},
            }
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            await ended.wait()
    except AssertionError as problems:
        sys.exit(str(problems))


if __name__ == "__main__":
    main()
