"""Every route's handler, by its name in the coverage list."""

from collections.abc import Mapping

from tests.emulators.discord.api import application, callbacks, channels, guilds, messages, webhooks
from tests.emulators.discord.api.asked import Handler

HANDLERS: Mapping[str, Handler] = {
    **application.HANDLERS,
    **guilds.HANDLERS,
    **channels.HANDLERS,
    **messages.HANDLERS,
    **callbacks.HANDLERS,
    **webhooks.HANDLERS,
}
