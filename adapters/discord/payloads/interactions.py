"""Discord interactions as dataclasses: slash commands, autocomplete, components, modals, message context menus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import discord

from adapters.discord.payloads.channels import Channel
from bot.domain.pictures import Attachment


@dataclass(frozen=True, slots=True)
class InteractionMessage:
    """The message whose button was pressed, or whose button opened the modal.

    Attributes:
        card_id: the message itself; for an ephemeral question about a card, the message of that card.
    """

    id: int
    card_id: int
    is_ephemeral: bool
    is_components_v2: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What all interactions have in common.

    Attributes:
        token: allows to respond for 15 minutes.
        permissions, app_permissions: of the user and of the app in the channel; none in direct messages.
        message: None for commands, and for modals that a command opened.
        attachment_limit_bytes: of one file in a response.
    """

    type: discord.InteractionType
    id: int
    application_id: int
    token: str = field(repr=False)
    user: discord.User | discord.Member
    guild_id: int | None
    channel: Channel | None
    permissions: discord.Permissions
    app_permissions: discord.Permissions
    message: InteractionMessage | None
    attachment_limit_bytes: int

    @property
    def channel_id(self) -> int:
        return self.channel.id if self.channel is not None else 0


@dataclass(frozen=True, slots=True)
class CommandOption:
    """An option of a slash command as it was filled in. Mentions in texts are names."""

    name: str
    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A slash command. `attachments` are in the order of their options' names, and not among `options`.

    User context menus, of which Easel registers none, are slash commands with an unknown name.
    """

    name: str
    options: tuple[CommandOption, ...]
    attachments: tuple[Attachment, ...]

    def has_switch(self, name: str) -> bool:
        """Whether a switch is on."""
        return any(option.name == name and option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Autocomplete:
    """A slash command that is being typed: the option with the focus, and what is in it so far."""

    option: str
    typed: str


@dataclass(frozen=True, slots=True)
class MessageContextMenu:
    """A command in the menu of a message, with all images of that message, also where Easel may not read messages."""

    message_id: int
    images: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class ComponentPress:
    """A button or select menu that was used. `label` is the button's, "" where the message has changed meanwhile."""

    custom_id: str
    label: str


@dataclass(frozen=True, slots=True)
class ModalInput:
    """A component of a modal as it was filled in. `type` is Discord's component type."""

    type: int
    custom_id: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModalSubmission:
    """A modal that was submitted. `attachments` are the uploaded files by their ids."""

    custom_id: str
    inputs: tuple[ModalInput, ...]
    attachments: Mapping[str, Attachment]


InteractionData: TypeAlias = SlashCommand | Autocomplete | MessageContextMenu | ComponentPress | ModalSubmission
