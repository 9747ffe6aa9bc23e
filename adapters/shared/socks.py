"""Connects through a SOCKS proxy, with the errors of any other connection. Needs the extra `socks`."""

from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError


class SocksConnector(ProxyConnector):
    """aiohttp-socks raises errors of its own, which nobody who expects those of aiohttp would catch."""

    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Raises aiohttp.ClientConnectionError where the proxy cannot be reached, or does not reach the server."""
        try:
            return await super().connect(*args, **kwargs)
        except (ProxyConnectionError, ProxyTimeoutError, ProxyError) as error:
            raise aiohttp.ClientConnectionError(str(error)) from error
