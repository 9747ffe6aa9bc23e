"""The channels of discord.py that an event can come from."""

from typing import TypeAlias

import discord

Channel: TypeAlias = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.ForumChannel
    | discord.CategoryChannel
    | discord.Thread
    | discord.DMChannel
    | discord.GroupChannel
    | discord.PartialMessageable
)
"""`PartialMessageable` is a channel or thread of which discord.py knows the id alone."""
