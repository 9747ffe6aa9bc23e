"""The processes that are measured from outside: Easel with a provider that answers at once, and a bare loop.

Run as `python -m tests.benchmarks.server easel|bare DIRECTORY TOGETHER`; it prints its address and serves until it
is killed.
"""

import asyncio
import sys
from pathlib import Path

import pybase64
from aiohttp import web

from adapters.app.bootstrap import open_easel
from bot.observability import configure_logging
from bot.settings.reading import load_settings
from bot.settings.settings import Settings
from tests.benchmarks.answering import AnsweringProvider, Answers


def settings_in(directory: Path) -> Settings:
    """As an administrator would have them who lets one person use everything."""
    slots = {"EASEL_SLOTS": "64", "EASEL_SLOTS_PER_PERSON": "64"}
    return load_settings({"EASEL_DATA_DIR": str(directory), "EASEL_WEB_PORT": "0", **slots}, None)


async def _serve_easel(directory: Path, together: int) -> None:
    configure_logging("console", "WARNING")
    provider = AnsweringProvider(together=together)
    async with open_easel(settings_in(directory), providers={"sketch": provider}) as easel:
        await easel.serve(lambda line: print(line.removeprefix("Easel is ready: "), flush=True))


async def _serve_bare(directory: Path) -> None:
    """One request is one picture: decoded, written, served."""
    answers = Answers()

    async def answer(request: web.Request) -> web.FileResponse:
        file = directory / f"{request.match_info['number']}.png"
        file.write_bytes(pybase64.b64decode(answers.next(), validate=True))
        return web.FileResponse(file)

    app = web.Application()
    app.add_routes([web.get("/{number}", answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    _, _kind, _directory, _together = sys.argv
    if _kind == "easel":
        asyncio.run(_serve_easel(Path(_directory), int(_together)))
    else:
        asyncio.run(_serve_bare(Path(_directory)))
