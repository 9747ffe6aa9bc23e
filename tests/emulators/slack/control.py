"""An HTTP interface beside the emulated Slack, through which another process acts as a person.

POST bodies are JSON and name the person and the channel: `{"person": "Ada", "channel": "studio", …}`, where the channel
`@easel` is the person's conversation with the app. Further fields, and what is answered:

- `/control/command`: `text` → `error`, or what came back as `ephemeral` or `message`
- `/control/say`: `text`, `thread_ts`, `files` as `[{"name": …, "data": base64}]` → `ts`
- `/control/press`: `ts`, `action_id`, `block_id`, `value` → what `/control/seen` answers
- `/control/submit`: `values` by action or block id → `closed`, `errors`, `failed`
- GET `/control/seen?person=…&channel=…` → `messages`, `statuses`, and the person's `modal` and `home`
- GET `/control/download?person=…&file=…` → the bytes
"""

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.slack.person import Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.shapes import message_json, view_json
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, Json, Message

if TYPE_CHECKING:
    from tests.emulators.slack.server import SlackEmulator

APP_CHANNEL = "@easel"


class Control:
    def __init__(self, slack: "SlackEmulator") -> None:
        self._slack = slack

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.post("/control/command", self._command),
            web.post("/control/say", self._say),
            web.post("/control/press", self._press),
            web.post("/control/submit", self._submit),
            web.get("/control/seen", self._seen),
            web.get("/control/download", self._download),
        ]

    async def _command(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        outcome = await person.command(channel, said["text"], command=said.get("command", "/imagine"))
        shown = {"ephemeral": outcome.ephemeral, "message": outcome.message}
        told = {name: _shown(self._slack, message) for name, message in shown.items() if message is not None}
        return web.json_response({"error": outcome.error, **told})

    async def _say(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        files = [FileToUpload(file["name"], base64.b64decode(file["data"])) for file in said.get("files", [])]
        ts = await person.say(channel, said["text"], thread_ts=said.get("thread_ts"), files=files)
        return web.json_response({"ts": ts})

    async def _press(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        await person.press(
            channel, said["ts"], said["action_id"], block_id=said.get("block_id"), value=said.get("value")
        )
        return self._what_is_seen(person, channel)

    async def _submit(self, request: web.Request) -> web.Response:
        person, _, said = await self._read(request)
        outcome = await person.submit(said.get("values", {}))
        return web.json_response({"closed": outcome.closed, "errors": dict(outcome.errors), "failed": outcome.failed})

    async def _seen(self, request: web.Request) -> web.Response:
        person = self._person(request.query["person"])
        return self._what_is_seen(person, self._channel(person, request.query["channel"]))

    async def _download(self, request: web.Request) -> web.Response:
        try:
            data = self._person(request.query["person"]).download(request.query["file"])
        except LookupError:
            raise web.HTTPNotFound from None
        return web.Response(body=data)

    # Private

    async def _read(self, request: web.Request) -> tuple[Person, Channel, Json]:
        said: Any = json.loads(await request.read())
        person = self._person(said["person"])
        return person, self._channel(person, said["channel"]), said

    def _person(self, name: str) -> Person:
        for person in self._slack.people.values():
            if isinstance(person, Person) and name in (person.name, person.id):
                return person
        raise web.HTTPNotFound(text=f"nobody is called {name}")

    def _channel(self, person: Person, name: str) -> Channel:
        if name == APP_CHANNEL:
            return person.dm
        for channel in self._slack.channels.values():
            if name in (channel.name, channel.id) and channel.team is person.team:
                return channel
        raise web.HTTPNotFound(text=f"no channel is called {name}")

    def _what_is_seen(self, person: Person, channel: Channel) -> web.Response:
        state, modal, home = self._slack, person.modal, person.home
        statuses = {thread: status.text for (where, thread), status in state.statuses.items() if where == channel.id}
        return web.json_response(
            {
                "messages": [_shown(state, message) for message in person.sees(channel)],
                "statuses": statuses,
                "modal": view_json(state, modal) if modal else None,
                "home": view_json(state, home) if home else None,
            }
        )


def _shown(state: State, message: Message) -> Json:
    told: Json = {"ephemeral_for": message.ephemeral_for, "channel": message.channel}
    return message_json(state, message, metadata=True) | told
