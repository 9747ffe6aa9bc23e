"""Settings of the Discord adapter."""

from dataclasses import dataclass, field

from adapters.discord.rest import API_URL, GATEWAY_URL
from adapters.discord.server.permissions import AccessRules


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordOptions:
    """Settings as an administrator entered them.

    Attributes:
        owner: the name of this process in shard leases, the same after a restart.
        shards: which of `shard_count` shards this process may run; empty for all.
        message_content: whether to use the message content intent, if the app has it.
        edit_interval_s: seconds between two edits of one status message.
    """

    token: str
    owner: str
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    shard_count: int = 1
    shards: tuple[int, ...] = ()
    message_content: bool = True
    threads: bool = True
    edit_interval_s: float = 2.0
    access: AccessRules = field(default_factory=AccessRules)

    def __repr__(self) -> str:
        return "DiscordOptions(...)"  # a traceback or a log line shows no token
