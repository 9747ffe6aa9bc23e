"""What an administrator says about Discord."""

from dataclasses import dataclass, field

from adapters.discord.rest import API_URL, GATEWAY_URL
from adapters.discord.server.permissions import AccessRules


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordOptions:
    """What an administrator says about Discord.

    Attributes:
        owner: the lasting name of this process, for the leases on shards.
        shards: which of `shard_count` this process may serve; empty for all of them.
        message_content: whether to ask for what people write without calling us, where the app may have it.
        edit_interval_s: seconds between two changes of one status message.
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
