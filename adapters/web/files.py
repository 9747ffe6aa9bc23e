"""HTTP handlers for uploads, attachments, pictures, downloads and previews.

Stored pictures are only accessible through a message that shows them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import PurePath

from aiohttp import web

from adapters.web import errors, limits
from adapters.web.conversation import Conversation
from adapters.web.message import Message
from adapters.web.previews import Previews
from adapters.web.quotas import ByteQuota
from adapters.web.uploads import Uploads
from bot.domain.file_kinds import detect_picture_format
from bot.domain.ids import PictureId
from bot.errors import BadPicture
from bot.ports import PictureReader
from bot.texts import image_errors

_MIME: Mapping[str, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "avif": "image/avif",
}
_CACHE_FOREVER = "private, max-age=31536000, immutable"


class Files:
    def __init__(
        self,
        conversation: Conversation,
        uploads: Uploads,
        previews: Previews,
        pictures: PictureReader,
        quota: ByteQuota,
    ) -> None:
        self._quota = quota
        self._conversation = conversation
        self._uploads = uploads
        self._previews = previews
        self._pictures = pictures

    async def upload(self, request: web.Request, *, person: str) -> web.Response:
        async def counted() -> AsyncIterator[bytes]:
            async for chunk in request.content.iter_chunked(256 * 1024):
                self._quota.take(len(chunk), person=person)
                yield chunk

        try:
            async with asyncio.timeout(limits.UPLOAD_S):
                stored = await self._uploads.store(counted())
        except TimeoutError as error:
            raise web.HTTPRequestTimeout(text="The file did not come in time.") from error
        answer: dict[str, object] = {"ref": stored.ref, "bytes_count": stored.bytes_count}
        if stored.refusal is not None:
            answer["refusal"] = {"text": stored.refusal.text, "hint": stored.refusal.hint}
        return web.json_response(answer)

    async def picture(self, request: web.Request, *, viewer: str) -> web.Response:
        message, index = await self._find_message(request, viewer)
        pictures = message.card["pictures"] if message.card else []
        if index >= len(pictures):
            raise image_errors.image_gone()
        picture = pictures[index]
        if request.headers.get("If-None-Match") == f'"{picture["id"]}"':
            return web.Response(status=304, headers={"ETag": f'"{picture["id"]}"', "Cache-Control": _CACHE_FOREVER})
        data = await self._pictures.read(PictureId(picture["id"]))
        extension = "jpg" if picture["format"] == "jpeg" else picture["format"]
        return _file_response(
            data,
            _MIME.get(picture["format"]),
            picture["id"],
            f"easel-{picture['id'][:8]}.{extension}",
            is_shown="download" not in request.query,
        )

    async def download(self, request: web.Request, *, viewer: str) -> web.Response:
        """Sends a card's file, always as a download: an SVG opened directly would run in this page's origin."""
        message, index = await self._find_message(request, viewer)
        files = message.card.get("files", []) if message.card else []
        if index >= len(files):
            raise errors.file_gone()
        file = files[index]
        data = await self._pictures.read(PictureId(file["id"]))
        mime = _MIME.get(PurePath(file["name"]).suffix.removeprefix("."))
        return _file_response(data, mime, file["id"], file["name"], is_shown=False)

    async def attachment(self, request: web.Request, *, viewer: str) -> web.Response:
        message, index = await self._find_message(request, viewer)
        if index >= len(message.attachments):
            raise errors.file_gone()
        file = message.attachments[index]
        data = await self._uploads.read(file["ref"], max_bytes=self._uploads.max_bytes)
        is_shown = "download" not in request.query
        return _file_response(data, _detect_mime_type(data), file["ref"], file["name"], is_shown=is_shown)

    async def preview(self, request: web.Request, *, viewer: str) -> web.Response:
        message = await self._conversation.message(request.match_info["message"], viewer=viewer)
        preview = self._previews.get(message.id) if message else None
        if preview is None:
            raise errors.preview_gone()
        return web.Response(
            body=preview.data, content_type=_MIME[preview.format], headers={"Cache-Control": "private, max-age=60"}
        )

    async def _find_message(self, request: web.Request, viewer: str) -> tuple[Message, int]:
        """The message and the index in the URL. Raises NotFound if the viewer may not see the message."""
        message = await self._conversation.message(request.match_info["message"], viewer=viewer)
        if message is None:
            raise errors.message_gone()
        return message, int(request.match_info["index"])


def _file_response(data: bytes, mime: str | None, digest: str, name: str, *, is_shown: bool) -> web.Response:
    """A response with the bytes: inline for a picture if `is_shown`, otherwise as a download."""
    safe_name = "".join(char if char.isalnum() or char in "._- " else "_" for char in name) or "file"
    ascii_name = safe_name.encode("ascii", "replace").decode().replace("?", "_")
    headers = {
        "Cache-Control": _CACHE_FOREVER,
        "ETag": f'"{digest}"',
        "Content-Disposition": f'{"inline" if is_shown and mime else "attachment"}; filename="{ascii_name}"',
        # An SVG opened directly is a document: this allows it no scripts, forms or origin.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return web.Response(body=data, content_type=mime or "application/octet-stream", headers=headers)


def _detect_mime_type(data: bytes) -> str | None:
    """The MIME type from the first bytes, since the declared type is not reliable; None if it is no picture."""
    try:
        return _MIME[detect_picture_format(data)]
    except BadPicture:
        return None
