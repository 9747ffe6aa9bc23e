"""The Slack platform: builds its parts, connects them, and runs them."""

import asyncio
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.shared.backoff import until_reached
from adapters.shared.health import ConnectionStatus
from adapters.shared.http_server import HttpServer
from adapters.shared.token_encryption import TokenEncryption
from adapters.slack import errors
from adapters.slack.addresses import SlackAddresses
from adapters.slack.connection.http_events import EVENTS_PATH, events_route
from adapters.slack.connection.oauth import INSTALL_PATH, REDIRECT_PATH, OAuthInstaller
from adapters.slack.connection.signatures import RequestVerifier
from adapters.slack.connection.socket_mode import SocketModeConnection
from adapters.slack.errors import SlackRefused
from adapters.slack.events.app_home import AppHomeEvents
from adapters.slack.events.interactivity import InteractivityEvents
from adapters.slack.events.listeners import listen, make_app
from adapters.slack.events.messages import MessageEvents
from adapters.slack.events.slash_commands import SlashCommands
from adapters.slack.events.uninstall import UninstallEvents
from adapters.slack.ids import PLATFORM, parse_file_ref
from adapters.slack.installations.installations import InstalledWorkspaces
from adapters.slack.installations.workspaces import SingleWorkspace, Workspace
from adapters.slack.limits import capabilities
from adapters.slack.options import SlackOptions
from adapters.slack.posting.messages import SlackMessages
from adapters.slack.posting.picture_files import PictureFiles
from adapters.slack.posting.previews import Previews
from adapters.slack.posting.private_replies import PrivateReplies
from adapters.slack.posting.uploads import Uploads
from adapters.slack.web_api.client import SlackApi
from adapters.slack.workspace.attachments import AttachmentDownloads
from adapters.slack.workspace.membership import Membership
from adapters.slack.workspace.places import Places
from adapters.slack.workspace.users import UserDirectory
from bot.domain.ids import PlatformName
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.ports import Clock, Handler, PictureReader, PlatformState
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card

_SHARE_OF_ONE_MESSAGE: Final = 0.25
"""The share of a workspace's updates that one status message may use: with 40 a minute, one every 6 s."""

_log = structlog.get_logger(__name__)


class SlackPlatform:
    """Implements `bot.ports.Platform`. For HTTP it adds its routes to `server`, which is run by its owner."""

    def __init__(
        self,
        options: SlackOptions,
        *,
        server: HttpServer | None,
        notes: PlatformState,
        pictures: PictureReader,
        clock: Clock,
    ) -> None:
        self._options = options
        self._clock = clock
        self._capabilities = capabilities(
            edit_interval_s=60 / (options.updates_per_minute * _SHARE_OF_ONE_MESSAGE), previews=options.previews
        )
        self.connection = ConnectionStatus()
        self._one = SingleWorkspace(options.bot_token) if options.bot_token is not None else None
        self._installed = InstalledWorkspaces(notes, TokenEncryption(options.secret), clock)
        self._workspaces = self._one or self._installed
        self._api = SlackApi(base_url=options.api_url, workspaces=self._workspaces, clock=clock)
        uploads = Uploads(self._api, pictures, clock)
        self._pictures = PictureFiles(uploads, notes)
        self._messages = SlackMessages(
            self._api,
            notes,
            self._pictures,
            Previews(self._api, uploads, clock),
            clock,
            updates_per_minute=options.updates_per_minute,
        )
        self._addresses = SlackAddresses(options.api_url)
        self._attachment_downloads = AttachmentDownloads(
            self._api, self._workspaces, clock, api_url=options.api_url, addresses=self._addresses
        )
        self._places = Places(notes)
        self._app: AsyncApp | None = None
        self._oauth = self._oauth_of(notes)
        if server is not None and options.signing_secret is not None:
            verifier = RequestVerifier(options.signing_secret, self._api)
            server.add_routes([events_route(lambda: self._app, verifier)], public=[EVENTS_PATH])
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
        """The address where a workspace installs the app; None where a bot token is set."""
        return self._oauth.install_url if self._oauth is not None else None

    async def run(self, handle: Handler) -> None:
        """Receives events until cancelled. Raises AdminError where Slack does not accept a token."""
        app = make_app(self._workspaces, self._api.client(None))
        self._listen(app, handle)
        if self._one is not None:
            await self._connect(self._one)
        # The app's page at Slack decides between Socket Mode and HTTP: with both secrets set, both work.
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
        return await self._messages.post(place, card, key=key)

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return await self._messages.update(message, card)

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        team, file = parse_file_ref(attachment.ref)
        return await self._attachment_downloads.fetch(team, file, max_bytes=max_bytes)

    # Private

    def _listen(self, app: AsyncApp, handle: Handler) -> None:
        answers = PrivateReplies(self._api, self._messages, self._pictures)
        people, membership = UserDirectory(self._api, self._clock), Membership(self._api)
        listen(
            app,
            message_events=MessageEvents(
                handle, api=self._api, answers=answers, people=people, places=self._places, addresses=self._addresses
            ),
            slash_commands=SlashCommands(handle, answers=answers, people=people, membership=membership),
            interactivity=InteractivityEvents(
                handle,
                answers=answers,
                people=people,
                places=self._places,
                pictures=self._pictures,
                membership=membership,
                addresses=self._addresses,
            ),
            app_home=AppHomeEvents(handle, answers=answers, people=people),
            uninstalls=UninstallEvents(handle, self._installed),
        )

    def _socket(self, app: AsyncApp, app_token: str) -> SocketModeConnection:
        ping_s = self._options.ping_s
        return SocketModeConnection(app, self._api, self._clock, self.connection, app_token=app_token, ping_s=ping_s)

    async def _connect(self, one: SingleWorkspace) -> None:
        """Learns which workspace the token is for. Without an answer it waits: nothing can be drawn there meanwhile."""
        token = self._options.bot_token or ""

        async def identify() -> Workspace:
            try:
                return await self._api.identify(token)
            except SlackRefused as refused:
                if refused.retryable:
                    raise errors.call_refused(refused.code) from refused
                raise errors.bot_token_invalid(refused.code) from refused

        one.connected(await until_reached(identify, platform=PLATFORM, connection=self.connection, clock=self._clock))

    def _oauth_of(self, notes: PlatformState) -> OAuthInstaller | None:
        given = self._options
        if self._one is not None or not (given.client_id and given.client_secret and given.public_url):
            return None
        return OAuthInstaller(
            api=self._api,
            workspaces=self._installed,
            notes=notes,
            clock=self._clock,
            client_id=given.client_id,
            client_secret=given.client_secret,
            public_url=given.public_url,
            authorize_url=given.api_url.rstrip("/").removesuffix("/api") + "/oauth/v2/authorize",
            key=given.install_key,
        )
