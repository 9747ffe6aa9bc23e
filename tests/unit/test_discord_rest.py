"""What the one client for Discord's REST API keeps of its calls."""

import pytest

from adapters.discord.problems import UNKNOWN_INTERACTION, DiscordRefused
from adapters.discord.rest import Rest
from bot.jobs.clock import SystemClock
from tests.emulators.discord.server import DiscordEmulator


async def test_interactions_leave_no_limits() -> None:
    """Each has limits of its own, which nobody asks for again; those of channels are kept."""
    async with DiscordEmulator() as discord:
        rest = Rest(discord.token, SystemClock(), api_url=discord.api_url)
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
            assert refused.value.code == UNKNOWN_INTERACTION
        assert kept
        assert await _limits(rest) == kept
        await rest.close()


async def _limits(rest: Rest) -> set[str]:
    return set((await rest.client()).http._buckets)
