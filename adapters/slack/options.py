"""What an administrator says about Slack."""

from dataclasses import dataclass
from typing import Final

PING_S: Final = 5.0
"""After a cut connection the SDK waits for one of these before it connects again; Bolt's own are 10 s apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """What an administrator says about Slack.

    Attributes:
        bot_token: of the one workspace; None where workspaces install the app by OAuth.
        app_token: for Socket Mode; None for HTTP.
        signing_secret: for HTTP.
        client_id, client_secret, public_url, install_key: for OAuth.
        secret: seals stored tokens.
        ping_s: between two pings of a socket.
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
