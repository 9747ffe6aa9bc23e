"""Discord buttons, message context menus and modals: each becomes one core event, acknowledged within 3 s.

What they mean is in their custom id alone, so they work after every restart.
"""

from typing import Final

import discord

from adapters.discord import errors
from adapters.discord.errors import refusal
from adapters.discord.events.interaction_context import InteractionContext, InteractionContexts
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.ids import message_id, parse_message_id, place_at
from adapters.discord.labels import KEEP
from adapters.discord.payloads.attachments import message_images
from adapters.discord.payloads.interactions import ComponentPress, Interaction, MessageContextMenu, ModalSubmission
from adapters.discord.posting.ephemeral_files import EphemeralFiles
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.rendering import custom_ids, modals
from adapters.discord.rendering.custom_ids import ButtonId, DismissId, FormId
from adapters.discord.rest import DiscordRest
from adapters.shared.recent_map import RecentMap
from bot.domain.events import Action, ButtonPressed, FormAsked, FormSubmitted
from bot.domain.ids import job_id_for
from bot.domain.people import MessageRef
from bot.domain.pictures import Attachment
from bot.errors import EaselError
from bot.ports import Handler, PrivateResponse
from bot.presentation.card import Button, Card
from bot.presentation.cards import error

_MAX_OPEN_MODALS: Final = 1_000
_ACTIONS_WITH_JOBS: Final[frozenset[Action]] = frozenset({"again"})
"""Not carried out once the interaction has expired: the person sees a failure, presses again, and should pay once."""
_ACTIONS_THAT_POST: Final[frozenset[Action]] = frozenset({"again", "edit", "share", "draw"})
"""Easel posts for the person, who must have the permission to post there."""


