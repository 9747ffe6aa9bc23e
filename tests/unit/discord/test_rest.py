"""What the one client for Discord's REST API keeps of its calls."""

import pytest

from adapters.discord.errors import DiscordRefused
from adapters.discord.rest import DiscordRest
from bot.errors import Transient
from bot.jobs.clock import SystemClock
from tests.emulators.discord import faults
from tests.emulators.discord.server import DiscordEmulator


async def test_interactions_leave_no_limits() -> None:
    """Each has limits of its own, which nobody asks for again; those of channels are kept."""
    async with DiscordEmulator() as discord:
        rest = DiscordRest(discord.token, SystemClock(), api_url=discord.api_url)
        channel = int(discord.add_channel("studio").id)
        await rest.call("GET", "/channels/{channel_id}", channel_id=channel)
        kept = await _limits(rest)
        for interaction in range(3):
            with pytest.raises(DiscordRefused) as refused:
                await rest.call(
                    "POST",
                    "/interactions/{webhook_id}/{webhook_token}/callback",
                    body={"type": 5},
                    webhook_id=interaction,
                    webhook_token=f"token-{interaction}",
                )
            assert refused.value.code == 10062
        assert kept
        assert await _limits(rest) == kept
        await rest.close()


async def test_limit_at_login_passes() -> None:
    """Discord may say already there that it wants to hear nothing for a while."""
    async with DiscordEmulator() as discord:
        rest = DiscordRest(discord.token, SystemClock(), api_url=discord.api_url)
        discord.fail("get_current_user", faults.rate_limited(90))
        with pytest.raises(Transient):
            await rest.application()
        assert (await rest.application()).name == discord.bot.name
        await rest.close()


async def _limits(rest: DiscordRest) -> set[str]:
    return set((await rest.client()).http._buckets)
