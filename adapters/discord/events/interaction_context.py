"""Who came with an interaction, from where, and whether they may."""

from dataclasses import dataclass
from typing import Any, cast

import discord

from adapters.discord.errors import missing_post_permission
from adapters.discord.ids import DIRECT, interaction_key
from adapters.discord.payloads import Payload, interaction_data
from adapters.discord.server.members import MemberLookup
from adapters.discord.server.permissions import (
    AccessRules,
    channel_info,
    may_show,
    may_write,
    person,
    rights_of,
    roles_of,
)
from adapters.discord.server.place_resolver import PlaceResolver
from adapters.discord.server.places import Places
from bot.domain.ids import EventKey
from bot.domain.people import Person, Place
from bot.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class InteractionContext:
    key: EventKey
    person: Person
    place: Place
    data: Payload
    """What discord.py leaves as it came."""
    is_open: bool
    """Whether Easel may post pictures there."""
    may_write: bool
    """Where they are, or for a private picture in the channel that it was asked for in."""
    may_answer: bool
    """Where what comes of the message that they use is posted: in its thread, if it has one, or in a DM."""

    def require_can_post(self, *, is_answer: bool) -> None:
        """Raises NotAllowed where they ask for what they may not post themselves, PlaceClosed where Easel may not."""
        if not self.is_open:
            raise missing_post_permission()
        if not (self.may_answer if is_answer else self.may_write):
            text = "You cannot write in the channel of this picture, so Easel posts nothing there for you."
            raise NotAllowed(text, hint="Draw it in a channel where you can.")


class InteractionContexts:
    def __init__(
        self, place_resolver: PlaceResolver, places: Places, members: MemberLookup, access: AccessRules
    ) -> None:
        self._place_resolver = place_resolver
        self._places = places
        self._members = members
        self._access = access

    async def read(self, interaction: discord.Interaction, *, message: int | None = None) -> InteractionContext:
        """Args: `message`: the one whose menu it is.

        Raises:
            NotAllowed, BadCommand: a list leaves them out, or they have left the server.
            EaselError: as `MemberLookup.find`.
        """
        card = _card_of(interaction.message) if message is None and interaction.message is not None else message
        place = await self._place(interaction, card)
        user, channel, rights = interaction.user, interaction.channel, interaction.permissions
        if interaction.guild_id is None and place.team != DIRECT:
            # Their rights are those in the server that the picture was asked for in.
            guild = int(place.team)
            user = await self._members.find(user.id, guild, known=interaction.client.get_guild(guild))
            channel = user.guild.get_channel_or_thread(int(place.channel))
            rights = channel.permissions_for(user) if channel is not None else rights_of(user)
        who = person(user, place, rights)
        self._access.require(channel_info(channel), roles_of(user), is_admin=who.is_admin)
        is_in_thread = isinstance(channel, discord.Thread)
        has_thread = is_in_thread or (card is not None and await self._places.parent_of(card) is not None)
        return InteractionContext(
            interaction_key(interaction.id),
            who,
            place,
            interaction_data(interaction),
            is_open=interaction.guild_id is None or may_show(interaction.app_permissions, in_thread=has_thread),
            may_write=place.team == DIRECT or may_write(rights, in_thread=is_in_thread),
            may_answer=interaction.guild_id is None or may_write(rights, in_thread=has_thread),
        )

    async def _place(self, interaction: discord.Interaction, card: int | None) -> Place:
        channel = cast("Any", interaction.channel)
        if card is not None and channel is not None and interaction.guild_id is None:
            # A picture for one person alone, asked for in a server: only its asker has this DM.
            noted = await self._places.of_message(int(channel.id), card)
            if noted is not None:
                return noted
        return await self._place_resolver.resolve(channel, interaction.guild_id)


def _card_of(message: discord.Message) -> int:
    """The card that a message belongs to: itself, or for a question about it, the one whose button asked."""
    asked = message.interaction_metadata
    if message.flags.ephemeral and asked is not None and asked.interacted_message_id is not None:
        return asked.interacted_message_id
    return message.id
