"""The settings of Easel: one field per environment variable. Units are in the names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings import discord
from bot.settings.fields import (
    PREFIX,
    BlobsUrl,
    DatabaseUrl,
    GatewayUrl,
    Host,
    HostName,
    HttpUrl,
    Key,
    PersonKey,
    Secret,
    absolute_path,
    display_value,
    existing_file,
    metadata_of,
    number,
    setting,
    split_list,
    sqlite_address,
)

DEFAULT_MODEL_WITH_KEY = "gpt-image-2.6-flare"
DEFAULT_MODEL_WITHOUT_KEY = "sketch"
"""The default model if EASEL_DEFAULT_MODEL is not set, without and with an OpenAI key."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of `easel config`. `is_default` is False if the administrator set it."""

    name: str
    value: str
    is_default: bool


class Settings(BaseSettings):
    """All settings, in the order of `.env.example` and `easel config`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)

    data_dir: Annotated[Path, AfterValidator(absolute_path)] = setting(
        Path("data"),
        "Where Easel keeps everything: databases, pictures, its lock. Back up this directory.",
        example="/var/lib/easel",
        legal="a directory, with a name in UTF-8",
    )
    database_url: DatabaseUrl | None = setting(
        None,
        "Where the state is stored. Default: an SQLite file in the data directory.",
        example="postgresql://easel:secret@localhost/easel",
        legal="an address that starts with postgresql:// or sqlite:///",
        is_secret=True,
    )
    blobs_url: BlobsUrl | None = setting(
        None,
        "Where the pictures are stored. Default: a folder in the data directory.",
        example="s3://our-bucket/easel",
        legal="an address that starts with file:///, s3://, gs:// or az://",
        is_secret=True,
    )
    web: Literal["auto", "on", "off"] = setting(
        "auto", "The playground in the browser. auto: only if no chat platform is configured.", example="on"
    )
    web_host: Host = setting(
        "127.0.0.1",
        "The address that Easel listens on. An address that is not loopback opens the playground to your network.",
        example="0.0.0.0",  # noqa: S104 - an example to copy, not what we bind
        legal="a host name or IP address",
    )
    web_hosts: Annotated[tuple[HostName, ...], BeforeValidator(split_list)] = setting(
        (),
        "Host names under which a reverse proxy serves the playground. IP addresses and localhost always work.",
        example="easel.example.com",
        legal="host names without port, separated by commas",
    )
    web_port: int = number(
        8765, "The port of the playground, health checks, metrics, and Slack over HTTP. 0: any free port.", 0, 65535
    )
    openai_api_key: Key | None = setting(
        None,
        "The key of your OpenAI account, for its image and text models.",
        example="sk-proj-...",
        legal="a key, without spaces",
        is_secret=True,
        variable="OPENAI_API_KEY",
    )
    openai_base_url: HttpUrl | None = setting(
        None,
        "The address of OpenAI's API, for a proxy or a region. Default: OpenAI's own address.",
        example="https://eu.api.openai.com/v1",
        legal="an address that starts with https:// or http://",
        is_secret=True,
        variable="OPENAI_BASE_URL",
    )
    slack_bot_token: Key | None = setting(
        None,
        "The bot token of your Slack app. See docs/slack.md.",
        example="xoxb-...",
        legal="a token that starts with xoxb-",
        is_secret=True,
        variable="SLACK_BOT_TOKEN",
    )
    slack_app_token: Key | None = setting(
        None,
        "The app-level token of your Slack app, for Socket Mode.",
        example="xapp-...",
        legal="a token that starts with xapp-",
        is_secret=True,
        variable="SLACK_APP_TOKEN",
    )
    slack_signing_secret: Key | None = setting(
        None,
        "The signing secret of your Slack app, for events over HTTP (without SLACK_APP_TOKEN).",
        example="8f742231b10e8888abcd99yyyzzz85a5",
        legal="a secret, without spaces",
        is_secret=True,
        variable="SLACK_SIGNING_SECRET",
    )
    slack_client_id: str | None = setting(
        None,
        "The client ID of your Slack app, for several workspaces. See docs/slack.md.",
        example="3336676.569200954261",
        legal="the client ID of a Slack app",
        variable="SLACK_CLIENT_ID",
    )
    slack_client_secret: Key | None = setting(
        None,
        "The client secret of your Slack app, for several workspaces.",
        example="9f8e7d6c...",
        legal="a secret, without spaces",
        is_secret=True,
        variable="SLACK_CLIENT_SECRET",
    )
    slack_api_url: HttpUrl = setting(
        SecretStr("https://slack.com/api/"),
        "The address of Slack's Web API. For GovSlack: https://slack-gov.com/api/.",
        example="https://slack-gov.com/api/",
        legal="an address that starts with https:// or http://",
        variable="SLACK_API_URL",
    )
    slack_updates_per_minute: int = number(
        40,
        "How often a minute status messages may change in one Slack workspace. Slack allows about 50 changes in all.",
        4,
        100_000,
    )
    slack_previews: Literal["on", "off"] = setting(
        "off", "Show unfinished pictures in Slack's status messages. Each takes four more calls to Slack.", example="on"
    )
    discord_token: Key | None = discord.TOKEN
    discord_api_url: HttpUrl = discord.API_URL
    discord_gateway_url: GatewayUrl = discord.GATEWAY_URL
    discord_shard_count: int = discord.SHARD_COUNT
    discord_shards: discord.Numbers = discord.SHARDS
    discord_message_content: Literal["auto", "off"] = discord.MESSAGE_CONTENT
    discord_threads: Literal["on", "off"] = discord.THREADS
    discord_roles: discord.Numbers = discord.ROLES
    discord_channels: discord.Numbers = discord.CHANNELS
    discord_age_restricted: Literal["on", "off", "only"] = discord.AGE_RESTRICTED
    discord_edit_interval_s: float = discord.EDIT_INTERVAL_S
    public_url: HttpUrl | None = setting(
        None,
        "The address of this server for people and Slack outside, for Slack over HTTP.",
        example="https://easel.example.com",
        legal="an address that starts with https:// or http://",
    )
    secret_key: Secret | None = setting(
        None,
        "The key that encrypts stored tokens, the same in all processes. Default: the file secret-key in the data "
        "directory.",
        example="3f1d...",
        legal="a secret, without spaces",
        is_secret=True,
    )
    default_model: str | None = setting(
        None,
        "The model that draws if a person names none. "
        f"Default: {DEFAULT_MODEL_WITH_KEY} with an OpenAI key, else sketch.",
        example="gpt-image-2",
        legal="a name that `easel models` lists",
    )
    moderation: Literal["auto", "low"] = setting(
        "auto", "How strict OpenAI's safety system is with pictures. low: less strict.", example="low"
    )
    models_file: Annotated[Path, AfterValidator(absolute_path), AfterValidator(existing_file)] | None = setting(
        None,
        "Your own TOML file of models, which adds or changes entries of the catalog. See docs/models.md.",
        example="/etc/easel/models.toml",
        legal="a TOML file that exists",
    )
    retired_models: Literal["successor", "refuse"] = setting(
        "successor",
        "What happens if a person names a model that was shut down: its successor draws, or Easel refuses.",
        example="refuse",
    )  # fmt: skip
    admins: Annotated[tuple[PersonKey, ...], BeforeValidator(split_list)] = setting(
        (),
        "People who have the rights of admins, in addition to the admins of the platforms.",
        example="slack:T024BE7LD:U023BECGF",
        legal="platform:team:person, separated by commas",
    )
    slots: int = number(16, "How many jobs may draw at the same time.", 1, 256)
    slots_per_person: int = number(3, "How many jobs of one person may draw at the same time.", 1, 256)
    images_per_minute: int = number(
        0,
        "How many pictures a minute Easel may request from one image service. 0: no limit.",
        0,
        100_000,
    )
    retention_days: int = number(0, "Days after which results and their pictures are removed. 0: never.", 0, 36_500)
    # A platform redelivers events for hours; with less than a week, a late one could be drawn a second time.
    engine_retention_days: int = number(30, "Days for which the job engine remembers finished jobs.", 7, 3650)
    stop_timeout_s: float = number(10.0, "Seconds that a stop waits for jobs that draw or deliver.", 0, 600)
    previews: int = number(
        2, "How many unfinished pictures are shown while one is drawn, if model and platform support it.", 0, 3
    )
    sketch_stroke_s: float = number(
        0.15, "Seconds that the model sketch waits between strokes, so that people can watch it draw.", 0, 10
    )
    thread_replies: Literal["all", "mentions"] = setting(
        "all",
        "Which replies in Easel's threads are edits: all, or only those that mention Easel.",
        example="mentions",
    )
    max_upload_mb: int = number(25, "The largest size of one attached picture, in megabytes.", 1, 200)
    log_format: Literal["console", "json"] = setting("console", "The format of log lines.", example="json")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "INFO",
        "The lowest level of log lines that are written. Only DEBUG may show what people typed.",
        example="DEBUG",
    )

    # Other environment variables: the models file may name any of them as the key of a service.
    _other_variables: Mapping[str, str] = PrivateAttr(default_factory=dict[str, str])

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Turns off pydantic's own sources: `load_settings` reads all values, and reports where each was set."""
        return (init_settings,)

    @classmethod
    def from_values(cls, values: Mapping[str, str], elsewhere: Mapping[str, str]) -> Self:
        """The settings from `values`, by field name.

        Args:
            elsewhere: all other variables; the models file may name any of them as a key.

        Raises:
            ValidationError: one or more values are not legal.
        """
        settings = cls.model_validate(values)
        settings._other_variables = dict(elsewhere)
        return settings

    def key(self, variable: str) -> str | None:
        """The key in the environment variable that a catalog entry names; None if it is not set."""
        if variable == "OPENAI_API_KEY":
            return self._secret(self.openai_api_key) or None
        return self._other_variables.get(variable) or None

    @property
    def has_slack(self) -> bool:
        """Whether Slack is configured: by a bot token, or by OAuth for workspaces that install the app."""
        by_oauth = self.slack_client_id is not None and self.public_url is not None
        return self.slack_bot_token is not None or by_oauth

    @property
    def has_discord(self) -> bool:
        return self.discord_token is not None

    @property
    def has_playground(self) -> bool:
        return self.web == "on" or (self.web == "auto" and not (self.has_slack or self.has_discord))

    @property
    def effective_default_model(self) -> str:
        """The name of the model to use when a person names none."""
        return self.default_model or (DEFAULT_MODEL_WITH_KEY if self.openai_api_key else DEFAULT_MODEL_WITHOUT_KEY)

    @property
    def openai_url(self) -> str | None:
        """The base URL for OpenAI's models; None for OpenAI's own address."""
        return self._secret(self.openai_base_url) or None

    @property
    def state_url(self) -> str:
        """The address of the state database."""
        return self._secret(self.database_url) or sqlite_address(self.data_dir / "state.db")

    @property
    def engine_url(self) -> str:
        """The address of the job engine's database: its own file with SQLite, the same database with PostgreSQL."""
        url = self._secret(self.database_url)
        return url if url.startswith("postgresql://") else sqlite_address(self.data_dir / "engine.db")

    @property
    def pictures_url(self) -> str:
        """The address of the picture store."""
        return self._secret(self.blobs_url) or (self.data_dir / "pictures").as_uri()

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mb * 1_000_000

    def masked_rows(self) -> tuple[SettingRow, ...]:
        """All settings in effect, with secrets hidden."""
        return tuple(
            SettingRow(variable(name), display_value(getattr(self, name)), name not in self.model_fields_set)
            for name in type(self).model_fields
        )

    @staticmethod
    def secret(text: SecretStr | None) -> str | None:
        """The plain text of a secret setting; None if it is not set."""
        return text.get_secret_value() if text else None

    @classmethod
    def _secret(cls, text: SecretStr | None) -> str:
        return cls.secret(text) or ""


def variable(field: str) -> str:
    """The name of the environment variable of a field."""
    named = metadata_of(Settings.model_fields[field], "variable")
    return str(named) if named else PREFIX + field.upper()
