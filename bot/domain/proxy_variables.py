"""Reads the proxy variables of the environment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, and the exceptions in NO_PROXY."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.request import getproxies_environment, proxy_bypass

_KINDS: Final = ("https", "http", "all")


class ProxyVariable(NamedTuple):
    """A variable that is set, and the address in it, with a scheme. The address may contain user and password."""

    name: str
    address: str


def proxy_variables() -> Mapping[str, ProxyVariable]:
    """All proxy variables that are set, by kind: `https`, `http` and `all`."""
    named = getproxies_environment()
    return {kind: _variable(kind, named[kind]) for kind in _KINDS if named.get(kind)}


def proxy_variable_for(host: str, kinds: Sequence[str]) -> ProxyVariable | None:
    """The variable with the proxy for a host; None for a direct connection.

    Args:
        host: with its port, if NO_PROXY is to be compared with the port as well.
        kinds: the first of these that is set is used.
    """
    variables = proxy_variables()
    found = next((variables[kind] for kind in kinds if kind in variables), None)
    return found if found is not None and not proxy_bypass(host) else None


def _variable(kind: str, address: str) -> ProxyVariable:
    return ProxyVariable(f"{kind.upper()}_PROXY", address if "://" in address else f"http://{address}")
