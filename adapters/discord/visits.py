"""Who came with an interaction, from where, and whether they may."""

from dataclasses import dataclass
from typing import Any, cast

import discord

from adapters.discord.access import Access, person, roles_of, where
from adapters.discord.ids import interaction_key
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
    def __init__(self, spots: Spots, places: Places, access: Access) -> None:
        self._spots = spots
        self._places = places
        self._access = access

    async def read(self, interaction: discord.Interaction, *, message: int | None = None) -> Visit:
        """Args: `message`: the one whose menu it is. Raises NotAllowed or BadCommand where a list leaves them out."""
        permissions = interaction.permissions
        place = await self._place(interaction, message)
        who = person(interaction.user, place, permissions)
        self._access.require(where(interaction.channel), roles_of(interaction.user), is_admin=who.is_admin)
        return Visit(interaction_key(interaction.id), who, place, data(interaction))

    async def place(self, interaction: discord.Interaction) -> Place:
        """Of an interaction, whoever it is."""
        return await self._place(interaction, None)

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
