"""`easel slack`: commands for the setup of Slack. Each imports what it needs, as in `main`."""

import json
import re
from urllib.parse import urlsplit

import click


def _validate_public_url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    """Validates the URL: Slack requires https, and Easel sets the path."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)
        is_fine = parts.scheme == "https" and bool(parts.hostname) and is_bare and parts.port != 0
    except ValueError:  # no address at all, or no port
        is_fine = False
    if not is_fine or re.search(r"\s", url):
        raise click.BadParameter(f"{url!r} must be https:// and a host name, such as https://easel.example.com")
    return url.rstrip("/")


@click.group()
def slack() -> None:
    """Set Slack up: docs/slack.md leads through it."""


@slack.command()
@click.option(
    "--url", callback=_validate_public_url, help="Where Slack reaches Easel over HTTP; left out, it is Socket Mode."
)
def manifest(url: str | None) -> None:
    """Print the manifest that makes the Slack app in one paste."""
    from adapters.slack.setup.manifest import manifest

    click.echo(json.dumps(manifest(url=url), indent=2))
