"""The events `app_home_opened`, `app_uninstalled` and `tokens_revoked`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from adapters.slack.payloads.parsing import OrNone, Part, Text, parser


@dataclass(frozen=True, slots=True)
class AppHomeOpened:
    """`tab` is `home` or `messages`; `channel` is the direct message with the app."""

    user: str
    tab: Text = ""
    channel: Text = ""


@dataclass(frozen=True, slots=True)
class AppHomeOpenedCallback:
    event: AppHomeOpened


@dataclass(frozen=True, slots=True)
class RevokedTokens:
    """The ids of the users whose tokens were revoked: `bot` for bot tokens."""

    bot: Annotated[Sequence[str] | None, OrNone] = None


@dataclass(frozen=True, slots=True)
class Uninstall:
    type: Text = ""
    tokens: Part[RevokedTokens] = RevokedTokens()


@dataclass(frozen=True, slots=True)
class UninstallCallback:
    """The delivery of `app_uninstalled` or `tokens_revoked`."""

    team_id: str
    event: Uninstall

    @property
    def is_bot_removed(self) -> bool:
        """Whether the app lost its bot token; users' own tokens may be revoked as well."""
        return self.event.type == "app_uninstalled" or bool(self.event.tokens.bot)


parse_app_home_opened: Final = parser(AppHomeOpenedCallback)
parse_uninstall: Final = parser(UninstallCallback)
