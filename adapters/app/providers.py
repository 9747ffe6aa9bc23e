"""Creates the providers that call services.

A module of its own, because importing the OpenAI library takes half a second and is only needed with a service.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from bot.catalog.catalog import Catalog
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Provider
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.provider import OpenAIImages
from bot.providers.svg_author.provider import SvgAuthor
from bot.settings.settings import Settings


def connect_services(
    settings: Settings, catalog: Catalog, pool: ImagingPool, stack: AsyncExitStack, *, identity_secret: str
) -> Mapping[str, Provider]:
    """The providers by their names in the catalog. `stack` closes their connections."""
    clients = OpenAIClients(settings.key, base_url=settings.openai_url)
    stack.push_async_callback(clients.close)
    rasteriser = Rasteriser()
    identities = SafetyIdentifiers(identity_secret.encode())
    return {
        "openai_images": OpenAIImages(
            catalog=catalog,
            clients=clients,
            identities=identities,
            pool=pool,
            rasteriser=rasteriser,
            moderation=settings.moderation,
        ),
        "svg_author": SvgAuthor(
            catalog=catalog, clients=clients, identities=identities, rasteriser=rasteriser, pool=pool
        ),
    }