class ComponentEvents:
    def __init__(
        self,
        handle: Handler,
        *,
        contexts: InteractionContexts,
        tokens: InteractionTokens,
        ephemeral_files: EphemeralFiles,
        private_replies: PrivateReplies,
        rest: DiscordRest,
    ) -> None:
        self._handle = handle
        self._contexts = contexts
        self._tokens = tokens
        self._ephemeral_files = ephemeral_files
        self._private_replies = private_replies
        self._rest = rest
        self._menu_images: RecentMap[str, tuple[Attachment, ...]] = RecentMap(_MAX_OPEN_MODALS)

    async def press(self, interaction: Interaction, press: ComponentPress, response: InteractionResponse) -> None:
        """A button of a card, or of the question that some buttons ask first."""
        match custom_ids.parse(press.custom_id):
            case DismissId():
                await response.nothing()
            case ButtonId(question=question) as button if question:
                yes = Button(button.action, press.label or button.action.capitalize(), button.target, "danger")
                await response.card(Card(tone="info", title=question, buttons=(yes,)), dismiss_label=KEEP)
            case ButtonId(action=action) if action in _ACTIONS_WITH_JOBS and await response.is_too_late():
                return
            case ButtonId() as button:
                answer = await response.defer_if_slow(self._handle_press(interaction, button))
                await self._respond(interaction, response, answer)
            case _:
                problem = errors.control_outdated()
                await response.card(error(problem))

    async def context_menu(
        self, interaction: Interaction, menu: MessageContextMenu, response: InteractionResponse
    ) -> None:
        """Opens a modal about the message, which must be the first response."""
        source = message_id(interaction.channel_id, menu.message_id)
        answer = await response.defer_if_slow(self._handle_menu(interaction, menu, source))
        await self._respond(interaction, response, answer, source=source)

    async def modal(self, interaction: Interaction, submission: ModalSubmission, response: InteractionResponse) -> None:
        """Discord has closed the modal by then, so errors are shown in an ephemeral message."""
        if await response.is_too_late():
            return
        answer = await response.defer_if_slow(self._handle_modal(interaction, submission))
        await self._respond(interaction, response, answer)

    # Private

    async def _handle_press(self, interaction: Interaction, button: ButtonId) -> PrivateResponse:
        try:
            context = await self._contexts.load(interaction)
            if button.action in _ACTIONS_THAT_POST:
                context.require_can_post(is_reply=button.action != "share")
            self._keep_token(interaction, context)
            return await self._handle(
                ButtonPressed(
                    key=context.key,
                    person=context.person,
                    place=context.place,
                    action=button.action,
                    target=button.target,
                )
            )
        except EaselError as problem:
            return PrivateResponse(error(problem))

    async def _handle_menu(self, interaction: Interaction, menu: MessageContextMenu, source: str) -> PrivateResponse:
        try:
            context = await self._contexts.load(interaction, message_id=menu.message_id)
            context.require_can_post(is_reply=True)
            self._keep_menu_images(source, menu.images)
            return await self._handle(
                FormAsked(
                    key=context.key,
                    person=context.person,
                    place=context.place,
                    message=MessageRef(context.place, source),
                    attachments=menu.images,
                )
            )
        except EaselError as problem:
            return PrivateResponse(error(problem))

    async def _handle_modal(self, interaction: Interaction, submission: ModalSubmission) -> PrivateResponse:
        try:
            form = custom_ids.parse(submission.custom_id)
            if not isinstance(form, FormId):
                raise errors.form_outdated()
            # A modal that a context menu opened comes back without that menu's message.
            opened_on = parse_message_id(form.source)[1] if form.source else None
            context = await self._contexts.load(interaction, message_id=opened_on)
            context.require_can_post(is_reply=bool(form.target))
            self._keep_token(interaction, context)
            filled = modals.parse_submission(submission.inputs)
            about = await self._load_menu_images(form.source) if form.source and not form.target else ()
            uploads = (submission.attachments[file] for file in filled.uploads if file in submission.attachments)
            return await self._handle(
                FormSubmitted(
                    key=context.key,
                    person=context.person,
                    place=context.place,
                    target=form.target,
                    values=filled.values,
                    attachments=(*about, *uploads),
                )
            )
        except ValueError:
            return PrivateResponse(error(errors.form_outdated()))
        except EaselError as problem:
            return PrivateResponse(error(problem))

    def _keep_token(self, interaction: Interaction, context: InteractionContext) -> None:
        """For a private result, where the person's direct messages are closed."""
        token = InteractionToken(interaction.application_id, interaction.token, is_private=True)
        self._tokens.keep_in_memory(job_id_for(context.key), token)

    async def _respond(
        self, interaction: Interaction, response: InteractionResponse, answer: PrivateResponse, *, source: str = ""
    ) -> None:
        if answer.form is not None:
            await response.form(answer.form, custom_ids.for_form(answer.form.target, source))
            return
        if answer.card is None:
            await response.nothing()
            return
        if answer.replaces:
            await response.replace(answer.card)
            return
        sent_id = await response.card(answer.card)
        if answer.card.files and sent_id is not None and interaction.message is not None:
            place = place_at(interaction.guild_id, interaction.channel_id)
            await self._ephemeral_files.remember(
                MessageRef(place, message_id(interaction.channel_id, interaction.message.id)),
                application=interaction.application_id,
                token=interaction.token,
                answer=sent_id,
            )
        if response.is_lost:
            await self._private_replies.send_direct(interaction.user.id, answer.card, key=str(interaction.id))

    def _keep_menu_images(self, source: str, images: tuple[Attachment, ...]) -> None:
        """A modal cannot carry them, and without the message content intent Discord shows them in this event only."""
        self._menu_images[source] = images

    async def _load_menu_images(self, source: str) -> tuple[Attachment, ...]:
        """Of the message whose menu opened a modal. After a restart of Easel, Discord is asked for the message."""
        kept = self._menu_images.get(source)
        if kept is not None:
            return kept
        channel_id, number = parse_message_id(source)
        client = await self._rest.client()
        try:
            message = await client.get_partial_messageable(channel_id).fetch_message(number)
        except discord.HTTPException as problem:
            raise refusal("fetch_message", problem.status, problem.code) from problem
        images = message_images(message)
        if not images:
            raise errors.form_expired()
        return images
