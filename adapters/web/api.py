"""The playground's HTTP API, in JSON."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from aiohttp import web

from adapters.shared.http_server import read_body
from adapters.web import errors, limits, parse, render
from adapters.web.conversation import CHANNELS, Conversation, is_stored
from adapters.web.files import Files
from adapters.web.message import Message
from adapters.web.quotas import ByteQuota
from adapters.web.session import Session
from adapters.web.stream import Streams
from adapters.web.uploads import Uploads
from adapters.web.view import ConversationView
from bot.domain.events import Event
from bot.domain.people import Person, Place
from bot.domain.pictures import Attachment
from bot.domain.surrogates import replace_surrogates
from bot.errors import EaselError, NotAllowed, NotFound, PersonError, Transient
from bot.ports import PrivateResponse
from bot.presentation.card import Card
from bot.presentation.options import Option, Subcommand

_STATIC = Path(__file__).parent / "static"

Handle = Callable[[Event], Awaitable[PrivateResponse]]
Responder = Callable[[web.Request, Person], Awaitable[web.StreamResponse]]


class PlaygroundApi:
    """The routes. All require the session; most require a `person`, and show only what that person may see."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        uploads: Uploads,
        view: ConversationView,
        streams: Streams,
        files: Files,
        quota: ByteQuota,
        options: Callable[[], Sequence[Option]],
        subcommands: Sequence[Subcommand],
        handle: Handle,
    ) -> None:
        self._conversation = conversation
        self._uploads = uploads
        self._view = view
        self._streams = streams
        self._files = files
        self._quota = quota
        self._options = options
        self._subcommands = subcommands
        self._handle = handle

    def routes(self, session: Session) -> list[web.AbstractRouteDef]:
        def guarded(responder: Responder) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
            return session.guard(self._for_person(responder))

        return [
            web.get("/", session.open),
            web.static("/static", _STATIC),
            web.get("/api/state", session.guard(_errors_as_json(self._state))),
            web.post("/api/people", session.guard(_errors_as_json(self._add_person))),
            web.get("/api/messages", guarded(self._history)),
            web.get("/api/messages/{message}", guarded(self._get_message)),
            web.post("/api/messages", guarded(self._post_message)),
            web.post("/api/buttons", guarded(self._press_button)),
            web.post("/api/forms", guarded(self._submit_form)),
            web.get("/api/events", guarded(self._events)),
            web.post("/api/uploads", guarded(self._upload)),
            web.get(r"/pictures/{message}/{index:\d{1,3}}", guarded(self._picture)),
            web.get(r"/files/{message}/{index:\d{1,3}}", guarded(self._download)),
            web.get(r"/attachments/{message}/{index:\d{1,3}}", guarded(self._attachment)),
            web.get("/previews/{message}", guarded(self._preview)),
        ]

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "command": parse.COMMAND,
                "channels": list(CHANNELS),
                "people": render.people_json(await self._conversation.people()),
                "options": render.options_json(self._options()),
                "subcommands": render.subcommands_json(self._subcommands),
                "revision": await self._conversation.revision(),
                "max_upload_bytes": self._uploads.max_bytes,
                "max_attachments": limits.MAX_ATTACHMENTS,
                "max_text_chars": limits.MAX_TEXT_CHARS,
            }
        )

    async def _add_person(self, request: web.Request) -> web.Response:
        person = await self._conversation.add_person(parse.person_name(await self._read_json(request)))
        return web.json_response(render.people_json([person])[0])

    async def _history(self, request: web.Request, person: Person) -> web.Response:
        thread, before = request.query.get("thread"), request.query.get("before")
        root = await self._find_message(thread, person) if thread else None
        place = root.thread_place if root else self._find_channel(request.query.get("channel", ""))
        oldest = int(before) if before and is_stored(before) else None
        page = await self._conversation.history(place, viewer=person.id, before=oldest)
        messages = await self._view.messages(page, viewer=person.id)
        return web.json_response({"messages": messages, "has_more": len(page) == limits.PAGE_MESSAGES})

    async def _get_message(self, request: web.Request, person: Person) -> web.Response:
        message = await self._find_message(request.match_info["message"], person)
        return web.json_response(await self._view.message(message, viewer=person.id))

    async def _post_message(self, request: web.Request, person: Person) -> web.Response:
        incoming = parse.parse_message(await self._read_json(request, person))
        place = self._find_channel(incoming.channel)
        if incoming.thread:
            place = (await self._find_message(incoming.thread, person)).thread_place
        if incoming.replied_to:
            await self._find_message(incoming.replied_to, person)
        await self._keep_uploads(incoming.attachments)
        names = [someone.name for someone in await self._conversation.people()]
        event = parse.message_event(incoming, person=person, place=place, names=names)
        if incoming.is_command:
            return await self._to_response(await self._handle(event), person, place)
        # Hidden until it is accepted: a rejected message stays in the composer and is not shown to anybody.
        held = await self._conversation.add_hidden(
            incoming.key, place, author=person, text=incoming.text, attachments=incoming.attachments
        )
        answer = await self._handle(event)
        if _is_refusal(answer):
            await self._conversation.delete_hidden(held)
        else:
            await self._conversation.show(held)
        return await self._to_response(answer, person, place)

    async def _press_button(self, request: web.Request, person: Person) -> web.Response:
        pressed = parse.parse_button_press(await self._read_json(request, person))
        message = await self._find_message(pressed.message, person)
        buttons = message.card["buttons"] if message.card else []
        if not any((button["action"], button["target"]) == (pressed.action, pressed.target) for button in buttons):
            raise errors.button_gone()
        place = message.thread_place
        answer = await self._handle(parse.button_event(pressed, person=person, place=place))
        return await self._to_response(answer, person, place, source=message)

    async def _submit_form(self, request: web.Request, person: Person) -> web.Response:
        submitted = parse.parse_submission(await self._read_json(request, person))
        place = (await self._find_message(submitted.message, person)).thread_place
        await self._keep_uploads(submitted.attachments)
        answer = await self._handle(parse.form_event(submitted, person=person, place=place))
        return await self._to_response(answer, person, place)

    async def _events(self, request: web.Request, person: Person) -> web.StreamResponse:
        return await self._streams.serve(request, viewer=person.id)

    async def _upload(self, request: web.Request, person: Person) -> web.Response:
        return await self._files.upload(request, person=person.id)

    async def _picture(self, request: web.Request, person: Person) -> web.Response:
        return await self._files.picture(request, viewer=person.id)

    async def _download(self, request: web.Request, person: Person) -> web.Response:
        return await self._files.download(request, viewer=person.id)

    async def _attachment(self, request: web.Request, person: Person) -> web.Response:
        return await self._files.attachment(request, viewer=person.id)

    async def _preview(self, request: web.Request, person: Person) -> web.Response:
        return await self._files.preview(request, viewer=person.id)

    async def _read_json(self, request: web.Request, person: Person | None = None) -> object:
        raw = await read_body(request)
        self._quota.take(len(raw), person=person.id if person is not None else "")
        try:
            return replace_surrogates(cast(object, json.loads(raw)))
        # ValueError: no JSON, no UTF-8, or a number of thousands of digits. RecursionError: nested too deeply.
        except (ValueError, RecursionError) as error:
            raise errors.not_json() from error

    async def _keep_uploads(self, attachments: Sequence[Attachment]) -> None:
        for attachment in attachments:
            if not await self._uploads.keep(attachment.ref):
                raise errors.attachment_gone()

    async def _to_response(
        self, answer: PrivateResponse, person: Person, place: Place, *, source: Message | None = None
    ) -> web.Response:
        """The response for an answer of the core: a private card for the asker, or a form."""
        whisper = None
        if answer.card is not None and answer.replaces and source is not None:
            await self._conversation.replace(source.id, render.card_json(answer.card))
        elif answer.card is not None:
            shown = await self._private_message(replace(place, audience=person.id), answer.card)
            whisper = await self._view.message(shown, viewer=person.id)
        form = None
        if answer.form is not None and source is not None:
            form = {"message": source.id, **render.form_json(answer.form)}
        left_alone = {"is_left_alone": True} if answer.reaction else {}
        return web.json_response(
            {"is_accepted": not _is_refusal(answer), "message": whisper, "form": form, **left_alone}
        )

    async def _private_message(self, place: Place, card: Card) -> Message:
        """Adds a private message. One with buttons is stored, since its button may be pressed after a restart."""
        shown = render.card_json(card)
        if not card.buttons:
            return self._conversation.add_private(place, shown)
        key = "-".join(dict.fromkeys(button.target for button in card.buttons))
        stored = await self._conversation.post(f"private-{key}", place, shown)
        return await self._find_message(stored, Person(place.platform, place.team, place.audience or "", ""))

    async def _find_message(self, message: str | None, person: Person) -> Message:
        found = await self._conversation.message(message, viewer=person.id) if message else None
        if found is None:
            raise errors.message_gone()
        return found

    def _find_channel(self, name: str) -> Place:
        if name not in CHANNELS:
            raise errors.unknown_channel(repr(name), known=CHANNELS)
        return Place(parse.PLATFORM, parse.TEAM, name)

    def _for_person(self, responder: Responder) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def respond(request: web.Request) -> web.StreamResponse:
            wanted = request.query.get("person")
            people = await self._conversation.people()
            person = next((someone for someone in people if someone.id == wanted), None)
            if person is None:
                raise errors.unknown_person()
            return await responder(request, person)

        return _errors_as_json(respond)


def _is_refusal(answer: PrivateResponse) -> bool:
    return answer.card is not None and answer.card.tone == "error"


def _errors_as_json(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Converts `EaselError`s to JSON responses. For other errors, which are bugs, aiohttp logs and sends 500."""

    async def respond(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except EaselError as error:
            return web.json_response({"error": {"text": error.text, "hint": error.hint}}, status=_status(error))

    return respond


def _status(error: EaselError) -> int:
    match error:
        case NotFound():
            return 404
        case NotAllowed():
            return 403
        case PersonError():
            return 400
        case errors.TooManyBytes():
            return 429
        case Transient():
            return 503
        case _:
            return 500
