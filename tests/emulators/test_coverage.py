"""Each emulator's README lists what is emulated: all routes that are registered, and no others."""

import re
from pathlib import Path

from tests.emulators.discord.api.handlers import HANDLERS as DISCORD_HANDLERS
from tests.emulators.discord.routes import ROUTES
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.openai.dialects import DIALECTS
from tests.emulators.openai.server import OpenAIEmulator
from tests.emulators.slack.api.handlers import HANDLERS as SLACK_HANDLERS
from tests.emulators.slack.methods import METHODS
from tests.emulators.slack.server import SlackEmulator

HERE = Path(__file__).parent
ANY_KIND = ["GET /models", "GET /models/{name}"]


def tables(emulator: str) -> list[list[list[str]]]:
    """The rows of each table, without its head; `|` within a cell is written as `\\|`."""
    found: list[list[list[str]]] = []
    is_within = False
    for line in (HERE / emulator / "README.md").read_text().splitlines():
        if not line.startswith("|"):
            is_within = False
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not is_within:
            found.append([])
        elif not set(cells[0]) <= set("-"):
            found[-1].append(cells)
        is_within = True
    return found


def code(cell: str) -> str:
    assert re.fullmatch(r"`[^`]+`", cell), cell
    return cell[1:-1]


def addresses(emulator: SlackEmulator | DiscordEmulator | OpenAIEmulator) -> set[str]:
    """The patterns of all addresses that it serves."""
    return {resource.canonical for resource in emulator._runner.app.router.resources()}


async def test_slack_lists_what_it_serves() -> None:
    """Every method that has a handler and every address is in a table, and the other way round."""
    methods, others = tables("slack")
    assert [code(row[0]) for row in methods] == sorted(SLACK_HANDLERS) == sorted(METHODS)
    async with SlackEmulator() as slack:
        assert {code(row[0]) for row in others} == addresses(slack)


async def test_discord_lists_what_it_serves() -> None:
    """Every route that has a handler and every address is in a table, and the other way round."""
    routes, others = tables("discord")
    assert [code(row[0]) for row in routes] == [f"{route.verb} {route.path}" for route in ROUTES.values()]
    assert set(ROUTES) == set(DISCORD_HANDLERS)
    async with DiscordEmulator() as discord:
        assert {code(row[0]) for row in others} == addresses(discord)


async def test_openai_lists_what_each_kind_serves() -> None:
    """Every route of every kind of server is in the table, and the other way round."""
    (routes,) = tables("openai")
    served = [(name, f"POST {path}") for name, dialect in DIALECTS.items() for path in dialect.posts]
    shared = [code(row[1]) for row in routes if row[0] == "every kind"]
    assert shared == ANY_KIND
    assert sorted((code(row[0]), code(row[1])) for row in routes if row[0] != "every kind") == sorted(served)
    async with OpenAIEmulator() as openai:
        # All routes but one are answered by the dialect, behind the catch-all.
        assert addresses(openai) == {"/generated-images/{name}", "/{path}"}


def test_every_row_says_what_is_strict_or_left_out() -> None:
    """A row has as many cells as its head."""
    for emulator, width in (("slack", 3), ("discord", 3), ("openai", 4)):
        assert all(len(row) == width for table in tables(emulator) for row in table)
