"""Discord invite link: adds Easel to a server with the permissions that it needs and no others."""

from typing import Final

import discord

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,  # to messages that it read and took for people's talk
    read_message_history=True,  # to reply to a message
    create_public_threads=True,
    send_messages_in_threads=True,  # where Send Messages has no effect
)
SCOPES: Final = ("bot", "applications.commands")


def invite(application: int) -> str:
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=SCOPES)
