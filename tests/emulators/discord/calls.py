"""What an app sent: read from the wire once, kept for the tests to look at."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a request, by its number in it."""

    filename: str
    data: bytes = field(repr=False)
    content_type: str = ""


@dataclass(eq=False, kw_only=True)
class ApiCall:
    """One call of the REST API and how it went.

    Attributes:
        route: its name in the list of routes; empty where there is no such route.
        path: after the version.
        body: the JSON, also where it came beside files.
        status: None until it was answered, and for ever where the connection was cut.
        code: Discord's own, of a refusal.
        executed: whether it was carried out.
        size_bytes: of the whole body.
    """

    route: str
    verb: str
    path: str
    query: Mapping[str, str]
    params: Mapping[str, str]
    body: Any = None
    files: dict[int, SentFile] = field(default_factory=dict[int, SentFile])
    token: str | None = field(default=None, repr=False)
    status: int | None = None
    code: int | None = None
    executed: bool = False
    size_bytes: int = 0
    unreadable: str | None = None


async def read_call(request: web.Request, route: str, params: Mapping[str, str], path: str) -> ApiCall:
    """Reads the whole request."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    call = ApiCall(
        route=route,
        verb=request.method,
        path=path,
        query=dict(request.query),
        params=params,
        token=credentials.strip() if scheme == "Bot" else None,
    )
    if request.content_type == "multipart/form-data":
        await _read_parts(request, call)
    elif request.can_read_body:
        data = await request.read()
        call.size_bytes = len(data)
        if request.content_type != "application/json":
            call.unreadable = f"a body of the type {request.content_type}"
        else:
            _read_json(data, call)
    return call


async def _read_parts(request: web.Request, call: ApiCall) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            call.unreadable = "a multipart within a multipart"
            return
        data = bytes(await part.read(decode=False))
        call.size_bytes += len(data)
        if part.name == "payload_json":
            _read_json(data, call)
        elif (match := _FILE.fullmatch(part.name or "")) and part.filename is not None:
            call.files[int(match[1])] = SentFile(part.filename, data, part.headers.get("Content-Type", ""))
        else:
            call.unreadable = f"a part named {part.name!r}"


def _read_json(data: bytes, call: ApiCall) -> None:
    try:
        call.body = json.loads(data)
    except ValueError:
        call.unreadable = "the body is no JSON"
