"""Everything an administrator can set, in one frozen tree, read from the environment and `.env`.

Only the composition root reads it; nothing else looks at the environment. Units are in the names.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args, get_origin
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import AdminError

PREFIX = "EASEL_"


class SettingsError(AdminError):
    """One or more settings are wrong; `text` lists them all."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of `easel config`. `is_default` is False where the administrator set it."""

    name: str
    value: str
    is_default: bool


def _setting(default: object, about: str, *, example: str, legal: str = "", is_secret: bool = False) -> Any:
    facts: JsonDict = {"legal": legal, "is_secret": is_secret}
    return Field(default, description=about, examples=[example], json_schema_extra=facts)


def _number(default: float, about: str, least: float, most: float) -> Any:
    kind = "a whole number" if isinstance(default, int) else "a number"
    facts: JsonDict = {"legal": f"{kind} from {least:g} to {most:g}"}
    return Field(default, description=about, ge=least, le=most, examples=[default], json_schema_extra=facts)


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _existing_file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def _split(listed: object) -> object:
    if isinstance(listed, str):
        return tuple(part.strip() for part in listed.split(",") if part.strip())
    return listed


def _url_of(*schemes: str) -> AfterValidator:
    def check(url: SecretStr) -> SecretStr:
        scheme, separator, rest = url.get_secret_value().partition("://")
        if scheme not in schemes or not separator or not rest:
            raise ValueError("not such an address")
        return url

    return AfterValidator(check)


_PersonKey = Annotated[str, Field(pattern=r"^[a-z]+:[^:\s]+:\S+$")]
_Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")]
_DatabaseUrl = Annotated[SecretStr, _url_of("postgresql", "sqlite")]
_BlobsUrl = Annotated[SecretStr, _url_of("file", "s3", "gs", "az")]


class Settings(BaseSettings):
    """The order here is the order in `.env.example` and `easel config`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)

    data_dir: Annotated[Path, AfterValidator(_absolute)] = _setting(
        Path("data"),
        "Where Easel keeps everything: databases, pictures, its lock. Back up this directory.",
        example="/var/lib/easel",
        legal="a directory",
    )
    database_url: _DatabaseUrl | None = _setting(
        None,
        "Where the state lives; unset, an SQLite file in the data directory.",
        example="postgresql://easel:secret@localhost/easel",
        legal="an address that starts with postgresql:// or sqlite:///",
        is_secret=True,
    )
    blobs_url: _BlobsUrl | None = _setting(
        None,
        "Where picture files live; unset, a folder in the data directory.",
        example="s3://our-bucket/easel",
        legal="an address that starts with file:///, s3://, gs:// or az://",
        is_secret=True,
    )
    web: Literal["auto", "on", "off"] = _setting(
        "auto", "The playground in the browser; auto runs it when no chat platform is configured.", example="on"
    )
    web_host: _Host = _setting(
        "127.0.0.1",
        "The address that the playground listens on. Anything but a loopback address opens it to your network.",
        example="0.0.0.0",  # noqa: S104 - an example to copy, not what we bind
        legal="a host name or IP address",
    )
    web_port: int = _number(8765, "The port of the playground; 0 takes any free one.", 0, 65535)
    default_model: str = _setting(
        "sketch",
        "The model that draws when a person names none.",
        example="gpt-image-2",
        legal="a name that `easel models` lists",
    )
    models_file: Annotated[Path, AfterValidator(_absolute), AfterValidator(_existing_file)] | None = _setting(
        None,
        "Your own TOML file of models: adds to the catalog, or changes its entries.",
        example="/etc/easel/models.toml",
        legal="a TOML file that exists",
    )
    retired_models: Literal["successor", "refuse"] = _setting(
        "successor", "What a request for a model that was shut down does: its successor draws, or it is refused.",
        example="refuse",
    )  # fmt: skip
    admins: Annotated[tuple[_PersonKey, ...], BeforeValidator(_split)] = _setting(
        (),
        "People who may do what admins may, besides those whom the platforms call so. Separated by commas.",
        example="slack:T024BE7LD:U023BECGF",
        legal="platform:team:person, separated by commas",
    )
    slots: int = _number(16, "Jobs that draw at the same time.", 1, 256)
    slots_per_person: int = _number(3, "Of these, the most that one person's jobs may take.", 1, 256)
    images_per_minute: int = _number(
        0, "Pictures a minute that each provider is asked for; 0 sets no limit.", 0, 100_000
    )
    retention_days: int = _number(
        0, "Days after which results and their pictures are removed; 0 keeps them.", 0, 36_500
    )
    # A platform redelivers events for hours; below a week a late one could be drawn a second time.
    engine_retention_days: int = _number(30, "Days for which finished jobs are remembered by the job engine.", 7, 3650)
    stop_timeout_s: float = _number(10.0, "Seconds that a stop waits for deliveries under way.", 0, 600)
    previews: int = _number(2, "Unfinished pictures shown while one is drawn, where model and platform can.", 0, 3)
    sketch_stroke_s: float = _number(
        0.15, "Seconds that the sketch model rests between strokes, so that people can watch it draw.", 0, 10
    )
    thread_replies: Literal["all", "mentions"] = _setting(
        "all",
        "Which replies in Easel's threads are edits: all of them, or only those that mention it.",
        example="mentions",
    )
    max_upload_mb: int = _number(25, "Megabytes that one attached picture may have.", 1, 200)
    log_format: Literal["console", "json"] = _setting("console", "How log lines look.", example="json")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        "INFO",
        "The least important log lines that are written. Only DEBUG may show what people typed.",
        example="DEBUG",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from `load_settings` alone, which knows where each was set and reports all that is wrong."""
        return (init_settings,)

    @property
    def state_url(self) -> str:
        """The address of the state database."""
        return self._secret(self.database_url) or f"sqlite:///{self.data_dir / 'state.db'}"

    @property
    def engine_url(self) -> str:
        """The address of the job engine's database: its own file with SQLite, the same database with PostgreSQL."""
        url = self._secret(self.database_url)
        return url if url.startswith("postgresql://") else f"sqlite:///{self.data_dir / 'engine.db'}"

    @property
    def pictures_url(self) -> str:
        """The address of the picture store."""
        return self._secret(self.blobs_url) or f"file://{self.data_dir / 'pictures'}"

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mb * 1_000_000

    def masked(self) -> tuple[SettingRow, ...]:
        """The settings in effect, secrets hidden."""
        return tuple(
            SettingRow(variable(name), _shown(getattr(self, name)), name not in self.model_fields_set)
            for name in type(self).model_fields
        )

    @staticmethod
    def _secret(url: SecretStr | None) -> str:
        return url.get_secret_value() if url else ""


