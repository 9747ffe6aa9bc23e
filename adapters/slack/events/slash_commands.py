"""Commands, each person's own page, and workspaces that leave.

Everything is done before Slack gets its acknowledgement, so it must take well below its three seconds.
"""

from collections.abc import Mapping
from typing import Any

from adapters.shared.deduplication import Deduplicator
from adapters.slack.events import parsing
from adapters.slack.ids import PLATFORM, place_at, trigger_key
from adapters.slack.payloads import Payload
from adapters.slack.posting.ephemeral import PrivateReplies
from adapters.slack.rendering import app_home as home_view
from adapters.slack.workspace.membership import Membership
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import CommandTyped, DefaultsChosen, HomeOpened, TeamLeft
from bot.domain.ids import EventKey
from bot.errors import EaselError
from bot.ports import Handler
from bot.presentation.cards import error


class SlashCommands:
    def __init__(
        self, handle: Handler, *, answers: PrivateReplies, people: UserDirectory, membership: Membership
    ) -> None:
        self._handle = handle
        self._answers = answers
        self._people = people
        self._membership = membership
        self._once: Deduplicator[Mapping[str, Any]] = Deduplicator()

    async def command(self, team: str, body: Payload) -> Mapping[str, Any]:
        """What the acknowledgement of a typed command says: nothing where it was accepted."""
        key = trigger_key(team, str(body["trigger_id"]))

        async def work() -> Mapping[str, Any]:
            channel, user = str(body["channel_id"]), str(body["user_id"])
            try:
                await self._membership.require(team, channel)
            except EaselError as problem:
                return self._answers.as_ack(error(problem))
            person = await self._people.person(team, user, called=str(body.get("user_name", "")))
            text = parsing.visible_text(str(body.get("text", "")), {})
            answer = await self._handle(
                CommandTyped(key=key, person=person, place=place_at(team, channel, None), text=text)
            )
            return self._answers.as_ack(answer.card) if answer.card is not None else {}

        return (await self._once.run_once(key, work))[0]

    async def home(self, team: str, event: Payload) -> None:
        if event.get("tab") != "home":
            return
        user = str(event["user"])
        person = await self._people.person(team, user)
        key = EventKey(f"{PLATFORM}:{team}:home:{user}")
        answer = await self._handle(
            HomeOpened(key=key, person=person, place=place_at(team, str(event.get("channel", "")), None))
        )
        if answer.home is not None:
            await self._answers.publish(team, user, answer.home)

    async def workspace_left(self, team: str) -> None:
        await self._handle(TeamLeft(key=EventKey(f"{PLATFORM}:{team}:left"), platform=PLATFORM, team=team))

    async def choose_default(self, team: str, body: Payload) -> None:
        user = str(body["user"]["id"])
        answer = await self._handle(
            DefaultsChosen(
                key=trigger_key(team, str(body["trigger_id"])),
                person=await self._people.person(team, user),
                place=place_at(team, "", None),
                values=home_view.chosen(body["actions"]),
            )
        )
        if answer.home is not None:
            await self._answers.publish(team, user, answer.home)
