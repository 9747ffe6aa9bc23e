"""Slack's deliveries on slack-bolt: each goes to the desk, and is acknowledged when the desk is done with it.

What Bolt does by itself would lose events: it acknowledges before a listener has run, and where its own `auth.test`
fails. Hence `process_before_response`, and an `authorize` that asks nobody. Events that nobody listens to would be
delivered again, hence the last listener.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, cast

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.events.interactivity import InteractivityEvents
from adapters.slack.events.messages import MessageEvents
from adapters.slack.events.signatures import RequestVerifier
from adapters.slack.events.slash_commands import SlashCommands
from adapters.slack.installations.workspaces import Workspace, Workspaces
from adapters.slack.payloads import Payload, part
from adapters.slack.rendering.app_home import DEFAULT_PREFIX
from bot.domain.surrogates import replace_surrogates

_EVERYTHING = re.compile(r".*", re.DOTALL)
Listener = Callable[..., Coroutine[Any, Any, None]]
Removed = Callable[[str], Awaitable[object]]
_NOT_INSTALLED = "Easel is not installed in this workspace any more."


class Authorize(AsyncAuthorize):
    """Knows installations without asking Slack.

    A class rather than a function: with SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in the environment Bolt makes an OAuth
    flow of its own with files in the home directory, and this is what it then leaves in place.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        team = await self._workspaces.get(team_id) if team_id is not None else None
        if team is None:
            return None
        context["easel_team"] = team
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team.id,
            bot_user_id=team.bot_user,
            bot_id=team.bot_id,
            bot_token=team.token,
            user_id=user_id,
        )


class _App(AsyncApp):
    """Every delivery passes here, over Socket Mode and HTTP alike."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        req.body = replace_surrogates(req.body)
        return await super().async_dispatch(req)


class _Registry(Protocol):
    """What we use of Bolt's registrations, whose own types are not complete. Each gives back a decorator."""

    def event(self, event: str | re.Pattern[str]) -> Callable[[Listener], object]: ...
    def command(self, command: re.Pattern[str]) -> Callable[[Listener], object]: ...
    def action(self, constraints: re.Pattern[str]) -> Callable[[Listener], object]: ...
    def shortcut(self, constraints: re.Pattern[str]) -> Callable[[Listener], object]: ...
    def view(self, constraints: re.Pattern[str]) -> Callable[[Listener], object]: ...


def make_app(
    workspaces: Workspaces,
    client: AsyncWebClient,
    *,
    signing_secret: str | None,
    signatures: RequestVerifier | None = None,
) -> AsyncApp:
    """Args: `signing_secret`: None over Socket Mode, where Slack signs nothing. `signatures`: who verifies them, by
    Slack's clock; without it Bolt does, by this machine's.
    """
    return _App(
        name="easel",
        logger=logging.getLogger("slack_bolt"),
        client=client,
        # None is what Bolt itself takes for "not installed", though its type does not say so.
        authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", Authorize(workspaces)),
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None and signatures is None,
        before_authorize=signatures.verify if signatures is not None else None,
        process_before_response=True,
        user_facing_authorize_error_message=_NOT_INSTALLED,
    )


def listen(
    app: AsyncApp,
    *,
    message_events: MessageEvents,
    slash_commands: SlashCommands,
    interactivity: InteractivityEvents,
    left: Removed,
) -> None:
    """Connects what Slack tells with who deals with it. `left` forgets a workspace.

    Bolt gives a listener what the names of its parameters ask for.
    """

    async def hear_message(event: Payload, body: Payload, context: AsyncBoltContext) -> None:
        await message_events.message(_team(context), event, event_time=body.get("event_time"), is_mention=False)

    async def hear_mention(event: Payload, body: Payload, context: AsyncBoltContext) -> None:
        await message_events.message(_team(context), event, event_time=body.get("event_time"), is_mention=True)

    async def take_command(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack(**await slash_commands.command(_team(context).id, body))

    async def take_choice(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await slash_commands.choose_default(_team(context).id, body)
        await ack()

    async def take_press(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await interactivity.press(_team(context).id, body)
        await ack()

    async def take_shortcut(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await interactivity.shortcut(_team(context).id, body)
        await ack()

    async def take_form(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack(**await interactivity.submit(_team(context).id, body))

    async def open_home(event: Payload, context: AsyncBoltContext) -> None:
        await slash_commands.home(_team(context).id, event)

    async def leave_team(body: Payload, event: Payload) -> None:
        if event.get("type") == "app_uninstalled" or part(event, "tokens").get("bot"):
            team = str(body.get("team_id", ""))
            await left(team)
            await slash_commands.workspace_left(team)

    async def ignore() -> None:
        return

    registry = cast("_Registry", app)
    registry.event("message")(hear_message)
    registry.event("app_mention")(hear_mention)
    registry.event("app_home_opened")(open_home)
    for event in ("tokens_revoked", "app_uninstalled"):
        registry.event(event)(leave_team)
    registry.command(_EVERYTHING)(take_command)
    registry.action(re.compile(re.escape(DEFAULT_PREFIX)))(take_choice)
    registry.action(_EVERYTHING)(take_press)
    registry.shortcut(_EVERYTHING)(take_shortcut)
    registry.view(_EVERYTHING)(take_form)
    registry.event(_EVERYTHING)(ignore)


def _team(context: AsyncBoltContext) -> Workspace:
    return cast("Workspace", context["easel_team"])
