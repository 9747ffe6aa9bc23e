"""An HTTP interface beside the emulated Discord, through which another process acts as a person.

POST bodies are JSON and name the person and the channel: `{"person": "Ada", "channel": "studio", …}`. A thread is named
by its id, and the channel `@easel` is the person's conversation with the app. Further fields, and what is answered:

- `/control/command`: `name`, `options`, where a file is `{"name": …, "data": base64}` → an outcome
- `/control/autocomplete`: `name`, `option`, `typed`, `options` → `choices`
- `/control/context_menu`: `name`, `message` → an outcome
- `/control/say`: `text`, `files`, `reply_to` → `message`, its id
- `/control/press`: `message`, `what`, a label or custom id; `values` for a menu → an outcome
- `/control/submit`: `values` by label or custom id, `files` → an outcome
- GET `/control/seen?person=…&channel=…` → `messages`, and the person's `modal`
- GET `/control/download?person=…&url=…` → the bytes

An outcome is `error`, `errors`, `message`, `ephemeral`, `thinking`, `modal`.
"""

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.discord.interactions import Modal, Outcome
from tests.emulators.discord.message_shapes import message_json
from tests.emulators.discord.messages import Message
from tests.emulators.discord.person import Person
from tests.emulators.discord.things import Channel, Json
from tests.emulators.discord.uploads import FileToUpload

if TYPE_CHECKING:
    from tests.emulators.discord.server import DiscordEmulator

APP_CHANNEL = "@easel"


class Control:
    def __init__(self, discord: "DiscordEmulator") -> None:
        self._discord = discord

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.post("/control/command", self._command),
            web.post("/control/autocomplete", self._autocomplete),
            web.post("/control/context_menu", self._context_menu),
            web.post("/control/say", self._say),
            web.post("/control/press", self._press),
            web.post("/control/submit", self._submit),
            web.get("/control/seen", self._seen),
            web.get("/control/download", self._download),
        ]

    async def _command(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        options = {name: _option(value) for name, value in said.get("options", {}).items()}
        return self._told(await person.command(channel, said["name"], **options))

    async def _autocomplete(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        options: Json = said.get("options", {})
        choices = await person.autocomplete(channel, said["name"], said["option"], said.get("typed", ""), **options)
        return web.json_response({"choices": choices})

    async def _context_menu(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        message = channel.find(said["message"])
        if message is None:
            raise web.HTTPNotFound
        return self._told(await person.context_menu(said["name"], message))

    async def _say(self, request: web.Request) -> web.Response:
        person, channel, said = await self._read(request)
        message = await person.say(channel, said.get("text", ""), files=_files(said), reply_to=said.get("reply_to"))
        return web.json_response({"message": message.id})

    async def _press(self, request: web.Request) -> web.Response:
        person, _, said = await self._read(request)
        if "values" in said:
            return self._told(await person.select(said["message"], said["what"], *said["values"]))
        return self._told(await person.press(said["message"], said["what"]))

    async def _submit(self, request: web.Request) -> web.Response:
        person, _, said = await self._read(request)
        return self._told(await person.submit(said.get("values", {}), files=_files(said)))

    async def _seen(self, request: web.Request) -> web.Response:
        person = self._person(request.query["person"])
        channel = self._channel(person, request.query["channel"])
        messages = [self._shown(message) for message in person.sees(channel)]
        return web.json_response({"messages": messages, "modal": _form(person.modal)})

    async def _download(self, request: web.Request) -> web.Response:
        try:
            data = self._person(request.query["person"]).download(request.query["url"])
        except LookupError:
            raise web.HTTPNotFound from None
        return web.Response(body=data)

    # Private

    async def _read(self, request: web.Request) -> tuple[Person, Channel, Json]:
        said: Any = json.loads(await request.read())
        person = self._person(said["person"])
        return person, self._channel(person, said["channel"]), said

    def _person(self, name: str) -> Person:
        for person in self._discord.users.values():
            if isinstance(person, Person) and name in (person.name, person.id):
                return person
        raise web.HTTPNotFound(text=f"nobody is called {name}")

    def _channel(self, person: Person, name: str) -> Channel:
        if name == APP_CHANNEL:
            return person.dm
        for channel in self._discord.channels.values():
            if name in (channel.name, channel.id) and not channel.is_deleted:
                return channel
        raise web.HTTPNotFound(text=f"no channel is called {name}")

    def _told(self, outcome: Outcome) -> web.Response:
        return web.json_response(
            {
                "error": outcome.error,
                "errors": outcome.errors,
                "message": self._shown(outcome.message) if outcome.message else None,
                "ephemeral": outcome.ephemeral is not None,
                "thinking": outcome.is_thinking,
                "modal": _form(outcome.modal),
            }
        )

    def _shown(self, message: Message) -> Json:
        return message_json(self._discord, message, has_intent=True) | {"ephemeral_for": message.ephemeral_for}


def _form(modal: Modal | None) -> Json | None:
    if modal is None:
        return None
    return {"custom_id": modal.custom_id, "title": modal.title, "components": modal.components}


def _option(value: Any) -> Any:
    return _file(value) if isinstance(value, dict) else value


def _files(said: Json) -> list[FileToUpload]:
    return [_file(each) for each in said.get("files", [])]


def _file(given: Json) -> FileToUpload:
    return FileToUpload(given["name"], base64.b64decode(given["data"]))
