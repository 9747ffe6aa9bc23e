"""Buttons, menus and forms: what people press, and what comes back of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.shared.deduplication import Deduplicator
from adapters.slack.addresses import SlackAddresses
from adapters.slack.events import parsing
from adapters.slack.events.forwarded import forwarded_images
from adapters.slack.ids import message_id, press_key, trigger_key, view_key
from adapters.slack.payloads import Payload, part
from adapters.slack.posting.ephemeral import PrivateReplies, Recipient
from adapters.slack.posting.picture_files import PictureFiles
from adapters.slack.rendering import modals
from adapters.slack.workspace.files import file_ref, images
from adapters.slack.workspace.membership import Membership
from adapters.slack.workspace.places import Places
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import ButtonPressed, FormAsked, FormSubmitted
from bot.domain.ids import EventKey
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import BadCommand, EaselError, NotFound
from bot.ports import Handler, PrivateResponse
from bot.presentation.cards import error


class InteractivityEvents:
    def __init__(
        self,
        handle: Handler,
        *,
        answers: PrivateReplies,
        people: UserDirectory,
        places: Places,
        pictures: PictureFiles,
        membership: Membership,
        addresses: SlackAddresses,
    ) -> None:
        self._handle = handle
        self._answers = answers
        self._people = people
        self._places = places
        self._pictures = pictures
        self._membership = membership
        self._addresses = addresses
        self._once: Deduplicator[None] = Deduplicator()

    async def press(self, team: str, body: Payload) -> None:
        """A button of a message; a press that Slack delivers twice is answered once."""
        pressed = parsing.parse_button_press(body, body["actions"][0])
        key = press_key(team, pressed.channel, pressed.message_ts, pressed.action_id, pressed.action_ts)
        await self._once.run_once(key, lambda: self._press(team, body, key, pressed))

    async def shortcut(self, team: str, body: Payload) -> None:
        """The menu of a message, or the one that has no message: both open a form."""
        user, message = part(body, "user"), part(body, "message")
        channel = str(part(body, "channel").get("id", ""))
        ts = str(message.get("ts", ""))
        thread_ts = str(message.get("thread_ts") or ts) or None
        try:
            if channel:
                await self._membership.require(team, channel)
            place = await self._places.at(team, channel, thread_ts, user=str(user["id"]))
            attachments = self._images(team, message)
            answer = await self._handle(
                FormAsked(
                    key=trigger_key(team, str(body["trigger_id"])),
                    person=await self._people.person(team, str(user["id"]), called=str(user.get("name", ""))),
                    place=place,
                    message=await self._shown_in(team, channel, ts, place) if ts else None,
                    attachments=attachments,
                )
            )
            await self._open(team, body, answer, channel, thread_ts, attachments)
        except EaselError as problem:
            answer = PrivateResponse(error(problem))
        if answer.card is not None:
            to = Recipient(team, channel, str(user["id"]), message.get("thread_ts"))
            await self._answers.use_response_url(str(body.get("response_url") or ""), to, answer.card)

    async def submit(self, team: str, body: Payload) -> Mapping[str, Any]:
        """What the acknowledgement of a form says: nothing closes it, errors keep it open with all that it holds."""
        view, user = part(body, "view"), part(body, "user")
        names = [str(block["block_id"]) for block in view["blocks"]]
        try:
            event = await self._submitted(team, view, user)
            answer = await self._handle(event)
        except EaselError as problem:
            answer = PrivateResponse(error(problem))
        return modals.errors(answer.card, names) if answer.card is not None else {}

    # Private

    def _images(self, team: str, message: Payload) -> tuple[Attachment, ...]:
        """Every picture of a message, be it one that was forwarded."""
        found: dict[str, Attachment] = {}
        for image in (*images(message.get("files"), team), *forwarded_images(message, team, self._addresses)):
            found.setdefault(image.ref, image)
        return tuple(found.values())

    async def _press(self, team: str, body: Payload, key: EventKey, pressed: parsing.ButtonPress) -> None:
        answer = await self._pressed(team, body, key, pressed)
        if answer.card is None:
            return
        of = MessageRef(await self._place(team, pressed), message_id(pressed.channel, pressed.message_ts))
        to = Recipient(team, pressed.channel, pressed.user, pressed.thread_ts, of)
        await self._answers.use_response_url(
            str(body.get("response_url") or ""), to, answer.card, replaces=answer.replaces
        )

    async def _place(self, team: str, pressed: parsing.ButtonPress) -> Place:
        thread_ts = pressed.thread_ts or pressed.message_ts
        return await self._places.at(team, pressed.channel, thread_ts, user=pressed.user)

    async def _pressed(self, team: str, body: Payload, key: EventKey, pressed: parsing.ButtonPress) -> PrivateResponse:
        try:
            if pressed.action is None:
                raise NotFound("That button is from another version of Easel.", hint="Reply in the thread instead.")
            thread_ts = pressed.thread_ts or pressed.message_ts
            answer = await self._handle(
                ButtonPressed(
                    key=key,
                    person=await self._people.person(team, pressed.user, called=pressed.called),
                    place=await self._place(team, pressed),
                    action=pressed.action,
                    target=pressed.target,
                )
            )
            await self._open(team, body, answer, pressed.channel, thread_ts, ())
        except EaselError as problem:
            return PrivateResponse(error(problem))
        return answer

    async def _open(
        self,
        team: str,
        body: Payload,
        answer: PrivateResponse,
        channel: str,
        thread_ts: str | None,
        attachments: Sequence[Attachment],
    ) -> None:
        if answer.form is None:
            return
        metadata = json.dumps(
            {
                "target": answer.form.target,
                "channel": channel,
                "thread_ts": thread_ts,
                "files": [[file.ref, file.name[:60]] for file in attachments],
            }
        )
        await self._answers.open_form(
            team, str(body["trigger_id"]), answer.form, metadata=metadata, shown_place=not channel
        )

    async def _submitted(self, team: str, view: Payload, user: Payload) -> FormSubmitted:
        try:
            told = json.loads(view["private_metadata"])
            given = modals.parse_submission(view["state"])
        except ValueError as problem:
            raise BadCommand("This form is from another version of Easel.", hint="Open it again.") from problem
        channel = given.place or str(told["channel"])
        if given.place is not None:
            await self._membership.require(team, channel)
        uploads = [
            Attachment(file_ref(team, file.id), file.name, file.mime, file.bytes_count) for file in given.uploads
        ]
        return FormSubmitted(
            key=view_key(team, str(view["id"])),
            person=await self._people.person(team, str(user["id"]), called=str(user.get("name", ""))),
            place=await self._places.at(team, channel, told["thread_ts"], user=str(user["id"])),
            target=str(told["target"]),
            values=given.values,
            attachments=(*(Attachment(ref, name) for ref, name in told["files"]), *uploads),
        )

    async def _shown_in(self, team: str, channel: str, ts: str, place: Place) -> MessageRef:
        """The message that was chosen; for the one that holds a result's files, the result."""
        card = await self._pictures.card_of(team, channel, ts)
        return MessageRef(place, card or message_id(channel, ts))
