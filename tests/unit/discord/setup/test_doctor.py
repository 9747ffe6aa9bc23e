"""What `easel doctor` finds out about Discord, asked of an emulated one."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

import pytest

from adapters.discord.options import DiscordOptions
from adapters.discord.rendering import command_schema
from adapters.discord.rest import DiscordRest
from adapters.discord.setup.command_sync import sync
from adapters.discord.setup.doctor import examine
from adapters.discord.setup.invite import PERMISSIONS, invite
from bot.domain.diagnostics import Diagnostic
from bot.jobs.clock import SystemClock
from bot.presentation.options import SUBCOMMANDS
from tests.emulators.discord import faults
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.server import DiscordEmulator
from tests.shell.command import Ended, run
from tests.unit.discord.connected_platform import OPTIONS

REGISTERED = command_schema.payload(OPTIONS, SUBCOMMANDS)


@pytest.fixture
async def discord() -> AsyncGenerator[DiscordEmulator]:
    async with DiscordEmulator() as emulator:
        yield emulator


async def found(
    discord: DiscordEmulator, *, channels: tuple[int, ...] = (), token: str | None = None
) -> list[Diagnostic]:
    given = DiscordOptions(
        token=token or discord.token, owner="w", api_url=discord.api_url, gateway_url=discord.gateway_url
    )
    return [finding async for finding in examine(given, SystemClock(), REGISTERED, channels=channels)]


def about(findings: list[Diagnostic], subject: str) -> list[tuple[str, str]]:
    return [(each.severity, each.text) for each in findings if each.subject == subject]


async def test_everything_is_fine(discord: DiscordEmulator) -> None:
    """With all of it in order nothing is advised, and nothing is left behind in the channel."""
    rest = DiscordRest(discord.token, SystemClock(), api_url=discord.api_url)
    await sync(rest, REGISTERED, notes=None)
    await rest.close()
    channel = discord.add_channel("studio")
    findings = await found(discord, channels=(int(channel.id),))
    assert {each.severity for each in findings} == {"fine"}
    subjects = [each.subject for each in findings]
    server = discord.guild.name
    assert subjects == [
        "DISCORD_TOKEN", "message content", "shards", "commands", "servers", server, "#studio", "#studio",
    ]  # fmt: skip
    count = len([each for each in discord.channels.values() if each.guild is discord.guild])
    assert about(findings, server) == [("fine", f"Easel can draw in {count} of {count} channels.")]
    assert [each for each in channel.messages if not each.is_deleted] == []


async def test_wrong_token_is_said(discord: DiscordEmulator) -> None:
    """The token itself is never shown."""
    (finding,) = await found(discord, token="wrong-token")
    assert (finding.subject, finding.severity) == ("DISCORD_TOKEN", "problem")
    assert "wrong-token" not in f"{finding.text} {finding.advice}"
    discord.forgive()


async def test_discord_out_of_reach_is_said(discord: DiscordEmulator) -> None:
    """What cannot be asked is told apart from what was refused."""
    discord.fail("get_current_user", faults.status(503))
    (finding,) = await found(discord)
    assert (finding.subject, finding.severity) == ("Discord", "problem")


async def test_missing_intent_commands_and_shards_are_warnings(discord: DiscordEmulator) -> None:
    """Easel works without them, but not as people expect."""
    discord.message_content_granted = False
    discord.shards_wanted = 3
    findings = await found(discord)
    for subject, words in (("message content", "mentions"), ("commands", "imagine"), ("shards", "recommends 3")):
        ((severity, text),) = about(findings, subject)
        assert severity == "warning", subject
        assert words in text


async def test_commands_of_an_older_version_are_told(discord: DiscordEmulator) -> None:
    """A command that is there with other options is not the one that Easel reads."""
    rest = DiscordRest(discord.token, SystemClock(), api_url=discord.api_url)
    older = [{**each, "options": each["options"][:2]} if each["name"] == "imagine" else each for each in REGISTERED]
    await sync(rest, older, notes=None)
    await rest.close()
    ((severity, text),) = about(await found(discord), "commands")
    assert (severity, text) == ("warning", "Are not registered as they are now: imagine.")


async def test_channels_of_a_server_are_looked_at(discord: DiscordEmulator) -> None:
    """Channels where Easel is mute are named with what is missing; one that it does not see may be meant so."""
    discord.forbid(discord.add_channel("mods"), Permission.VIEW_CHANNEL)
    ((severity, text),) = about(await found(discord), discord.guild.name)
    assert severity == "fine"
    assert text.endswith("; it does not see #mods.")
    discord.forbid(discord.add_channel("words"), Permission.ATTACH_FILES)
    ((severity, text),) = about(await found(discord), discord.guild.name)
    assert (severity, text) == ("warning", "No pictures can be posted in #words (Attach Files).")


async def test_no_server_leads_to_the_invite(discord: DiscordEmulator) -> None:
    """A bot that is nowhere gets the link that adds it."""
    discord.kick_bot()
    finding = next(each for each in await found(discord) if each.subject == "servers")
    assert finding.advice == f"Open {invite(int(discord.application_id))}"


@pytest.mark.parametrize(
    ("permission", "severity", "words"),
    [
        (Permission.ATTACH_FILES, "problem", "Attach Files is missing: no picture can be posted."),
        (Permission.CREATE_PUBLIC_THREADS, "warning", "Create Public Threads is missing"),
        (Permission.READ_MESSAGE_HISTORY, "warning", "cannot answer"),
    ],
)
async def test_missing_permission_is_named(
    discord: DiscordEmulator, permission: Permission, severity: str, words: str
) -> None:
    """Each right that a channel takes away is named, with what does not work without it."""
    channel = discord.add_channel("studio")
    discord.forbid(channel, permission)
    findings = about(await found(discord, channels=(int(channel.id),)), "#studio")
    assert findings[0][0] == severity
    assert words in findings[0][1]


async def test_channel_that_is_not_there_is_said(discord: DiscordEmulator) -> None:
    """A wrong id, and a channel that is hidden from Easel."""
    hidden = discord.add_channel("hidden")
    discord.forbid(hidden, Permission.VIEW_CHANNEL)
    findings = await found(discord, channels=(123456789012345678, int(hidden.id)))
    assert about(findings, "channel 123456789012345678") == [("problem", "That channel or thread was deleted.")]
    assert about(findings, f"channel {hidden.id}") == [("problem", "Easel cannot see that channel.")]


def test_invite_asks_for_what_is_needed() -> None:
    """The link asks for exactly the rights that Easel uses."""
    assert PERMISSIONS.value == 309237763136
    link = invite(42)
    assert link.startswith("https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands")
    assert "permissions=309237763136" in link


async def easel(discord: DiscordEmulator, *args: str, token: str = "") -> Ended:
    """Runs `easel` in a process of its own."""
    env = {"DISCORD_TOKEN": token or discord.token, "DISCORD_API_URL": discord.api_url}
    return await asyncio.to_thread(partial(run, args, env=env, folder=Path("/")))


async def test_shell_invites_and_registers(discord: DiscordEmulator) -> None:
    """`easel discord` prints the invite link, and registers commands and takes them away again."""
    assert await easel(discord, "discord", "invite") == (0, f"{invite(int(discord.application_id))}\n", "")
    guild = discord.guild.id
    code, out, _ = await easel(discord, "discord", "sync", "--guild", guild)
    assert (code, "imagine" in out) == (0, True)
    assert {"imagine", "Edit image"} <= {command["name"] for command in discord.commands[guild]}
    assert await easel(discord, "discord", "sync", "--guild", guild, "--remove") == (
        0,
        f"Registered in the server {guild}: none\n",
        "",
    )
    assert discord.commands[guild] == []


async def test_shell_says_what_is_wrong_in_plain_words(discord: DiscordEmulator) -> None:
    """A wrong token is two plain lines and no traceback."""
    code, out, err = await easel(discord, "discord", "invite", token="wrong")
    assert (code, out) == (1, "")
    assert err.startswith("easel: Discord does not accept DISCORD_TOKEN.\n")
    assert "Traceback" not in err
    discord.forgive()