def load_settings(env: Mapping[str, str], dotenv_path: Path | None) -> Settings:
    """Reads settings from `env`, and from the file `dotenv_path` (if it exists) what `env` does not set.

    Raises:
        SettingsError: everything that is wrong, at once.
    """
    given = _ours(_read_dotenv(dotenv_path), "in .env") | _ours(env, "in the environment")
    known = {variable(field): field for field in Settings.model_fields}
    problems = [_unknown(name, where, known) for name, (_, where) in given.items() if name not in known]
    try:
        settings = Settings.model_validate({known[name]: text for name, (text, _) in given.items() if name in known})
    except ValidationError as error:
        fields = dict.fromkeys(str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False))
        problems += [_wrong(field, *given.get(variable(field), ("", "by default"))) for field in fields]
    else:
        if not problems:
            return settings
    raise SettingsError("\n".join(problems), hint="Every setting is explained in .env.example.") from None


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def env_example() -> str:
    """The text of `.env.example`: every setting with what it does and an example, all commented out."""
    paragraphs = ["# Copy to .env and change what you need: every setting has a default that works."]
    for name, field in Settings.model_fields.items():
        default = _shown(field.default)
        facts = f"{_legal(field)}; default: {default}" if default else _legal(field)
        paragraphs.append(f"# {field.description}\n# ({facts})\n#{variable(name)}={_example(field)}")
    return "\n\n".join(paragraphs) + "\n"


# Kubernetes tells every pod about a service named "easel" in such variables; they are not meant for us.
_SERVICE_LINK = re.compile(
    r"EASEL_SERVICE_(HOST|PORT(_\w+)?)=.*|EASEL_PORT=\w+://.*|EASEL_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?=.*", re.DOTALL
)


def _ours(variables: Mapping[str, str | None], where: str) -> dict[str, tuple[str, str]]:
    """Non-empty `EASEL_*` variables with where they were set. An empty value means: not set, as compose files do."""
    return {
        name: (text, where)
        for name, text in variables.items()
        if text and name.upper().startswith(PREFIX) and not _SERVICE_LINK.fullmatch(f"{name}={text}")
    }


def _read_dotenv(path: Path | None) -> Mapping[str, str | None]:
    if path is None or not path.is_file():
        return {}
    try:
        return DotEnvSettingsSource(Settings, env_file=path, case_sensitive=True).env_vars
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "The file .env cannot be read.",
            hint="It must be a UTF-8 text file that the user who starts Easel may read.",
        ) from error


def _unknown(name: str, where: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6)
    advice = f"Did you mean {near[0]}?" if near else "See .env.example for all of them."
    return f"{name} ({where}) is not a setting of Easel. {advice}"


def _wrong(name: str, text: str, where: str) -> str:
    field, called = Settings.model_fields[name], variable(name)
    shown = "(hidden)" if _fact(field, "is_secret") else repr(text)
    return f"{called} is {shown} ({where}); it must be {_legal(field)}. Example: {called}={_example(field)}"


def _legal(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(get_args(field.annotation))
    return str(_fact(field, "legal"))


def _example(field: FieldInfo) -> str:
    return ", ".join(str(example) for example in field.examples or ())


def _fact(field: FieldInfo, name: str) -> object:
    return cast("JsonDict", field.json_schema_extra).get(name)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return _without_credentials(value.get_secret_value())
    if isinstance(value, tuple):
        return ", ".join(cast("tuple[str, ...]", value))
    return str(value)


def _without_credentials(url: str) -> str:
    """The address without its password and without its query, which may hold keys."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = parts.username
    netloc = f"{user}:***@{place}" if user else place
    return urlunsplit(parts._replace(netloc=netloc, query="***" if parts.query else "", fragment=""))
