"""Discord gateway intents: message content only where the app has it, which its owner can change at any time."""

import discord
import structlog

from adapters.discord.payloads.rest_responses import parse_application_flags
from adapters.discord.rest import DiscordRest

_log = structlog.get_logger(__name__)


class GatewayIntents:
    """Of all shards. `now` are the intents of the next connection; Discord closes one that asks for too many (4014).

    Args:
        wanted: whether to use the message content intent where the app has it.
    """

    def __init__(self, rest: DiscordRest, flags: discord.ApplicationFlags, *, wanted: bool) -> None:
        self._rest = rest
        self._wanted = wanted
        self.now = self._granted_by(flags)

    async def are_granted(self, asked: discord.Intents) -> bool:
        """Whether the app has these intents now. Asks Discord, and updates `now`.

        Raises:
            EaselError: Discord cannot be asked.
        """
        answer = await self._rest.call("GET", "/oauth2/applications/@me")
        self.now = self._granted_by(parse_application_flags(answer))
        return asked == self.now

    def _granted_by(self, flags: discord.ApplicationFlags) -> discord.Intents:
        granted = flags.gateway_message_content or flags.gateway_message_content_limited
        if self._wanted and not granted:
            _log.warning("discord.words_hidden", hint="Only mentions and answers are heard: docs/discord.md.")
        return discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=self._wanted and granted
        )
