"""Buttons, menus and forms: what people press, and what comes back of it.

All of it goes through here, told apart by its custom id alone, so that it works after every restart.
"""

from collections import OrderedDict
from typing import Final

import discord
import structlog

from adapters.discord import payloads
from adapters.discord.errors import DiscordRefused, to_easel_error
from adapters.discord.events.deferral import in_time
from adapters.discord.events.interaction_context import InteractionContext, InteractionContexts
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.ids import message_id, parse_message_id, place_at
from adapters.discord.labels import KEEP
from adapters.discord.payloads import Payload
from adapters.discord.posting.ephemeral_files import EphemeralFiles
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.rendering import custom_ids, modals
from adapters.discord.rendering.custom_ids import ButtonId, DismissId, FormId
from adapters.discord.rest import DiscordRest
from bot.domain.events import ButtonPressed, FormAsked, FormSubmitted
from bot.domain.ids import job_id_for
from bot.domain.people import MessageRef
from bot.domain.pictures import Attachment
from bot.errors import BadCommand, EaselError, NotFound
from bot.ports import Handler, PrivateResponse
from bot.presentation.card import Button, Card
from bot.presentation.cards import error

_MOST_FORMS: Final = 1_000
_DRAWING: Final = frozenset({"again"})
"""Who was told that it failed presses once more, and pays once."""
_POSTING: Final = frozenset({"again", "edit", "share", "draw"})
"""Through these Easel posts something for whoever presses: nobody is to say by it what they may not say themselves."""

