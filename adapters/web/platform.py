"""The playground as a platform: cards go to its conversation, events come from its HTTP API."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.shared.http_server import HttpServer
from adapters.web import errors, limits, parse, render
from adapters.web.api import PlaygroundApi
from adapters.web.conversation import Conversation
from adapters.web.files import Files
from adapters.web.previews import Previews
from adapters.web.quotas import ByteQuota
from adapters.web.session import Session
from adapters.web.stream import Streams
from adapters.web.uploads import Uploads
from adapters.web.view import ConversationView
from bot.domain.events import Event
from bot.domain.ids import PlatformName
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.ports import Clock, Handler, PictureReader, PrivateResponse
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from bot.presentation.options import Option, Subcommand


class WebPlatform:
    """Implements `bot.ports.Platform`. Does not run the server, which platforms share.

    Args:
        server: the playground's routes are added to it.
        data_dir: holds the conversation (`web.db`) and uploads (`web/`).
        pictures: reads the pictures of cards.
        options: returns the flags for completion in the composer.
        subcommands: the subcommands for completion.
        token: opens a session; part of the printed address.
        max_upload_bytes: the limit of one attached file.
    """

    def __init__(
        self,
        *,
        server: HttpServer,
        clock: Clock,
        data_dir: Path,
        pictures: PictureReader,
        options: Callable[[], Sequence[Option]],
        subcommands: Sequence[Subcommand],
        token: str,
        max_upload_bytes: int,
    ) -> None:
        self._server = server
        self._token = token
        self._uploads = Uploads(data_dir / "web", max_bytes=max_upload_bytes, clock=clock)
        self._conversation = Conversation(data_dir / "web.db", clock)
        self._previews = Previews()
        self._handler: Handler | None = None
        view = ConversationView(self._conversation, self._previews)
        streams = Streams(self._conversation, view)
        uploaded = ByteQuota(limits.MAX_ATTACHMENTS * max_upload_bytes, clock)
        api = PlaygroundApi(
            conversation=self._conversation,
            uploads=self._uploads,
            view=view,
            streams=streams,
            files=Files(self._conversation, self._uploads, self._previews, pictures, uploaded),
            quota=ByteQuota(limits.JSON_BYTES_A_MINUTE, clock),
            options=options,
            subcommands=subcommands,
            handle=self._handle,
        )
        server.add_routes(api.routes(Session(token)))
        server.on_stop(streams.close)

    @property
    def name(self) -> PlatformName:
        return parse.PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return limits.CAPABILITIES

    @property
    def address(self) -> str:
        """The address to open in a browser, with token. Known once the server has started."""
        return f"{self._server.address}/?token={self._token}"

    async def run(self, handle: Handler) -> None:
        self._handler = handle
        try:
            await asyncio.Event().wait()
        finally:
            self._handler = None

    async def open(self) -> None:
        """Opens the conversation's file now instead of on first use.

        Raises:
            AdminError: it is damaged, or another program holds it.
        """
        await self._conversation.people()

    async def close(self) -> None:
        """Closes the conversation's file; nothing can be posted afterwards."""
        await self._conversation.close()

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        message = await self._conversation.post(key, place, render.card_json(card))
        self._previews.update(message, card)
        return MessageRef(place, message)

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        self._previews.update(message.message, card)
        if await self._conversation.replace(message.message, render.card_json(card)):
            return message
        return await self.post(message.place, card, key=f"instead-of:{message.message}")

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        return await self._uploads.read(attachment.ref, max_bytes=max_bytes)

    async def _handle(self, event: Event) -> PrivateResponse:
        if self._handler is None:
            raise errors.not_running()
        return await self._handler(event)
