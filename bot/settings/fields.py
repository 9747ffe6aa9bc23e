"""What a setting is made of: its default, what it does, what is legal, an example; and the kinds of values."""

from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args, get_origin
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from bot.domain.connection_settings import why_no_address, why_no_key

PREFIX = "EASEL_"


def setting(
    default: object, about: str, *, example: str, legal: str = "", is_secret: bool = False, variable: str | None = None
) -> Any:
    """A field. `variable` is its name in the environment where that is not `EASEL_` and the field's own."""
    facts: JsonDict = {"legal": legal, "is_secret": is_secret, "variable": variable}
    return Field(default, description=about, examples=[example], json_schema_extra=facts)


def number(default: float, about: str, least: float, most: float) -> Any:
    kind = "a whole number" if isinstance(default, int) else "a number"
    facts: JsonDict = {"legal": f"{kind} from {least:g} to {most:g}"}
    return Field(default, description=about, ge=least, le=most, examples=[default], json_schema_extra=facts)


def absolute(path: Path) -> Path:
    try:
        path = path.expanduser().absolute()
        str(path).encode()  # UnicodeEncodeError is a ValueError: no address holds a name that is not UTF-8
        # SQLite takes "link/.." for nothing at all, the operating system for the parent of where the link leads.
        return path.resolve() if ".." in path.parts else path
    except RuntimeError as error:  # what pathlib raises where nobody's home is known, and for links in a circle
        raise ValueError("there is no home directory that ~ could stand for") from error


def sqlite_address(path: Path) -> str:
    """The address of an SQLite file, whatever characters its path has."""
    return f"sqlite:///{quote(str(path))}"


def existing_file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def split(listed: object) -> object:
    if isinstance(listed, str):
        return tuple(part.strip() for part in listed.split(",") if part.strip())
    return listed


class IllegalValue(ValueError):
    """Its text says what is wrong with the value, without showing it: the rest of a sentence."""


def url_of(*schemes: str) -> AfterValidator:
    def check(url: SecretStr) -> SecretStr:
        scheme, separator, rest = url.get_secret_value().partition("://")
        if scheme not in schemes or not separator or not rest:
            raise ValueError("not such an address")
        return url

    return AfterValidator(check)


def _one_word(secret: SecretStr) -> SecretStr:
    if any(char.isspace() or not char.isprintable() for char in secret.get_secret_value()):
        raise ValueError("a secret has no spaces")
    return secret


def _for_a_header(key: SecretStr) -> SecretStr:
    # A line break from a careless copy, or a letter that only looks right, would end there in a far less plain error.
    if reason := why_no_key(key.get_secret_value()):
        raise IllegalValue(reason)
    return key


def _reachable(url: SecretStr) -> SecretStr:
    if reason := why_no_address(url.get_secret_value()):
        raise IllegalValue(reason)
    return url


Secret = Annotated[SecretStr, AfterValidator(_one_word)]
Key = Annotated[SecretStr, AfterValidator(_for_a_header)]
"""A secret that HTTP headers carry."""
PersonKey = Annotated[str, Field(pattern=r"^[a-z]+:[^:\s]+:\S+$")]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]+$")]
HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$"), AfterValidator(str.lower)]
DatabaseUrl = Annotated[SecretStr, url_of("postgresql", "sqlite")]
HttpUrl = Annotated[SecretStr, url_of("https", "http"), AfterValidator(_reachable)]
GatewayUrl = Annotated[SecretStr, url_of("wss", "ws"), AfterValidator(_reachable)]
BlobsUrl = Annotated[SecretStr, url_of("file", "s3", "gs", "az")]


def legal_values(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(get_args(field.annotation))
    return str(fact(field, "legal"))


def example_of(field: FieldInfo) -> str:
    return ", ".join(str(example) for example in field.examples or ())


def fact(field: FieldInfo, name: str) -> object:
    return cast("JsonDict", field.json_schema_extra).get(name)


def shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return _without_credentials(secret) if "://" in secret else "***"
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value)


def _without_credentials(url: str) -> str:
    """The address without its password and without its query, which may hold keys. A path has neither."""
    if url.startswith(("file:///", "sqlite:///")):
        return url
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = parts.username
    netloc = f"{user}:***@{place}" if user else place
    return urlunsplit(parts._replace(netloc=netloc, query="***" if parts.query else "", fragment=""))
