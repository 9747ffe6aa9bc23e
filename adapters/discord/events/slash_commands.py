"""Discord slash commands: parsed to a core event, acknowledged within 3 s; autocomplete of their options."""

from collections.abc import Callable, Sequence
from typing import Final

import discord

from adapters.discord import errors
from adapters.discord.events.interaction_context import InteractionContexts
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.payloads.interactions import Autocomplete, Interaction, SlashCommand
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.rendering import command_schema
from adapters.discord.server.permissions import can_send_images
from bot.domain.events import CommandTyped
from bot.domain.ids import job_id_for
from bot.errors import EaselError
from bot.ports import Handler, PrivateResponse
from bot.presentation.cards import error
from bot.presentation.options import Option

_COMMANDS_WITH_JOBS: Final = ("imagine", "edit")


class SlashCommands:
    """Args: `options`: what commands accept, with what autocomplete offers for each."""

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

    async def command(self, interaction: Interaction, command: SlashCommand, response: InteractionResponse) -> None:
        if await response.is_too_late():
            return
        token = _job_token(interaction, command)
        answer = await response.defer_if_slow(self._submit(interaction, command, token))
        if answer.card is None:
            if token is not None and token.is_deferred:
                await response.promise_followup(is_private=token.is_private)
            else:
                await response.nothing()
            return
        await response.card(answer.card)
        if response.is_lost:
            await self._private_replies.send_direct(interaction.user.id, answer.card, key=str(interaction.id))

    async def autocomplete(self, typed: Autocomplete, response: InteractionResponse) -> None:
        """Offers values for what was typed so far, from memory: Discord asks with every letter."""
        option = next((each for each in self._options() if each.name == typed.option), None)
        await response.choices(command_schema.choices(command_schema.suggestions(option, typed.typed)))

    # Private

    async def _submit(
        self, interaction: Interaction, command: SlashCommand, token: InteractionToken | None
    ) -> PrivateResponse:
        try:
            context = await self._contexts.load(interaction)
            if command.name not in command_schema.NAMES:
                raise errors.unknown_command(command.name)
            job = job_id_for(context.key)
            if token is not None and token.is_deferred:
                await self._tokens.store(job, token)
            elif token is not None:
                self._tokens.keep_in_memory(job, token)
            return await self._handle(
                CommandTyped(
                    key=context.key,
                    person=context.person,
                    place=context.place,
                    text=command_schema.text(command),
                    attachments=command.attachments,
                    about_thread=command_schema.is_about_thread(command.name),
                )
            )
        except EaselError as problem:
            return PrivateResponse(error(problem))


def _job_token(interaction: Interaction, command: SlashCommand) -> InteractionToken | None:
    """What the job of a command can post with; None for commands without a job.

    The job's first post replaces "thinking…" where it is private, or where Easel may not post in the channel.
    """
    if command.name not in _COMMANDS_WITH_JOBS:
        return None
    is_private = command.has_switch("private")
    is_promised = is_private or not _bot_can_post(interaction)
    return InteractionToken(interaction.application_id, interaction.token, is_private, is_promised)


def _bot_can_post(interaction: Interaction) -> bool:
    """Whether Easel may post images in the channel with its own token; in direct messages it may."""
    in_thread = isinstance(interaction.channel, discord.Thread)
    return interaction.guild_id is None or can_send_images(interaction.app_permissions, in_thread=in_thread)
