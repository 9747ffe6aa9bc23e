"""An aiohttp connector for SOCKS proxies. Needs the extra `socks`."""

from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError


class SocksConnector(ProxyConnector):
    """As `ProxyConnector`, but raises aiohttp's errors instead of its own, so that callers catch them."""

    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Raises aiohttp.ClientConnectionError if the proxy or the server behind it cannot be reached."""
        try:
            return await super().connect(*args, **kwargs)
        except (ProxyConnectionError, ProxyTimeoutError, ProxyError) as error:
            raise aiohttp.ClientConnectionError(str(error)) from error
