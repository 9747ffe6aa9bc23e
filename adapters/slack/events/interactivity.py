"""Slack's interactivity: button presses, shortcuts and modal submissions, each acknowledged after it is submitted."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final, cast, get_args

from adapters.shared.deduplication import Deduplicator
from adapters.slack import errors
from adapters.slack.addresses import SlackAddresses
from adapters.slack.events.message_files import attachment_of, pictures_in
from adapters.slack.ids import message_id, press_key, trigger_key, view_key
from adapters.slack.payloads.interactivity import BlockActions, Shortcut
from adapters.slack.payloads.views import FormMetadata, ViewSubmission, parse_form_metadata
from adapters.slack.posting.picture_files import PictureFiles
from adapters.slack.posting.private_replies import PrivateReplies, Recipient
from adapters.slack.rendering import modals
from adapters.slack.rendering.cards import ACTION_PREFIX
from adapters.slack.workspace.membership import Membership
from adapters.slack.workspace.places import Places
from adapters.slack.workspace.users import UserDirectory
from bot.domain.events import Action, ButtonPressed, FormAsked, FormSubmitted
from bot.domain.ids import EventKey
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import EaselError
from bot.ports import Handler, Json, PrivateResponse
from bot.presentation.card import Form
from bot.presentation.cards import error

_MAX_NAME_CHARS: Final = 60
"""Of a file, in the metadata of a modal, of which Slack keeps 3,000 characters."""


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

    async def press(self, team: str, press: BlockActions) -> None:
        """A button of a message; a press that Slack delivers twice is answered once."""
        button = press.actions[0]
        key = press_key(team, press.channel_id, press.container.message_ts, button.action_id, button.action_ts)
        await self._once.run_once(key, lambda: self._submit_press(team, press, key))

    async def shortcut(self, team: str, shortcut: Shortcut) -> None:
        """A message shortcut or a global one: both open a modal."""
        channel, user, message = shortcut.channel.id, shortcut.user, shortcut.message
        try:
            if channel:
                await self._membership.require(team, channel)
            place = await self._places.at(team, channel, shortcut.root_ts, user=user.id)
            pictures = pictures_in(message, team, self._addresses)
            answer = await self._handle(
                FormAsked(
                    key=trigger_key(team, shortcut.trigger_id),
                    person=await self._people.person(team, user.id, fallback_name=user.name),
                    place=place,
                    message=await self._result_shown_in(team, channel, message.ts, place) if message.ts else None,
                    attachments=pictures,
                )
            )
            if answer.form is not None:
                await self._open_form(team, shortcut, answer.form, channel, pictures)
        except EaselError as problem:
            answer = PrivateResponse(error(problem))
        if answer.card is not None:
            recipient = Recipient(team, channel, user.id, message.thread_ts or None)
            await self._answers.use_response_url(shortcut.response_url, recipient, answer.card)

    async def submit(self, team: str, submission: ViewSubmission) -> Json:
        """The body of the acknowledgement: nothing closes the modal, errors keep it open with all that it holds."""
        try:
            answer = await self._handle(await self._form_submitted(team, submission))
        except EaselError as problem:
            answer = PrivateResponse(error(problem))
        if answer.card is None:
            return {}
        return modals.errors(answer.card, [block.block_id for block in submission.view.blocks])

    # Private

    async def _submit_press(self, team: str, press: BlockActions, key: EventKey) -> None:
        channel, user, button = press.channel_id, press.user, press.actions[0]
        place = await self._places.at(team, channel, press.root_ts, user=user.id)
        try:
            action = _action_of(button.action_id)
            if action is None:
                raise errors.button_outdated()
            answer = await self._handle(
                ButtonPressed(
                    key=key,
                    person=await self._people.person(team, user.id, fallback_name=user.shown_name),
                    place=place,
                    action=action,
                    target=button.value,
                )
            )
            if answer.form is not None:
                await self._open_form(team, press, answer.form, channel, ())
        except EaselError as problem:
            answer = PrivateResponse(error(problem))
        if answer.card is not None:
            message = MessageRef(place, message_id(channel, press.container.message_ts))
            recipient = Recipient(team, channel, user.id, press.container.thread_ts or None, message)
            await self._answers.use_response_url(press.response_url, recipient, answer.card, replaces=answer.replaces)

    async def _open_form(
        self, team: str, opener: BlockActions | Shortcut, form: Form, channel: str, attachments: Sequence[Attachment]
    ) -> None:
        metadata = FormMetadata(
            target=form.target,
            channel=channel,
            thread_ts=opener.root_ts,
            files=tuple((file.ref, file.name[:_MAX_NAME_CHARS]) for file in attachments),
        )
        await self._answers.open_form(
            team, opener.trigger_id, form, metadata=json.dumps(asdict(metadata)), asks_for_place=not channel
        )

    async def _form_submitted(self, team: str, submission: ViewSubmission) -> FormSubmitted:
        view, user = submission.view, submission.user
        try:
            metadata = parse_form_metadata(json.loads(view.private_metadata))
            entered = modals.parse_submission(view.state)
        except ValueError as problem:
            raise errors.form_outdated() from problem
        channel = entered.place or metadata.channel
        if entered.place is not None:
            await self._membership.require(team, channel)
        return FormSubmitted(
            key=view_key(team, view.id),
            person=await self._people.person(team, user.id, fallback_name=user.name),
            place=await self._places.at(team, channel, metadata.thread_ts, user=user.id),
            target=metadata.target,
            values=entered.values,
            attachments=(
                *(Attachment(ref, name) for ref, name in metadata.files),
                *(attachment_of(file, team) for file in entered.uploads),
            ),
        )

    async def _result_shown_in(self, team: str, channel: str, ts: str, place: Place) -> MessageRef:
        """The message that was chosen; if it holds the files of a result, the message of the result."""
        result = await self._pictures.message_of_share(team, channel, ts)
        return MessageRef(place, result or message_id(channel, ts))


def _action_of(action_id: str) -> Action | None:
    """None for a button that this version of Easel does not have."""
    name = action_id.removeprefix(ACTION_PREFIX)
    return cast("Action", name) if name in get_args(Action) else None
