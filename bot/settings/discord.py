"""The settings for Discord, used as fields of `Settings`."""

from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr

from bot.settings.fields import number, setting, split_list

Numbers = Annotated[tuple[int, ...], BeforeValidator(split_list)]

TOKEN: Any = setting(
    None,
    "The token of your Discord bot. See docs/discord.md.",
    example="MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl...",
    legal="a token, without spaces",
    is_secret=True,
    variable="DISCORD_TOKEN",
)
API_URL: Any = setting(
    SecretStr("https://discord.com/api/v10"),
    "The address of Discord's REST API, for a proxy in front of it.",
    example="http://localhost:8081/api/v10",
    legal="an address that starts with https:// or http://",
    variable="DISCORD_API_URL",
)
GATEWAY_URL: Any = setting(
    SecretStr("wss://gateway.discord.gg/"),
    "The address of Discord's gateway, for a proxy in front of it.",
    example="ws://localhost:8082/",
    legal="an address that starts with wss:// or ws://",
    variable="DISCORD_GATEWAY_URL",
)
SHARD_COUNT: Any = number(
    1, "How many connections (shards) share the servers. From 2,500 servers on, Discord requires several.", 1, 10_000
)
SHARDS: Any = setting(
    (),
    "The shards that this process may serve. Default: all. One process at a time serves a shard.",
    example="0, 1, 2",
    legal="numbers below EASEL_DISCORD_SHARD_COUNT, separated by commas",
)
MESSAGE_CONTENT: Any = setting(
    "auto",
    "auto: read replies that do not mention Easel, if the app has the message content intent. off: never.",
    example="off",
)
THREADS: Any = setting(
    "on", "Whether each new picture opens a thread. off: people reply to the picture.", example="off"
)
ROLES: Any = setting(
    (),
    "IDs of the Discord roles that may use Easel. Default: everyone. With roles, there are no direct messages.",
    example="1098765432109876543",
    legal="IDs, separated by commas",
)
CHANNELS: Any = setting(
    (),
    "IDs of the Discord channels or categories in which Easel works. Default: all that it can see.",
    example="1098765432109876543",
    legal="IDs, separated by commas",
)
AGE_RESTRICTED: Any = setting(
    "on", "Whether Easel works in age-restricted Discord channels. only: nowhere else.", example="off"
)
EDIT_INTERVAL_S: Any = number(2.0, "Seconds between two changes of one status message in Discord.", 0, 600)
