"""Recognises addresses of Slack, and the file that such an address leads to. Pure."""

import re
from typing import Final

from yarl import URL

_DOMAINS: Final = ("slack.com", "slack-gov.com")
_FILE: Final = re.compile(r"/files-(?:pri|tmb)/T[A-Z0-9]+-(F[A-Z0-9]+)|/files/[UW][A-Z0-9]+/(F[A-Z0-9]+)")
"""The paths of a file, of its thumbnails, and of its page in the workspace."""


class SlackAddresses:
    """Args: `api_url`: the address of the Web API. Its host counts as Slack's too (proxies, tests)."""

    def __init__(self, api_url: str) -> None:
        self._api_url = URL(api_url)

    def is_slack(self, address: URL) -> bool:
        host = address.host or ""
        is_known = address.scheme == "https" and any(host == name or host.endswith(f".{name}") for name in _DOMAINS)
        ours = (self._api_url.scheme, self._api_url.host, self._api_url.port)
        return is_known or (address.scheme, address.host, address.port) == ours

    def file_in(self, address: str) -> str | None:
        """The id of the file at an address; None for one that is not Slack's, or leads to no file."""
        url = _absolute_url(address)
        found = _FILE.match(url.path) if url is not None and self.is_slack(url) else None
        return found[1] or found[2] if found is not None else None

    def is_external(self, address: str) -> bool:
        """Whether it is an address, and not one of Slack's."""
        url = _absolute_url(address)
        return url is not None and not self.is_slack(url)


def _absolute_url(address: str) -> URL | None:
    """None for a text that is no absolute address."""
    try:
        url = URL(address)
    except ValueError:
        return None
    return url if url.absolute and url.host else None
