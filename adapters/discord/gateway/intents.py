"""What to ask the gateway for. Whether an app may have the words of everybody is switched on its page, at any time."""

import discord
import structlog

from adapters.discord.errors import DiscordRefused, to_easel_error
from adapters.discord.rest import DiscordRest

_log = structlog.get_logger(__name__)


class GatewayIntents:
    """Of all shards: `now` is what the next connection asks for. To ask for more than is granted ends it (4014).

    Args:
        wanted: whether to ask for the words of everybody, where the app may have them.
    """

    def __init__(self, rest: DiscordRest, flags: discord.ApplicationFlags, *, wanted: bool) -> None:
        self._rest = rest
        self._wanted = wanted
        self.now = self._granted_by(flags)

    async def are_granted(self, asked: discord.Intents) -> bool:
        """Whether a connection may ask for these. Discord is asked, and `now` is what it says.

        Raises:
            EaselError: Discord does not say.
        """
        try:
            app = await self._rest.call("GET", "/oauth2/applications/@me")
        except DiscordRefused as refused:
            raise to_easel_error(refused) from refused
        flags = discord.ApplicationFlags()
        flags.value = app["flags"]
        self.now = self._granted_by(flags)
        return asked == self.now

    def _granted_by(self, flags: discord.ApplicationFlags) -> discord.Intents:
        granted = flags.gateway_message_content or flags.gateway_message_content_limited
        if self._wanted and not granted:
            _log.warning("discord.words_hidden", hint="Only mentions and answers are heard: docs/discord.md.")
        return discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=self._wanted and granted
        )
