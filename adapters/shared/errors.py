"""Errors of what the platforms share: those at start are read in a shell."""

from bot.errors import AdminError, Transient


def token_unreadable() -> AdminError:
    return AdminError(
        "A stored token cannot be read: it was encrypted with another key.",
        hint="Restore the file secret-key, or EASEL_SECRET_KEY, or install the app there again.",
    )


def port_in_use(port: int) -> AdminError:
    return AdminError(
        f"Port {port} is already in use, perhaps by another Easel.",
        hint="Stop the other program, or choose another port, such as EASEL_WEB_PORT=8766.",
    )


def port_not_permitted(port: int) -> AdminError:
    return AdminError(f"Port {port} may not be opened.", hint="Choose one above 1023, such as EASEL_WEB_PORT=8765.")


def cannot_listen(host: str) -> AdminError:
    return AdminError(
        f"Easel cannot listen on {host!r}.",
        hint="EASEL_WEB_HOST must be an address of this machine, such as 127.0.0.1.",
    )


def socks_missing(variable: str) -> AdminError:
    return AdminError(
        f"{variable} names a SOCKS proxy, and the library for it is not installed.",
        hint="Install aiohttp-socks beside Easel (its extra socks), or name an HTTP proxy.",
    )


def proxy_invalid(variable: str) -> AdminError:
    return AdminError(
        f"{variable} is not the address of a proxy.",
        hint=f"For example {variable}=http://proxy.example:3128 or {variable}=socks5://proxy.example:1080",
    )


def download_failed(service: str) -> Transient:
    """Args: `service`: the platform's name."""
    return Transient(f"{service} did not send the file.")


def updates_limited(service: str) -> Transient:
    """Args: `service`: the platform's name."""
    return Transient(f"{service} allows no more updates now.")
