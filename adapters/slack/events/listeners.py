"""Registers the listeners for Slack's events on slack-bolt: parse the payload, hand it on, acknowledge when it is done.

Bolt's defaults would lose events: it acknowledges before a listener has run, and where its own `auth.test` fails. Hence
`process_before_response`, and an `authorize` without calls. Slack sends an event again that no listener takes, hence
the last listener.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Protocol, cast

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import labels
from adapters.slack.events.app_home import AppHomeEvents
from adapters.slack.events.interactivity import InteractivityEvents
from adapters.slack.events.messages import MessageEvents
from adapters.slack.events.slash_commands import SlashCommands
from adapters.slack.events.uninstall import UninstallEvents
from adapters.slack.installations.workspaces import Workspace, Workspaces
from adapters.slack.payloads.app_events import parse_app_home_opened, parse_uninstall
from adapters.slack.payloads.interactivity import parse_block_actions, parse_shortcut
from adapters.slack.payloads.messages import parse_message
from adapters.slack.payloads.slash_commands import parse_slash_command
from adapters.slack.payloads.views import parse_view_submission
from adapters.slack.rendering.app_home import DEFAULT_PREFIX
from bot.domain.surrogates import replace_surrogates

_ANY: Final = re.compile(r".*", re.DOTALL)
_WORKSPACE: Final = "easel_workspace"
"""The key of the installation in Bolt's context."""
Listener = Callable[..., Coroutine[Any, Any, None]]


class Authorize(AsyncAuthorize):
    """Finds the installation for an event, without a call to Slack.

    A class rather than a function: with SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in the environment, Bolt would replace
    a function by an OAuth flow of its own, with files in the home directory.
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
        workspace = await self._workspaces.get(team_id) if team_id is not None else None
        if workspace is None:
            return None
        context[_WORKSPACE] = workspace
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace.id,
            bot_user_id=workspace.bot_user,
            bot_id=workspace.bot_id,
            bot_token=workspace.token,
            user_id=user_id,
        )


class _App(AsyncApp):
    """All deliveries, over Socket Mode and over HTTP, are dispatched here."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        req.body = replace_surrogates(req.body)
        return await super().async_dispatch(req)


class _Registry(Protocol):
    """The methods of `AsyncApp` that register listeners, whose own types are incomplete. Each returns a decorator."""

    def event(self, event: str | re.Pattern[str]) -> Callable[[Listener], object]: ...
    def command(self, command: re.Pattern[str]) -> Callable[[Listener], object]: ...
    def action(self, constraints: re.Pattern[str]) -> Callable[[Listener], object]: ...
    def shortcut(self, constraints: re.Pattern[str]) -> Callable[[Listener], object]: ...
    def view(self, constraints: re.Pattern[str]) -> Callable[[Listener], object]: ...


def make_app(workspaces: Workspaces, client: AsyncWebClient) -> AsyncApp:
    """The app without listeners. Requests over HTTP are verified before they get here."""
    return _App(
        name="easel",
        logger=logging.getLogger("slack_bolt"),
        client=client,
        # None is what Bolt itself takes for "not installed", though its type does not say so.
        authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", Authorize(workspaces)),
        request_verification_enabled=False,
        process_before_response=True,
        user_facing_authorize_error_message=labels.NOT_INSTALLED,
    )


def listen(
    app: AsyncApp,
    *,
    message_events: MessageEvents,
    slash_commands: SlashCommands,
    interactivity: InteractivityEvents,
    app_home: AppHomeEvents,
    uninstalls: UninstallEvents,
) -> None:
    """Registers a listener for each kind of event. Bolt passes a listener the arguments that its parameters name."""

    async def on_message(body: object, context: AsyncBoltContext) -> None:
        await message_events.message(_workspace(context), parse_message(body), is_mention=False)

    async def on_app_mention(body: object, context: AsyncBoltContext) -> None:
        await message_events.message(_workspace(context), parse_message(body), is_mention=True)

    async def on_app_home_opened(body: object, context: AsyncBoltContext) -> None:
        await app_home.opened(_workspace(context), parse_app_home_opened(body).event)

    async def on_uninstall(body: object) -> None:
        await uninstalls.uninstalled(parse_uninstall(body))

    async def on_slash_command(ack: AsyncAck, body: object, context: AsyncBoltContext) -> None:
        await ack(**await slash_commands.command(_workspace(context).id, parse_slash_command(body)))

    async def on_default_chosen(ack: AsyncAck, body: object, context: AsyncBoltContext) -> None:
        await app_home.default_chosen(_workspace(context), parse_block_actions(body))
        await ack()

    async def on_button_press(ack: AsyncAck, body: object, context: AsyncBoltContext) -> None:
        await interactivity.press(_workspace(context).id, parse_block_actions(body))
        await ack()

    async def on_shortcut(ack: AsyncAck, body: object, context: AsyncBoltContext) -> None:
        await interactivity.shortcut(_workspace(context).id, parse_shortcut(body))
        await ack()

    async def on_view_submission(ack: AsyncAck, body: object, context: AsyncBoltContext) -> None:
        await ack(**await interactivity.submit(_workspace(context).id, parse_view_submission(body)))

    async def ignore() -> None:
        return

    registry = cast("_Registry", app)
    registry.event("message")(on_message)
    registry.event("app_mention")(on_app_mention)
    registry.event("app_home_opened")(on_app_home_opened)
    registry.event("tokens_revoked")(on_uninstall)
    registry.event("app_uninstalled")(on_uninstall)
    registry.command(_ANY)(on_slash_command)
    registry.action(re.compile(re.escape(DEFAULT_PREFIX)))(on_default_chosen)
    registry.action(_ANY)(on_button_press)
    registry.shortcut(_ANY)(on_shortcut)
    registry.view(_ANY)(on_view_submission)
    registry.event(_ANY)(ignore)


def _workspace(context: AsyncBoltContext) -> Workspace:
    return cast("Workspace", context[_WORKSPACE])
