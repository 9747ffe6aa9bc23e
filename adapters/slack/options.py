"""Settings of the Slack adapter."""

from dataclasses import dataclass
from typing import Final

PING_S: Final = 5.0
"""Seconds between two pings. The SDK detects a broken connection at the next ping; Bolt's default is 10 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """Settings as an administrator entered them.

    Attributes:
        bot_token: of the only workspace; None if workspaces install the app by OAuth.
        app_token: for Socket Mode; None for HTTP.
        signing_secret: for HTTP.
        client_id, client_secret, public_url, install_key: for OAuth.
        secret: encrypts stored tokens.
        updates_per_minute: how often all status messages of one workspace together may be updated.
        previews: whether previews of unfinished pictures are shown.
        ping_s: seconds between two pings of a Socket Mode connection.
    """

    api_url: str
    bot_token: str | None = None
    app_token: str | None = None
    signing_secret: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    public_url: str | None = None
    install_key: str = ""
    secret: str = ""
    updates_per_minute: int = 40
    previews: bool = False
    ping_s: float = PING_S

    def __repr__(self) -> str:
        return "SlackOptions(...)"  # a traceback or a log line shows no token
