"""The emulator as a process of its own, for benchmarks and end-to-end tests.

`python -m tests.emulators.openai --port 0` prints its base URL on a line and serves until it is ended; its key is
`tests.emulators.openai.state.KEY`. Requests that broke a rule are told on the error output when it ends.
"""

import argparse
import asyncio
import signal
import sys
from typing import get_args

from tests.emulators.openai.dialects import DialectName
from tests.emulators.openai.server import OpenAIEmulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.openai")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--dialect", choices=get_args(DialectName), default="openai")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that a picture or an answer takes")
    parser.add_argument("--megabytes", type=float, default=0.0, help="how heavy a PNG is; 0 for light ones")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        async with OpenAIEmulator(options.dialect, port=options.port) as service:
            service.delay_s = options.delay
            service.heavy_bytes = round(options.megabytes * 1_000_000)
            sys.stdout.write(f"{service.base_url}\n")
            sys.stdout.flush()
            await ended.wait()
    except AssertionError as problems:
        sys.exit(str(problems))


if __name__ == "__main__":
    main()
