"""The settings of the Slack platform."""

from dataclasses import dataclass
from typing import Final

PING_S: Final = 5.0
"""Between two pings. The SDK notices a broken connection at the next ping; Bolt's default is 10 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """The settings of the Slack platform.

    Attributes:
        bot_token: of the one workspace; None where workspaces install the app by OAuth.
        app_token: for Socket Mode; None for HTTP.
        signing_secret: for HTTP.
        client_id, client_secret, public_url, install_key: for OAuth.
        secret: encrypts stored tokens.
        updates_per_minute: how many updates of status messages a workspace gets.
        previews: whether unfinished pictures are shown.
        ping_s: between two pings of a Socket Mode connection.
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
