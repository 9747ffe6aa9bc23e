"""Slack as a platform: put together from its parts, and run."""

import asyncio
from collections.abc import Awaitable
from itertools import count
from typing import Final, TypeVar

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.shared.backoff import reconnect_wait_s
from adapters.shared.health import ConnectionStatus
from adapters.shared.http_server import HttpServer
from adapters.shared.sealing import Seal
from adapters.slack.addresses import Addresses
from adapters.slack.connection.http_events import EVENTS_PATH, events_route
from adapters.slack.connection.oauth import INSTALL_PATH, REDIRECT_PATH, OAuth
from adapters.slack.connection.socket_mode import Socket
from adapters.slack.errors import PASSING, SlackRefused, told
from adapters.slack.events.interactivity import Controls
from adapters.slack.events.listeners import listen, make_app
from adapters.slack.events.messages import Hearing
from adapters.slack.events.signatures import Signatures
from adapters.slack.events.slash_commands import Desk
from adapters.slack.ids import PLATFORM
from adapters.slack.installations.installations import InstalledTeams
from adapters.slack.installations.workspaces import OneTeam
from adapters.slack.limits import capabilities
from adapters.slack.options import SlackOptions
from adapters.slack.posting.ephemeral import Answers
from adapters.slack.posting.messages import Messages
from adapters.slack.posting.picture_files import Pictures
from adapters.slack.posting.previews import Unfinished
from adapters.slack.posting.uploads import Uploads
from adapters.slack.web_api.client import SlackApi
from adapters.slack.workspace.attachments import Downloads
from adapters.slack.workspace.membership import Membership
from adapters.slack.workspace.places import Places
from adapters.slack.workspace.users import People
from bot.domain.ids import PlatformName
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import AdminError, Transient
from bot.ports import Clock, Handler, Notes, PictureReader
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card

_UPDATES_OF_ONE: Final = 0.25
"""Of a workspace's updates, as much may one status message take: with 40 a minute, one every 6 s."""

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class SlackPlatform:
    """Implements `bot.ports.Platform`. Over HTTP it adds its routes to `server`, which somebody else runs."""

    def __init__(
        self, options: SlackOptions, *, server: HttpServer | None, notes: Notes, pictures: PictureReader, clock: Clock
    ) -> None:
        self._options = options
        self._clock = clock
        self._capabilities = capabilities(
            edit_interval_s=60 / (options.updates_per_minute * _UPDATES_OF_ONE), previews=options.previews
        )
        self.connection = ConnectionStatus()
        self._one = OneTeam(options.bot_token) if options.bot_token is not None else None
        self._installed = InstalledTeams(notes, Seal(options.secret), clock)
        self._teams = self._one or self._installed
        self._api = SlackApi(base_url=options.api_url, teams=self._teams, clock=clock)
        uploads = Uploads(self._api, pictures, clock)
        self._pictures = Pictures(uploads, notes)
        self._messages = Messages(
            self._api,
            notes,
            self._pictures,
            Unfinished(self._api, uploads, clock),
            clock,
            updates_per_minute=options.updates_per_minute,
        )
        self._addresses = Addresses(options.api_url)
        self._downloads = Downloads(self._api, self._teams, clock, api_url=options.api_url, addresses=self._addresses)
        self._places = Places(notes)
        self._app: AsyncApp | None = None
        self._oauth = self._oauth_of(notes)
        if server is not None and options.signing_secret is not None:
            server.add_routes([events_route(lambda: self._app)], public=[EVENTS_PATH])
            if self._oauth is not None:
                server.add_routes(self._oauth.routes(), public=[INSTALL_PATH, REDIRECT_PATH])

    @property
    def name(self) -> PlatformName:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def install_url(self) -> str | None:
        """Where a workspace installs the app; None where one is set by its token."""
        return self._oauth.install_url if self._oauth is not None else None

    async def run(self, handle: Handler) -> None:
        """Raises AdminError where Slack does not accept a token."""
        secret = self._options.signing_secret
        signatures = Signatures(secret, self._api) if secret else None
        app = make_app(self._teams, self._api.client(None), signing_secret=secret, signatures=signatures)
        self._listen(app, handle)
        if self._one is not None:
            await self._connect(self._one)
        # Which way events come is set on the app's page at Slack: with both secrets, both ways are open.
        self._app = app
        try:
            if self._options.app_token is not None:
                await self._socket(app, self._options.app_token).run()
            self.connection.connected()
            await asyncio.Event().wait()
        finally:
            self._app = None

    async def close(self) -> None:
        """Closes the connections to Slack; nothing can be posted afterwards."""
        await self._api.close()

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        return await _translated(self._messages.post(place, card, key=key))

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return await _translated(self._messages.update(message, card))

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        team, _, file = attachment.ref.partition("/")
        return await _translated(self._downloads.fetch(team, file, max_bytes=max_bytes))

    # Private

    def _listen(self, app: AsyncApp, handle: Handler) -> None:
        answers = Answers(self._api, self._teams, self._messages, self._pictures)
        people, membership = People(self._api, self._clock), Membership(self._api)
        listen(
            app,
            hearing=Hearing(
                handle, api=self._api, answers=answers, people=people, places=self._places, addresses=self._addresses
            ),
            desk=Desk(handle, answers=answers, people=people, membership=membership),
            controls=Controls(
                handle,
                answers=answers,
                people=people,
                places=self._places,
                pictures=self._pictures,
                membership=membership,
                addresses=self._addresses,
            ),
            left=self._forget,
        )

    def _socket(self, app: AsyncApp, app_token: str) -> Socket:
        ping_s = self._options.ping_s
        return Socket(app, self._api, self._clock, self.connection, app_token=app_token, ping_s=ping_s)

    async def _connect(self, one: OneTeam) -> None:
        """Learns which workspace the token is for. Without an answer it waits: nothing can be drawn there meanwhile."""
        token = self._options.bot_token or ""
        for failures in count():
            wait_s = reconnect_wait_s(failures)
            try:
                one.connected(await self._api.identify(token))
                return
            except SlackRefused as refused:
                if refused.code not in PASSING and not refused.code.startswith("http_5"):
                    raise AdminError(
                        f"Slack does not accept SLACK_BOT_TOKEN: {refused.code}.",
                        hint="Copy the Bot User OAuth Token (xoxb-...) from the app's page, Install App.",
                    ) from refused
                self.connection.lost(f"Slack answers {refused.code}")
                _log.warning("slack.unreachable", reason=str(refused), retry_s=wait_s)
            except Transient as problem:
                self.connection.lost(problem.text.rstrip("."))
                _log.warning("slack.unreachable", reason=problem.text, retry_s=wait_s)
            await self._clock.sleep(wait_s)

    async def _forget(self, team: str) -> None:
        await self._installed.remove(team)
        _log.warning("team.left", team=team)

    def _oauth_of(self, notes: Notes) -> OAuth | None:
        given = self._options
        if self._one is not None or not (given.client_id and given.client_secret and given.public_url):
            return None
        return OAuth(
            api=self._api,
            teams=self._installed,
            notes=notes,
            clock=self._clock,
            client_id=given.client_id,
            client_secret=given.client_secret,
            public_url=given.public_url,
            authorize_url=given.api_url.rstrip("/").removesuffix("/api") + "/oauth/v2/authorize",
            key=given.install_key,
        )


async def _translated(work: Awaitable[_T]) -> _T:
    """The core knows none of Slack's words."""
    try:
        return await work
    except SlackRefused as refused:
        raise told(refused) from refused
