"""Commands: what people type after a slash, and what is offered to them while they do."""

from collections.abc import Callable, Sequence
from typing import Final

import discord
import structlog

from adapters.discord import payloads
from adapters.discord.events.deferral import in_time
from adapters.discord.events.interaction_context import InteractionContext, InteractionContexts
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.rendering import command_schema
from adapters.discord.rendering.command_schema import options_of
from adapters.discord.server.permissions import may_show
from bot.domain.events import CommandTyped
from bot.domain.ids import job_id_for
from bot.errors import BadCommand, EaselError
from bot.ports import Handler, PrivateResponse
from bot.presentation.cards import error
from bot.presentation.options import Option

_DRAWING: Final = ("imagine", "edit")

_log = structlog.get_logger(__name__)


class SlashCommands:
    """Args: `options`: what commands accept, with what is offered for each while people type."""

    def __init__(
        self,
        handle: Handler,
        *,
        contexts: InteractionContexts,
        tokens: InteractionTokens,
        private_replies: PrivateReplies,
        options: Callable[[], Sequence[Option]],
    ) -> None:
        self._handle = handle
        self._contexts = contexts
        self._tokens = tokens
        self._private_replies = private_replies
        self._options = options

    async def command(self, interaction: discord.Interaction, reply: InteractionResponse) -> None:
        if await reply.is_too_late():
            return
        answer = await in_time(self._handled(interaction), reply.defer)
        if answer.card is None:
            token = _token(interaction)
            if token is not None and token.is_promised:
                await reply.promise_followup(is_private=token.is_private)
            else:
                await reply.nothing()
            return
        await reply.card(answer.card)
        if reply.is_lost:
            await self._private_replies.send_direct(interaction.user.id, answer.card, key=str(interaction.id))

    async def autocomplete(self, interaction: discord.Interaction, reply: InteractionResponse) -> None:
        """What may be meant by what was typed so far: from memory, since it is asked with every letter."""
        name, typed = command_schema.focused(options_of(payloads.interaction_data(interaction)))
        option = next((each for each in self._options() if each.name == name), None)
        await reply.choices(command_schema.choices(command_schema.suggestions(option, typed)))

    # Private

    async def _handled(self, interaction: discord.Interaction) -> PrivateResponse:
        try:
            context = await self._contexts.read(interaction)
            return await self._handle(await self._event(interaction, context))
        except EaselError as problem:
            return PrivateResponse(error(problem))

    async def _event(self, interaction: discord.Interaction, context: InteractionContext) -> CommandTyped:
        name = str(context.data.get("name", ""))
        if name not in command_schema.NAMES:
            raise BadCommand(f"There is no command /{name} any more.", hint="Type / and choose another one.")
        given = options_of(context.data)
        token, job = _token(interaction), job_id_for(context.key)
        if token is not None and token.is_promised:
            await self._tokens.keep(job, token)
        elif token is not None:
            self._tokens.have(job, token)
        return CommandTyped(
            key=context.key,
            person=context.person,
            place=context.place,
            text=command_schema.text(name, given),
            attachments=payloads.uploaded_files(command_schema.images(given), payloads.resolved_objects(context.data)),
            about_thread=command_schema.is_about_thread(name),
        )


def _token(interaction: discord.Interaction) -> InteractionToken | None:
    """What the job of a command can be spoken through; None for questions, which make no job.

    "Thinking…" is promised an answer where Easel may not post by itself, or perhaps not in a DM.
    """
    data = payloads.interaction_data(interaction)
    if data.get("name") not in _DRAWING:
        return None
    is_private = any(each.get("name") == "private" and each.get("value") for each in options_of(data))
    is_promised = is_private or not _may_post(interaction)
    return InteractionToken(interaction.application_id, interaction.token, is_private, is_promised)


def _may_post(interaction: discord.Interaction) -> bool:
    """Whether Easel may post there by itself; in direct messages it may."""
    in_thread = isinstance(interaction.channel, discord.Thread)
    return interaction.guild_id is None or may_show(interaction.app_permissions, in_thread=in_thread)
