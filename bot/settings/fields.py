"""Builds the fields of `Settings` with their documentation, and defines the types of their values."""

from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args, get_origin
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from bot.domain.connection_settings import address_problem, key_problem

PREFIX = "EASEL_"


def setting(
    default: object, about: str, *, example: str, legal: str = "", is_secret: bool = False, variable: str | None = None
) -> Any:
    """A field of `Settings`.

    Args:
        default: the value if the variable is not set.
        about: what the setting does, for `.env.example`.
        example: a legal value.
        legal: the legal values in words, for error messages; not needed for a Literal.
        is_secret: never show the value.
        variable: the environment variable, if it is not `EASEL_` and the field's name in capitals.
    """
    facts: JsonDict = {"legal": legal, "is_secret": is_secret, "variable": variable}
    return Field(default, description=about, examples=[example], json_schema_extra=facts)


def number(default: float, about: str, least: float, most: float) -> Any:
    """A numeric field of `Settings` with inclusive bounds; whole numbers if `default` is an int."""
    kind = "a whole number" if isinstance(default, int) else "a number"
    facts: JsonDict = {"legal": f"{kind} from {least:g} to {most:g}"}
    return Field(default, description=about, ge=least, le=most, examples=[default], json_schema_extra=facts)


def absolute_path(path: Path) -> Path:
    try:
        path = path.expanduser().absolute()
        str(path).encode()  # UnicodeEncodeError is a ValueError: a database URL cannot hold a name that is not UTF-8
        # SQLite drops "link/.." from a path, but the operating system follows the link first.
        return path.resolve() if ".." in path.parts else path
    except RuntimeError as error:  # raised by pathlib if there is no home directory, and for circular links
        raise ValueError("there is no home directory that ~ could stand for") from error


def sqlite_address(path: Path) -> str:
    """The database URL of an SQLite file; special characters in the path are escaped."""
    return f"sqlite:///{quote(str(path))}"


def existing_file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def split_list(listed: object) -> object:
    if isinstance(listed, str):
        return tuple(part.strip() for part in listed.split(",") if part.strip())
    return listed


class IllegalValue(ValueError):
    """A value is not legal. The text is the end of a sentence and does not show the value."""


def url_with_scheme(*schemes: str) -> AfterValidator:
    def check(url: SecretStr) -> SecretStr:
        scheme, separator, rest = url.get_secret_value().partition("://")
        if scheme not in schemes or not separator or not rest:
            raise ValueError("not such an address")
        return url

    return AfterValidator(check)


def _check_no_spaces(secret: SecretStr) -> SecretStr:
    if any(char.isspace() or not char.isprintable() for char in secret.get_secret_value()):
        raise ValueError("a secret has no spaces")
    return secret


def _check_header_value(key: SecretStr) -> SecretStr:
    # A copied line break or a look-alike letter would otherwise fail in the HTTP client with an unclear error.
    if reason := key_problem(key.get_secret_value()):
        raise IllegalValue(reason)
    return key


def _check_address(url: SecretStr) -> SecretStr:
    if reason := address_problem(url.get_secret_value()):
        raise IllegalValue(reason)
    return url


Secret = Annotated[SecretStr, AfterValidator(_check_no_spaces)]
Key = Annotated[SecretStr, AfterValidator(_check_header_value)]
"""A secret that is sent in an HTTP header."""
PersonKey = Annotated[str, Field(pattern=r"^[a-z]+:[^:\s]+:\S+$")]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")]
HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$"), AfterValidator(str.lower)]
DatabaseUrl = Annotated[SecretStr, url_with_scheme("postgresql", "sqlite")]
HttpUrl = Annotated[SecretStr, url_with_scheme("https", "http"), AfterValidator(_check_address)]
GatewayUrl = Annotated[SecretStr, url_with_scheme("wss", "ws"), AfterValidator(_check_address)]
BlobsUrl = Annotated[SecretStr, url_with_scheme("file", "s3", "gs", "az")]


def legal_values(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(get_args(field.annotation))
    return str(metadata_of(field, "legal"))


def example_of(field: FieldInfo) -> str:
    return ", ".join(str(example) for example in field.examples or ())


def metadata_of(field: FieldInfo, name: str) -> object:
    return cast("JsonDict", field.json_schema_extra).get(name)


def display_value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return _without_credentials(secret) if "://" in secret else "***"
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value)


def _without_credentials(url: str) -> str:
    """The URL without its password and its query, which may hold keys. File URLs have neither."""
    if url.startswith(("file:///", "sqlite:///")):
        return url
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = parts.username
    netloc = f"{user}:***@{place}" if user else place
    return urlunsplit(parts._replace(netloc=netloc, query="***" if parts.query else "", fragment=""))
