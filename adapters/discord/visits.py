"""Who came with an interaction, from where, and whether they may."""

from dataclasses import dataclass
from typing import Any, cast

import discord

from adapters.discord.access import Access, person, rights_of, roles_of, where
from adapters.discord.ids import DIRECT, interaction_key
from adapters.discord.members import Members
from adapters.discord.parse import Payload, data
from adapters.discord.places import Places
from adapters.discord.spots import Spots
from bot.domain.ids import EventKey
from bot.domain.people import Person, Place


@dataclass(frozen=True, slots=True)
class Visit:
    key: EventKey
    person: Person
    place: Place
    data: Payload
    """What discord.py leaves as it came."""


class Visits:
    def __init__(self, spots: Spots, places: Places, members: Members, access: Access) -> None:
        self._spots = spots
        self._places = places
        self._members = members
        self._access = access

    async def read(self, interaction: discord.Interaction, *, message: int | None = None) -> Visit:
        """Args: `message`: the one whose menu it is.

        Raises:
            NotAllowed, BadCommand: a list leaves them out, or they have left the server.
            EaselError: as `Members.find`.
        """
        place = await self._place(interaction, message)
        user, channel, rights = interaction.user, interaction.channel, interaction.permissions
        if interaction.guild_id is None and place.team != DIRECT:
            # Their rights are those in the server that the picture was asked for in.
            guild = int(place.team)
            user = await self._members.find(user.id, guild, known=interaction.client.get_guild(guild))
            channel, rights = user.guild.get_channel_or_thread(int(place.channel)), rights_of(user)
        who = person(user, place, rights)
        self._access.require(where(channel), roles_of(user), is_admin=who.is_admin)
        return Visit(interaction_key(interaction.id), who, place, data(interaction))

    async def _place(self, interaction: discord.Interaction, message: int | None) -> Place:
        if message is None and interaction.message is not None:
            message = _card_of(interaction.message)
        channel = cast("Any", interaction.channel)
        if message is not None and channel is not None and interaction.guild_id is None:
            # A picture for one person alone, asked for in a server: only its asker has this DM.
            noted = await self._places.of_message(int(channel.id), message)
            if noted is not None:
                return noted
        return await self._spots.of(channel, interaction.guild_id)


def _card_of(message: discord.Message) -> int:
    """The card that a message belongs to: itself, or for a question about it, the one whose button asked."""
    asked = message.interaction_metadata
    if message.flags.ephemeral and asked is not None and asked.interacted_message_id is not None:
        return asked.interacted_message_id
    return message.id
