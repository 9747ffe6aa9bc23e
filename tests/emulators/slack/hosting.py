"""Where files go to and come from: the address of an upload, and the private addresses of what was uploaded."""

import asyncio
import hashlib
import hmac
import re

from aiohttp import BodyPartReader, web

from tests.emulators.slack.faults import Dropped, Refusal, Slow
from tests.emulators.slack.ids import secret
from tests.emulators.slack.pictures import thumbnail
from tests.emulators.slack.state import State
from tests.emulators.slack.things import File
from tests.emulators.slack.web_api import cut, refuse

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in to your workspace | Slack</title></head>"
    "<body><h1>Sign in to your workspace</h1><form action='/signin'></form></body></html>"
)
_THUMBNAIL = re.compile(r"thumb_(\d+)/")


class Hosting:
    def __init__(self, state: State) -> None:
        self._state = state
        self._secret = secret()

    # Uploads

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Takes the bytes, raw or as a form; whoever knows the address may send them, once."""
        data = await _bytes_in(request)
        fault, held = self._state.faults.take("upload"), self._state.held.take("upload")
        if held is not None and not held.executed:
            await held.pass_by()
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.delay_s)
        if isinstance(fault, Dropped | Refusal) and not fault.executed:
            return cut(request) if isinstance(fault, Dropped) else refuse(fault)
        answer = self._take(request, data)
        if held is not None and held.executed:
            await held.pass_by()
        if isinstance(fault, Dropped | Refusal):
            return cut(request) if isinstance(fault, Dropped) else refuse(fault)
        return answer

    def _take(self, request: web.Request, data: bytes) -> web.Response:
        file = self._state.files.get(request.match_info["file"])
        if file is None or file.upload_ticket != request.match_info["ticket"]:
            return web.Response(status=404, text="no such upload")
        if "Authorization" in request.headers:
            self._state.note("upload", "the token was sent to an address that needs none")
        if file.is_complete:
            self._state.note("upload", f"{file.id} is complete already")
            return web.Response(status=400, text="already complete")
        if len(data) != file.length:
            self._state.note("upload", f"{len(data)} bytes where {file.length} were announced")
            return web.Response(status=400, text="length mismatch")
        file.data, file.is_uploaded = data, True
        self._state.tell()
        return web.Response(text=f"OK - {len(data)}")

    # Downloads

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A private address: only for a token that may see the file; everyone else gets a page to sign in."""
        fault, held = self._state.faults.take("download"), self._state.held.take("download")
        if held is not None:
            await held.pass_by()
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.delay_s)
        elif isinstance(fault, Dropped):
            return cut(request)
        elif isinstance(fault, Refusal):
            return refuse(fault)
        file = self._state.files.get(request.match_info["file"])
        if not self._may_read(request, file):
            return _login_page()
        if file is None or file.is_deleted or file.mode not in ("hosted", "snippet", "file_access"):
            return web.Response(status=404, text="<html><body>File not found</body></html>", content_type="text/html")
        if self._state.redirect_downloads:
            return web.Response(status=302, headers={"Location": self._elsewhere(file, request.match_info["rest"])})
        return _content(file, request.match_info["rest"])

    async def serve_elsewhere(self, request: web.Request) -> web.StreamResponse:
        """The other host: it wants a signed address and no token."""
        file = self._state.files.get(request.match_info["file"])
        if "Authorization" in request.headers:
            self._state.note("download", "the token was sent to another host")
        if file is None or not hmac.compare_digest(request.query.get("sig", ""), self._sign(file)):
            return _login_page()
        return _content(file, request.match_info["rest"])

    def _may_read(self, request: web.Request, file: File | None) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        team = self._state.team_of(token.strip()) if scheme.lower() == "bearer" else None
        if team is None or file is None or file.team is not team or "files:read" not in team.scopes:
            return False
        return file.is_complete and file.is_visible_to_bot(self._state.channels)

    def _elsewhere(self, file: File, rest: str) -> str:
        # The same server, but under a name that to every client is another host.
        origin = self._state.origin.replace("127.0.0.1", "localhost")
        return f"{origin}/edge/{file.id}/{rest}?sig={self._sign(file)}"

    def _sign(self, file: File) -> str:
        return hmac.new(self._secret.encode(), file.id.encode(), hashlib.sha256).hexdigest()


async def _bytes_in(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename is not None:
            return bytes(await part.read(decode=False))
    return b""


def _content(file: File, rest: str) -> web.Response:
    if match := _THUMBNAIL.match(rest):
        data, mimetype = thumbnail(file, int(match[1]))
    else:
        data, mimetype = file.data, file.mimetype
    return web.Response(body=data, content_type=mimetype)


def _login_page() -> web.Response:
    return web.Response(text=LOGIN_PAGE, content_type="text/html")
