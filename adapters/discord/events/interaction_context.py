"""Discord interactions: who uses Easel, in which place, and what they and Easel may post there."""

from dataclasses import dataclass

import discord

from adapters.discord import errors
from adapters.discord.errors import missing_post_permission
from adapters.discord.ids import DIRECT, interaction_key
from adapters.discord.payloads.interactions import Interaction
from adapters.discord.server.members import MemberLookup
from adapters.discord.server.permissions import (
    AccessRules,
    can_send,
    can_send_images,
    channel_info,
    guild_permissions,
    person,
    role_ids,
)
from adapters.discord.server.place_resolver import PlaceResolver
from adapters.discord.server.places import Places
from bot.domain.ids import EventKey
from bot.domain.people import Person, Place


@dataclass(frozen=True, slots=True)
class InteractionContext:
    """What the core needs to know of an interaction.

    Attributes:
        bot_can_post: whether Easel may post images there.
        user_can_post: where they are, or for a private image in the channel that it was asked for in.
        user_can_reply: in the thread of the message that they use, if it has one, or in a direct message.
    """

    key: EventKey
    person: Person
    place: Place
    bot_can_post: bool
    user_can_post: bool
    user_can_reply: bool

    def require_can_post(self, *, is_reply: bool) -> None:
        """Raises NotAllowed where they ask for what they may not post themselves, PlaceClosed where Easel may not."""
        if not self.bot_can_post:
            raise missing_post_permission()
        if not (self.user_can_reply if is_reply else self.user_can_post):
            raise errors.cannot_post()


class InteractionContexts:
    def __init__(
        self, place_resolver: PlaceResolver, places: Places, members: MemberLookup, access: AccessRules
    ) -> None:
        self._place_resolver = place_resolver
        self._places = places
        self._members = members
        self._access = access

    async def load(self, interaction: Interaction, *, message_id: int | None = None) -> InteractionContext:
        """Args: `message_id`: the message whose context menu it is; otherwise the one whose button was pressed.

        Raises:
            NotAllowed, BadCommand: the administrator's lists do not allow it, or the person has left the server.
            EaselError: as `MemberLookup.find`.
        """
        if message_id is None and interaction.message is not None:
            message_id = interaction.message.card_id
        place = await self._place(interaction, message_id)
        user, channel, permissions = interaction.user, interaction.channel, interaction.permissions
        is_in_guild = interaction.guild_id is not None
        if not is_in_guild and place.team != DIRECT:
            # A private image in a DM: what counts are the permissions in the server that it was asked for in.
            user = await self._members.find(user.id, int(place.team))
            channel = user.guild.get_channel_or_thread(int(place.channel))
            permissions = channel.permissions_for(user) if channel is not None else guild_permissions(user)
        who = person(user, place, permissions)
        self._access.require(channel_info(channel), role_ids(user), is_admin=who.is_admin)
        is_in_thread = isinstance(channel, discord.Thread)
        has_thread = is_in_thread or (message_id is not None and await self._places.parent_of(message_id) is not None)
        return InteractionContext(
            interaction_key(interaction.id),
            who,
            place,
            bot_can_post=not is_in_guild or can_send_images(interaction.app_permissions, in_thread=has_thread),
            user_can_post=place.team == DIRECT or can_send(permissions, in_thread=is_in_thread),
            user_can_reply=not is_in_guild or can_send(permissions, in_thread=has_thread),
        )

    # Private

    async def _place(self, interaction: Interaction, message_id: int | None) -> Place:
        if message_id is not None and interaction.channel is not None and interaction.guild_id is None:
            # A private image that was asked for in a server: only its asker sees this DM.
            noted = await self._places.of_message(interaction.channel_id, message_id)
            if noted is not None:
                return noted
        return await self._place_resolver.resolve(interaction.channel, interaction.guild_id)
