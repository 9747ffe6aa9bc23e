"""Finds the proxy for a chat platform in the environment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY.

aiohttp's `trust_env` is not used: it reads the variables in a thread at every request, and does not support SOCKS.
"""

from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from yarl import URL

from adapters.shared import errors
from bot.domain.proxy_variables import proxy_variable_for

_SOCKS: Final = ("socks4", "socks4a", "socks5", "socks5h")
_SCHEMES: Final = ("http", "https", *_SOCKS)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. `url` may contain user and password; `variable` is the variable that set it."""

    url: URL
    variable: str

    @property
    def is_socks(self) -> bool:
        return self.url.scheme in _SOCKS

    def connector(self) -> aiohttp.BaseConnector:
        """The aiohttp connector for a SOCKS proxy.

        Raises:
            AdminError: the library for it is not installed.
        """
        try:
            from adapters.shared.socks import SocksConnector
        except ImportError as error:
            raise errors.socks_missing(self.variable) from error
        # The suffixes "h" and "a" (as in curl) mean that the proxy resolves names.
        scheme = self.url.scheme.rstrip("ha")
        return SocksConnector.from_url(str(self.url.with_scheme(scheme)), rdns=scheme != self.url.scheme)


def proxy_for(address: str) -> Proxy | None:
    """The proxy for `address`, such as https://slack.com/api/; None for a direct connection.

    As in Slack's library, HTTP_PROXY also applies to https if HTTPS_PROXY is not set, and vice versa.

    Raises:
        AdminError: the variable's value is not a proxy's address.
    """
    wanted = URL(address)
    scheme = {"wss": "https", "ws": "http"}.get(wanted.scheme, wanted.scheme)
    found = proxy_variable_for(wanted.host_port_subcomponent or "", (scheme, "https", "http", "all"))
    if found is None:
        return None
    variable = found.name
    try:
        url = URL(found.address)
    except ValueError:
        url = URL()
    if url.scheme not in _SCHEMES or not url.host:
        raise errors.proxy_invalid(variable)
    return Proxy(url, variable)


def session_for(address: str, **options: Any) -> aiohttp.ClientSession:
    """An aiohttp session for `address`, through its proxy. Raises as `proxy_for` and `Proxy.connector`."""
    proxy = proxy_for(address)
    if proxy is not None and proxy.is_socks:
        return aiohttp.ClientSession(connector=proxy.connector(), **options)
    return aiohttp.ClientSession(proxy=proxy.url if proxy is not None else None, **options)
