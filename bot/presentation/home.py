"""Builds a person's page in the app (Slack's App Home) from cards and forms."""

from collections.abc import Sequence

from bot.domain.jobs import Version
from bot.domain.text import shorten
from bot.presentation.card import Card, CardPicture, Form, Home, HomePicture
from bot.presentation.cards import alt_text, picture_name

_MAX_CAPTION_CHARS = 80


def home_page(
    recent: Sequence[Version], *, usage: Card, defaults: Form, help_card: Card, notice: Card | None = None
) -> Home:
    """`recent` are the person's versions, newest first; only the first picture of each is shown."""
    return Home(
        title="Easel",
        recent_title="Your newest images" if recent else "No images yet: type /imagine in any channel",
        recent=tuple(_home_picture(version) for version in recent if version.pictures),
        usage=usage,
        defaults=defaults,
        help=help_card,
        notice=notice,
    )


def _home_picture(version: Version) -> HomePicture:
    picture = CardPicture(version.pictures[0], picture_name(version, 0), alt_text(version.typed, 0, 1))
    return HomePicture(picture, shorten(version.typed, _MAX_CAPTION_CHARS), version.message)
