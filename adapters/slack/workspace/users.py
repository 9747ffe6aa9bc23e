"""Who people are: names and rights, asked of Slack and remembered for some minutes."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog

from adapters.shared.recent_map import RecentMap
from adapters.slack.errors import SlackRefused
from adapters.slack.ids import PLATFORM
from adapters.slack.web_api.client import LOOK_UP_S, SlackApi
from bot.domain.people import Person
from bot.errors import EaselError
from bot.ports import Clock

_REMEMBERED_S: Final = 300.0
"""Rights are checked when a button is pressed: an admin of five minutes ago is close enough."""
_MAX_PEOPLE: Final = 10_000

_log = structlog.get_logger(__name__)


class UserDirectory:
    def __init__(self, api: SlackApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        # When each was asked for: somebody who is known from before is better than nobody where Slack does not answer.
        self._known: RecentMap[tuple[str, str], tuple[float, Person]] = RecentMap(_MAX_PEOPLE)

    async def person(self, team: str, user: str, *, called: str = "") -> Person:
        """Somebody of a workspace. `called` is the name that came with the event, for when Slack says no better one.

        A person is never kept waiting because their name is not to be had: then they have no rights of an admin.
        """
        now_s = self._clock.monotonic_s()
        known = self._known.get((team, user))
        if known is not None and now_s - known[0] < _REMEMBERED_S:
            return known[1]
        try:
            async with asyncio.timeout(LOOK_UP_S):
                answer = await self._api.call(team, "users.info", user=user)
            person = _person(team, user, answer.get("user", {}), called)
        except SlackRefused as refused:
            # Without the scope users:read Easel works all the same; `easel doctor` says what is missing.
            _log.info("person.unknown", reason=refused.code)
            person = Person(PLATFORM, team, user, called or (known[1].name if known is not None else user))
        except (EaselError, TimeoutError) as problem:
            _log.info("person.not_asked_for", reason=str(problem) or "no answer")
            return known[1] if known is not None else Person(PLATFORM, team, user, called or user)
        self._known[team, user] = now_s, person
        return person

    async def names(self, team: str, users: Iterable[str]) -> Mapping[str, str]:
        """What the people are called who are mentioned somewhere."""
        people = await asyncio.gather(*(self.person(team, user) for user in users))
        return {person.id: person.name for person in people}


def _person(team: str, user: str, told: Mapping[str, Any], called: str) -> Person:
    profile = told.get("profile", {})
    names = (profile.get("display_name"), profile.get("real_name"), told.get("real_name"), told.get("name"), called)
    name = next((name for name in names if isinstance(name, str) and name.strip()), user)
    is_admin = bool(told.get("is_admin") or told.get("is_owner") or told.get("is_primary_owner"))
    return Person(PLATFORM, team, user, " ".join(name.split()), is_admin=is_admin)
