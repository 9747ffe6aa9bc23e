"""Slack URLs: recognises them, and finds the id of the file that a URL is for. Pure."""

import re
from typing import Final

from yarl import URL

_DOMAINS: Final = ("slack.com", "slack-gov.com")
_FILE: Final = re.compile(r"/files-(?:pri|tmb)/T[A-Z0-9]+-(F[A-Z0-9]+)|/files/[UW][A-Z0-9]+/(F[A-Z0-9]+)")
"""The URL paths of a file, of its thumbnails, and of its page in the workspace."""


class SlackAddresses:
    """Recognises Slack URLs.

    Args:
        api_url: the URL of the Web API. Its host counts as Slack's too (for proxies and tests).
    """

    def __init__(self, api_url: str) -> None:
        self._api_url = URL(api_url)

    def is_slack(self, address: URL) -> bool:
        host = address.host or ""
        is_known = address.scheme == "https" and any(host == name or host.endswith(f".{name}") for name in _DOMAINS)
        ours = (self._api_url.scheme, self._api_url.host, self._api_url.port)
        return is_known or (address.scheme, address.host, address.port) == ours

    def file_in(self, address: str) -> str | None:
        """The id of the file that a URL is for; None if it is not a Slack URL, or not for a file."""
        url = _absolute_url(address)
        found = _FILE.match(url.path) if url is not None and self.is_slack(url) else None
        return found[1] or found[2] if found is not None else None

    def is_external(self, address: str) -> bool:
        """Whether it is an absolute URL that is not Slack's."""
        url = _absolute_url(address)
        return url is not None and not self.is_slack(url)


def _absolute_url(address: str) -> URL | None:
    """Parses an absolute URL; None for any other text."""
    try:
        url = URL(address)
    except ValueError:
        return None
    return url if url.absolute and url.host else None
