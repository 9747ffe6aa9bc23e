"""What an administrator can set for Discord; the fields themselves stand with all others in `settings`."""

from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr

from bot.settings.fields import number, setting, split

Numbers = Annotated[tuple[int, ...], BeforeValidator(split)]

TOKEN: Any = setting(
    None,
    "The token of your Discord bot: connects its servers. docs/discord.md leads there.",
    example="MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl...",
    legal="a token, without spaces",
    is_secret=True,
    variable="DISCORD_TOKEN",
)
API_URL: Any = setting(
    SecretStr("https://discord.com/api/v10"),
    "Where Discord's REST API is, for a proxy in front of it.",
    example="http://localhost:8081/api/v10",
    legal="an address that starts with https:// or http://",
    variable="DISCORD_API_URL",
)
GATEWAY_URL: Any = setting(
    SecretStr("wss://gateway.discord.gg/"),
    "Where Discord's gateway is, for a proxy in front of it.",
    example="ws://localhost:8082/",
    legal="an address that starts with wss:// or ws://",
    variable="DISCORD_GATEWAY_URL",
)
SHARD_COUNT: Any = number(
    1, "Connections that Discord's servers are spread over: from 2,500 servers on, more than one.", 1, 10_000
)
SHARDS: Any = setting(
    (),
    "Which of them this process may serve; unset, all. Each is served by one process at a time in any case.",
    example="0, 1, 2",
    legal="numbers below EASEL_DISCORD_SHARD_COUNT, separated by commas",
)
MESSAGE_CONTENT: Any = setting(
    "auto",
    "Whether Easel reads replies that do not mention it, where the app has the message content intent.",
    example="off",
)
THREADS: Any = setting(
    "on", "Whether each new picture opens a thread; without, replies to the picture do the same.", example="off"
)
ROLES: Any = setting(
    (),
    "IDs of the Discord roles that may use Easel; unset, everybody. With it there are no direct messages.",
    example="1098765432109876543",
    legal="IDs, separated by commas",
)
CHANNELS: Any = setting(
    (),
    "IDs of the Discord channels or categories in which Easel works; unset, all that it can see.",
    example="1098765432109876543",
    legal="IDs, separated by commas",
)
AGE_RESTRICTED: Any = setting(
    "on", "Whether Easel works in age-restricted Discord channels, or only there.", example="off"
)
EDIT_INTERVAL_S: Any = number(2.0, "Seconds between two changes of one status message in Discord.", 0, 600)
