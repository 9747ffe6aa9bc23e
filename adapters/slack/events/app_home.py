"""Slack's App Home: publishes a person's page when it is opened, and takes the defaults that are chosen there."""

from adapters.slack.ids import PLATFORM, place_at, trigger_key
from adapters.slack.installations.workspaces import Workspace
from adapters.slack.payloads.app_events import AppHomeOpened
from adapters.slack.payloads.interactivity import BlockActions
from adapters.slack.posting.private_replies import PrivateReplies
from adapters.slack.rendering.app_home import chosen_defaults
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import DefaultsChosen, HomeOpened
from bot.domain.ids import EventKey
from bot.ports import Handler


class AppHomeEvents:
    def __init__(self, handle: Handler, *, answers: PrivateReplies, people: UserDirectory) -> None:
        self._handle = handle
        self._answers = answers
        self._people = people

    async def opened(self, workspace: Workspace, event: AppHomeOpened) -> None:
        """Somebody opened the app. Its other tab, Messages, is an ordinary direct message."""
        if event.tab != "home":
            return
        answer = await self._handle(
            HomeOpened(
                key=EventKey(f"{PLATFORM}:{workspace.id}:home:{event.user}"),
                person=await self._people.person(workspace.id, event.user),
                place=place_at(workspace.id, event.channel, None),
            )
        )
        if answer.home is not None:
            await self._answers.publish(workspace, event.user, answer.home)

    async def default_chosen(self, workspace: Workspace, press: BlockActions) -> None:
        """Somebody chose a default in one of the menus on the page."""
        answer = await self._handle(
            DefaultsChosen(
                key=trigger_key(workspace.id, press.trigger_id),
                person=await self._people.person(workspace.id, press.user.id),
                place=place_at(workspace.id, "", None),
                values=chosen_defaults(press.actions),
            )
        )
        if answer.home is not None:
            await self._answers.publish(workspace, press.user.id, answer.home)
