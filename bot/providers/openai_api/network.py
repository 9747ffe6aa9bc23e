"""Checks certificates and proxies from the environment; errors name the variable.

The HTTP library reads the same variables, but reports wrong values unclearly or not at all.
"""

import os
import ssl
from functools import cache
from pathlib import Path
from typing import Final

from httpx2 import AsyncHTTPTransport, InvalidURL, Proxy, create_ssl_context

from bot.domain.connection_settings import address_problem
from bot.domain.proxy_variables import ProxyVariable, proxy_variable_for, proxy_variables
from bot.texts import service_errors

_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def certificate_variables() -> tuple[str, ...]:
    """The variables for certificates that are set."""
    return tuple(name for name in _CERTIFICATES if os.environ.get(name))


def trusted_certificates() -> ssl.SSLContext:
    """The certificates from the environment, or the system's. Takes 0.1 s; the result is cached.

    Raises:
        AdminError: the file or directory in a variable does not exist, or contains no certificates.
    """
    return _load_certificates(*(os.environ.get(name, "") for name in _CERTIFICATES))


def proxy_variable_name(scheme: str, host: str) -> str | None:
    """The name of the variable with the proxy for this scheme and host; None if no proxy is used."""
    found = proxy_variable_for(host, (scheme, "all"))
    return found.name if found is not None else None


def check_proxies() -> None:
    """Raises AdminError if a proxy variable is not usable. httpx2 opens all of them when a client is created."""
    for variable in proxy_variables().values():
        _check_proxy(variable)


@cache
def _load_certificates(file: str, directory: str) -> ssl.SSLContext:
    # As in httpx2, the file takes precedence over the directory.
    variable = next((name for name, path in zip(_CERTIFICATES, (file, directory), strict=True) if path), None)
    hint = service_errors.certificate_hint(variable)
    if variable == "SSL_CERT_DIR" and not any(_is_readable(path) for path in directory.split(os.pathsep)):
        raise service_errors.certificate_directory_missing(hint=hint)
    try:
        return create_ssl_context()
    except ssl.SSLError as error:
        raise service_errors.no_certificates(variable, hint=hint) from error
    except OSError as error:
        raise service_errors.certificate_file_missing(variable, hint=hint) from error


def _is_readable(directory: str) -> bool:
    path = Path(directory)
    return path.is_dir() and os.access(path, os.R_OK | os.X_OK)


def _check_proxy(proxy: ProxyVariable) -> None:
    variable, address = proxy
    if address_problem(address) is None:
        try:
            AsyncHTTPTransport(proxy=Proxy(address), verify=trusted_certificates())
        except ImportError as error:
            raise service_errors.socks_missing(variable) from error
        except (ValueError, InvalidURL):
            pass
        else:
            return
    raise service_errors.proxy_invalid(variable)
