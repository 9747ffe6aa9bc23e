"""What an app sent: read from the wire once, kept for the tests to look at."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Wire = Literal["form", "json"]


@dataclass(eq=False, kw_only=True)
class ApiCall:
    """One call of the Web API and how it went.

    Attributes:
        arguments: from query, form or JSON, as they arrived.
        wire: whether they came typed, as JSON, or as strings.
        team: the id of the workspace whose token was used.
        ok: None until it was answered with JSON, and for ever where the answer was a page or no answer at all.
        executed: whether it was carried out.
    """

    method: str
    verb: str
    arguments: dict[str, Any]
    wire: Wire
    token: str | None = field(repr=False)
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    team: str | None = None
    status: int | None = None
    ok: bool | None = None
    error: str | None = None
    executed: bool = False
    unreadable: str | None = None


async def read_call(request: web.Request, method: str, *, takes_json: bool) -> ApiCall:
    """Reads the whole request. JSON for a method that takes none is left unread, as Slack leaves it."""
    arguments: dict[str, Any] = dict(request.query)
    wire: Wire = "form"
    unreadable = None
    if request.content_type == "application/json":
        wire = "json"
        if takes_json:
            arguments, unreadable = _read_json(await request.read(), arguments)
        elif await request.read():
            unreadable = "this method takes no JSON"
    elif request.can_read_body:
        posted = await request.post()
        arguments.update({name: value for name, value in posted.items() if isinstance(value, str)})
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    token = credentials.strip() if scheme.lower() == "bearer" and credentials.strip() else None
    return ApiCall(
        method=method,
        verb=request.method,
        arguments=arguments,
        wire=wire,
        token=token,
        basic_auth=_basic(request),
        unreadable=unreadable,
    )


def _read_json(body: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        return arguments, "invalid_json"
    if not isinstance(content, dict):
        return arguments, "json_not_object"
    return {**arguments, **content}, None


def _basic(request: web.Request) -> tuple[str, str] | None:
    """The app's own name and secret, as OAuth sends them."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        login, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return None
    return login, password
