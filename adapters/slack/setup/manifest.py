"""The manifest of the Slack app, with every scope and event that Easel needs."""

from collections.abc import Mapping
from typing import Final

from adapters.slack.ids import COMMAND
from bot.ports import Json

SHORTCUT_NEW: Final = "easel:new"
SHORTCUT_EDIT: Final = "easel:edit"

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "hears when somebody calls Easel by its name",
    "channels:history": "hears replies in its threads of public channels",
    "channels:join": "joins a public channel when it is first used there",
    "chat:write": "posts and updates its own messages",
    "commands": f"offers {COMMAND}, and the shortcuts in menus",
    "files:read": "reads attached images, and sees that its own are shown",
    "files:write": "uploads pictures",
    "groups:history": "hears replies in its threads of private channels that it was invited to",
    "im:history": "hears what people write to it directly",
    "im:write": "finds a private picture's conversation again after a crash",
    "mpim:history": "hears replies in its threads of group conversations",
    "reactions:write": "marks what people say to each other in its threads as left alone",
    "users:read": "knows names, and who is an admin",
}
"""Each with its purpose, as `easel doctor` prints it. Slack grants what the manifest lists: only what code needs."""

EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)


def manifest(*, url: str | None) -> Json:
    """For Socket Mode, or with `url` (https, where Slack reaches this server) for HTTP and OAuth."""
    events_url = f"{url.rstrip('/')}/slack/events" if url is not None else None
    command: dict[str, object] = {
        "command": COMMAND,
        "description": "Draw a picture from words",
        "usage_hint": "a red fox in snow --size landscape --quality high",
        "should_escape": False,
    }
    subscriptions: dict[str, object] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, object] = {"is_enabled": True}
    oauth: dict[str, object] = {"scopes": {"bot": list(SCOPES)}}
    if url is not None and events_url is not None:
        command["url"] = subscriptions["request_url"] = interactivity["request_url"] = events_url
        oauth["redirect_urls"] = [f"{url.rstrip('/')}/slack/oauth_redirect"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Easel",
            "description": "Draws and edits pictures where you talk",
            "background_color": "#1d1c1d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "easel", "always_online": True},
            "slash_commands": [command],
            "shortcuts": [
                {
                    "name": "Create an image",
                    "type": "global",
                    "callback_id": SHORTCUT_NEW,
                    "description": "Opens a form for a new picture",
                },
                {
                    "name": "Edit this image",
                    "type": "message",
                    "callback_id": SHORTCUT_EDIT,
                    "description": "Opens a form that changes the picture of a message",
                },
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