_log = structlog.get_logger(__name__)


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
        self._asked_about: OrderedDict[str, tuple[Attachment, ...]] = OrderedDict()

    async def press(self, interaction: discord.Interaction, reply: InteractionResponse) -> None:
        """A button, or an answer to the question that one asks first."""
        meaning = custom_ids.parse(str(payloads.interaction_data(interaction).get("custom_id", "")))
        match meaning:
            case DismissId():
                await reply.nothing()
            case ButtonId(question=question) if question:
                await self._ask(interaction, reply, meaning)
            case ButtonId(action=action) if action in _DRAWING and await reply.is_too_late():
                return
            case ButtonId():
                await self._show(interaction, reply, await in_time(self._pressed(interaction, meaning), reply.defer))
            case _:
                problem = NotFound("This control is from another version of Easel.", hint="Reply to the picture.")
                await reply.card(error(problem))

    async def menu(self, interaction: discord.Interaction, reply: InteractionResponse) -> None:
        """The menu of a message: it opens a form, which nothing may come before."""
        target = int(str(payloads.interaction_data(interaction).get("target_id", 0)))
        source = message_id(_channel_id(interaction), target)
        answer = await in_time(self._asked_for(interaction, target, source), reply.defer)
        await self._show(interaction, reply, answer, source=source)

    async def submit(self, interaction: discord.Interaction, reply: InteractionResponse) -> None:
        """A form that came back: Discord has closed it by then, so what is wrong is said beside it."""
        if await reply.is_too_late():
            return
        meaning = custom_ids.parse(str(payloads.interaction_data(interaction).get("custom_id", "")))
        answer = await in_time(self._submitted(interaction, meaning), reply.defer)
        await self._show(interaction, reply, answer)

    # Private

    async def _ask(self, interaction: discord.Interaction, reply: InteractionResponse, press: ButtonId) -> None:
        """A question with two buttons, for who pressed: Discord has none of its own."""
        yes = Button(press.action, _label_of(interaction) or press.action.capitalize(), press.target, "danger")
        card = Card(tone="info", title=press.question, buttons=(yes,))
        await reply.card(card, or_not=KEEP)

    async def _pressed(self, interaction: discord.Interaction, press: ButtonId) -> PrivateResponse:
        try:
            context = await self._contexts.read(interaction)
            if press.action in _POSTING:
                context.require_can_post(is_answer=press.action != "share")
            self._have_token(interaction, context)
            return await self._handle(
                ButtonPressed(
                    key=context.key,
                    person=context.person,
                    place=context.place,
                    action=press.action,
                    target=press.target,
                )
            )
        except EaselError as problem:
            return PrivateResponse(error(problem))

    async def _asked_for(self, interaction: discord.Interaction, target: int, source: str) -> PrivateResponse:
        try:
            context = await self._contexts.read(interaction, message=target)
            context.require_can_post(is_answer=True)
            pictures = _pictures_of_target(interaction, target)
            self._remember(source, pictures)
            return await self._handle(
                FormAsked(
                    key=context.key,
                    person=context.person,
                    place=context.place,
                    message=MessageRef(context.place, source),
                    attachments=pictures,
                )
            )
        except EaselError as problem:
            return PrivateResponse(error(problem))

    async def _submitted(self, interaction: discord.Interaction, meaning: custom_ids.Meaning | None) -> PrivateResponse:
        try:
            if not isinstance(meaning, FormId):
                raise BadCommand("This form is from another version of Easel.", hint="Open it again.")
            # A form that a menu opened comes back without the message whose menu it was.
            opened_on = parse_message_id(meaning.source)[1] if meaning.source else None
            context = await self._contexts.read(interaction, message=opened_on)
            context.require_can_post(is_answer=bool(meaning.target))
            self._have_token(interaction, context)
            return await self._handle(await self._form(context, meaning))
        except ValueError:
            return PrivateResponse(
                error(BadCommand("This form is from another version of Easel.", hint="Open it again."))
            )
        except EaselError as problem:
            return PrivateResponse(error(problem))

    def _have_token(self, interaction: discord.Interaction, context: InteractionContext) -> None:
        """For what is private to somebody without open DMs."""
        token = InteractionToken(interaction.application_id, interaction.token, is_private=True)
        self._tokens.have(job_id_for(context.key), token)

    async def _form(self, context: InteractionContext, form: FormId) -> FormSubmitted:
        given = modals.parse_submission(context.data.get("components") or ())
        about = await self._pictures_at(form.source) if form.source and not form.target else ()
        return FormSubmitted(
            key=context.key,
            person=context.person,
            place=context.place,
            target=form.target,
            values=given.values,
            attachments=(*about, *payloads.uploaded_files(given.uploads, payloads.resolved_objects(context.data))),
        )

    async def _show(
        self, interaction: discord.Interaction, reply: InteractionResponse, answer: PrivateResponse, *, source: str = ""
    ) -> None:
        if answer.form is not None:
            await reply.form(answer.form, custom_ids.for_form(answer.form.target, source))
            return
        if answer.card is None:
            await reply.nothing()
            return
        if answer.replaces:
            await reply.replace(answer.card)
            return
        shown = await reply.card(answer.card)
        message = interaction.message
        if answer.card.files and shown is not None and message is not None:
            channel = _channel_id(interaction)
            of = MessageRef(place_at(interaction.guild_id, channel), message_id(channel, message.id))
            await self._ephemeral_files.remember(
                of, application=interaction.application_id, token=interaction.token, answer=shown
            )
        if reply.is_lost:
            await self._private_replies.send_direct(interaction.user.id, answer.card, key=str(interaction.id))

    def _remember(self, source: str, pictures: tuple[Attachment, ...]) -> None:
        """A form cannot carry what it is about, and Discord shows it to us only now where it hides words from us."""
        self._asked_about[source] = pictures
        self._asked_about.move_to_end(source)
        if len(self._asked_about) > _MOST_FORMS:
            self._asked_about.popitem(last=False)

    async def _pictures_at(self, source: str) -> tuple[Attachment, ...]:
        """Of the message that a form was opened on; it is asked for again where Easel was restarted meanwhile."""
        known = self._asked_about.get(source)
        if known is not None:
            return known
        channel, number = parse_message_id(source)
        client = await self._rest.client()
        try:
            message = await client.get_partial_messageable(channel).fetch_message(number)
        except discord.HTTPException as problem:
            raise to_easel_error(DiscordRefused("fetch_message", problem.status, problem.code)) from problem
        pictures = payloads.pictures_in(message)
        if not pictures:
            raise BadCommand("That form is too old.", hint="Open it again in the message's menu.")
        return pictures


def _channel_id(interaction: discord.Interaction) -> int:
    return interaction.channel_id or 0


def _label_of(interaction: discord.Interaction) -> str:
    """What stood on the button that was pressed; "" where the message has changed meanwhile."""
    pressed = str(payloads.interaction_data(interaction).get("custom_id", ""))
    for row in interaction.message.components if interaction.message is not None else ():
        for each in row.children if isinstance(row, discord.ActionRow) else ():
            if isinstance(each, discord.Button) and each.custom_id == pressed and each.label:
                return each.label
    return ""


def _pictures_of_target(interaction: discord.Interaction, target: int) -> tuple[Attachment, ...]:
    """The message comes along whole, whatever the app may read elsewhere."""
    messages: Payload = payloads.resolved_objects(payloads.interaction_data(interaction)).get("messages") or {}
    told_of: Payload | None = messages.get(str(target))
    if told_of is None:
        return ()
    message = discord.Message(state=interaction._state, channel=interaction.channel, data=told_of)  # pyright: ignore[reportPrivateUsage, reportArgumentType]
    return payloads.pictures_in(message)
