"""Names and admin rights of Slack users, by `users.info`; remembered for some minutes."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

import structlog

from adapters.shared.recent_map import RecentMap
from adapters.slack.errors import SlackRefused
from adapters.slack.ids import PLATFORM
from adapters.slack.payloads.web_api import User, parse_users_info
from adapters.slack.web_api.client import LOOK_UP_S, SlackApi
from bot.domain.people import Person
from bot.errors import EaselError
from bot.ports import Clock

_REMEMBERED_S: Final = 300.0
"""How long a user is remembered. A person who is an admin no longer may thus keep the rights for as long."""
_MAX_PEOPLE: Final = 10_000

_log = structlog.get_logger(__name__)


class UserDirectory:
    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        # When each was asked for: somebody who is known from before is better than nobody where Slack does not answer.
        self._known: RecentMap[tuple[str, str], tuple[float, Person]] = RecentMap(_MAX_PEOPLE)

    async def person(self, team: str, user: str, *, fallback_name: str = "") -> Person:
        """A user of a workspace. Where Slack does not answer within a second, the user is no admin.

        Args:
            fallback_name: the name that came with the event, used where `users.info` has none.
        """
        now_s = self._clock.monotonic_s()
        known = self._known.get((team, user))
        if known is not None and now_s - known[0] < _REMEMBERED_S:
            return known[1]
        try:
            async with asyncio.timeout(LOOK_UP_S):
                answer = await self._api.call(team, "users.info", user=user)
            person = _person(team, user, parse_users_info(answer).user, fallback_name)
        except SlackRefused as refused:
            # Without the scope users:read Easel works all the same; `easel doctor` says what is missing.
            _log.info("person.unknown", reason=refused.code)
            person = Person(PLATFORM, team, user, fallback_name or (known[1].name if known is not None else user))
        except (EaselError, TimeoutError) as problem:
            _log.info("person.not_asked_for", reason=str(problem) or "no answer")
            return known[1] if known is not None else Person(PLATFORM, team, user, fallback_name or user)
        self._known[team, user] = now_s, person
        return person

    async def names(self, team: str, users: Iterable[str]) -> Mapping[str, str]:
        """The names of users who are mentioned, by their ids."""
        people = await asyncio.gather(*(self.person(team, user) for user in users))
        return {person.id: person.name for person in people}


def _person(team: str, user: str, found: User, fallback_name: str) -> Person:
    names = (found.profile.display_name, found.profile.real_name, found.real_name, found.name, fallback_name)
    name = next((name for name in names if name.strip()), user)
    is_admin = found.is_admin or found.is_owner or found.is_primary_owner
    return Person(PLATFORM, team, user, " ".join(name.split()), is_admin=is_admin)
