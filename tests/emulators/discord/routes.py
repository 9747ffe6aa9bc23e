"""The coverage list: every route that is emulated, with its rate limit. Whatever is not here is no route."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MAJOR = ("channel_id", "guild_id", "webhook_id", "interaction_id")
"""Parameters of which each value has a bucket of its own."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route.

    Attributes:
        auth: whether the bot's token is wanted, or the one of an interaction in the address.
        calls, per_s: as many calls in so many seconds, for each major parameter.
    """

    name: str
    verb: str
    path: str
    auth: Literal["bot", "interaction"] = "bot"
    calls: int = 50
    per_s: float = 1.0
    pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.path))
        object.__setattr__(self, "pattern", pattern)


_APP = "/applications/{application_id}"
_CHANNEL = "/channels/{channel_id}"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_HOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES: Mapping[str, Route] = {
    route.name: route
    for route in (
        # The app itself
        Route("get_current_user", "GET", "/users/@me"),
        Route("get_application", "GET", "/oauth2/applications/@me"),
        Route("get_current_application", "GET", "/applications/@me"),
        Route("get_gateway", "GET", "/gateway"),
        Route("get_gateway_bot", "GET", "/gateway/bot", calls=2, per_s=5),
        # Commands
        Route("get_commands", "GET", f"{_APP}/commands"),
        Route("bulk_overwrite_commands", "PUT", f"{_APP}/commands", calls=2, per_s=5),
        Route("get_guild_commands", "GET", f"{_APP}/guilds/{{guild_id}}/commands"),
        Route("bulk_overwrite_guild_commands", "PUT", f"{_APP}/guilds/{{guild_id}}/commands", calls=2, per_s=5),
        # People and guilds
        Route("create_dm", "POST", "/users/@me/channels", calls=10, per_s=10),
        Route("get_user", "GET", "/users/{user_id}", calls=30, per_s=30),
        Route("get_current_guilds", "GET", "/users/@me/guilds"),
        Route("get_guild", "GET", "/guilds/{guild_id}", calls=10, per_s=10),
        Route("get_guild_channels", "GET", "/guilds/{guild_id}/channels", calls=10, per_s=10),
        Route("get_guild_member", "GET", "/guilds/{guild_id}/members/{user_id}", calls=5, per_s=2),
        Route("get_guild_roles", "GET", "/guilds/{guild_id}/roles", calls=10, per_s=10),
        Route("get_active_threads", "GET", "/guilds/{guild_id}/threads/active", calls=10, per_s=10),
        # Channels and messages
        Route("get_channel", "GET", _CHANNEL, calls=50),
        Route("edit_channel", "PATCH", _CHANNEL, calls=5, per_s=15),
        Route("get_messages", "GET", f"{_CHANNEL}/messages", calls=5, per_s=5),
        Route("create_message", "POST", f"{_CHANNEL}/messages", calls=5, per_s=5),
        Route("get_message", "GET", _MESSAGE, calls=5, per_s=5),
        Route("edit_message", "PATCH", _MESSAGE, calls=5, per_s=5),
        Route("delete_message", "DELETE", _MESSAGE, calls=5, per_s=1),
        Route("add_reaction", "PUT", f"{_MESSAGE}/reactions/{{emoji}}/@me", calls=1, per_s=0.25),
        Route("remove_reaction", "DELETE", f"{_MESSAGE}/reactions/{{emoji}}/@me", calls=1, per_s=0.25),
        Route("typing", "POST", f"{_CHANNEL}/typing", calls=5, per_s=5),
        # Threads
        Route("start_thread_from_message", "POST", f"{_MESSAGE}/threads", calls=50, per_s=300),
        Route("start_thread", "POST", f"{_CHANNEL}/threads", calls=50, per_s=300),
        Route("join_thread", "PUT", f"{_CHANNEL}/thread-members/@me"),
        Route("leave_thread", "DELETE", f"{_CHANNEL}/thread-members/@me"),
        Route("add_thread_member", "PUT", f"{_CHANNEL}/thread-members/{{user_id}}"),
        Route("get_thread_members", "GET", f"{_CHANNEL}/thread-members"),
        # Interactions
        Route("create_interaction_response", "POST", "/interactions/{interaction_id}/{token}/callback", "interaction"),
        Route("get_original_response", "GET", f"{_HOOK}/messages/@original", "interaction", 5, 2),
        Route("edit_original_response", "PATCH", f"{_HOOK}/messages/@original", "interaction", 5, 2),
        Route("delete_original_response", "DELETE", f"{_HOOK}/messages/@original", "interaction", 5, 2),
        Route("create_followup", "POST", _HOOK, "interaction", 5, 2),
        Route("get_followup", "GET", f"{_HOOK}/messages/{{message_id}}", "interaction", 5, 2),
        Route("edit_followup", "PATCH", f"{_HOOK}/messages/{{message_id}}", "interaction", 5, 2),
        Route("delete_followup", "DELETE", f"{_HOOK}/messages/{{message_id}}", "interaction", 5, 2),
    )
}


def find_route(verb: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The first of the list that matches, with its parameters."""
    for route in ROUTES.values():
        if route.verb == verb and (match := route.pattern.fullmatch(path)):
            return route, match.groupdict()
    return None
