"""Discord interactions, parsed from the gateway's INTERACTION_CREATE.

discord.py leaves `data` of an interaction as JSON; nothing after this module reads that JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import discord

from adapters.discord.markup import Names, plain
from adapters.discord.payloads.attachments import message_images, resolved_attachment
from adapters.discord.payloads.interactions import (
    Autocomplete,
    CommandOption,
    ComponentPress,
    Interaction,
    InteractionData,
    InteractionMessage,
    MessageContextMenu,
    ModalInput,
    ModalSubmission,
    SlashCommand,
)

_Json: TypeAlias = Mapping[str, Any]
_EMPTY: Final[_Json] = {}

_STRING_OPTION, _ATTACHMENT_OPTION = 3, 11
"""Types of command options."""
_MESSAGE_CONTEXT_MENU: Final = 3
"""A type of application command."""
_TEXT_DISPLAY: Final = 10
"""A type of component."""


def parse_interaction(interaction: discord.Interaction) -> Interaction:
    message = interaction.message
    return Interaction(
        type=interaction.type,
        id=interaction.id,
        application_id=interaction.application_id,
        token=interaction.token,
        user=interaction.user,
        guild_id=interaction.guild_id,
        channel=interaction.channel,
        permissions=interaction.permissions,
        app_permissions=interaction.app_permissions,
        message=_interaction_message(message) if message is not None else None,
        attachment_limit_bytes=interaction.filesize_limit,
    )


def parse_interaction_data(interaction: discord.Interaction) -> InteractionData | None:
    """What was typed, pressed or submitted; None for interactions that Easel does not use."""
    data = cast("_Json", interaction.data or {})
    match interaction.type:
        case discord.InteractionType.application_command if data.get("type") == _MESSAGE_CONTEXT_MENU:
            return _message_context_menu(interaction, data)
        case discord.InteractionType.application_command:
            return _slash_command(data)
        case discord.InteractionType.autocomplete:
            focused = next((option for option in _options(data) if option.get("focused")), _EMPTY)
            return Autocomplete(str(focused.get("name", "")), str(focused.get("value") or ""))
        case discord.InteractionType.component:
            custom_id = str(data.get("custom_id", ""))
            return ComponentPress(custom_id, _button_label(interaction.message, custom_id))
        case discord.InteractionType.modal_submit:
            files = _resolved(data, "attachments")
            return ModalSubmission(
                str(data.get("custom_id", "")),
                tuple(_modal_inputs(data.get("components") or ())),
                {number: resolved_attachment(file) for number, file in files.items()},
            )
        case _:
            return None


# Private


def _interaction_message(message: discord.Message) -> InteractionMessage:
    asked = message.interaction_metadata
    card_id = asked.interacted_message_id if message.flags.ephemeral and asked is not None else None
    return InteractionMessage(message.id, card_id or message.id, message.flags.ephemeral, message.flags.components_v2)


def _slash_command(data: _Json) -> SlashCommand:
    names, files = _mentioned_names(data), _resolved(data, "attachments")
    options: list[CommandOption] = []
    file_ids: dict[str, str] = {}
    for option in _options(data):
        name, value = str(option["name"]), option.get("value")
        match option.get("type"):
            case int(kind) if kind == _ATTACHMENT_OPTION:
                file_ids[name] = str(value)
            case int(kind) if kind == _STRING_OPTION:
                options.append(CommandOption(name, plain(str(value or ""), names)))
            case _:
                options.append(CommandOption(name, value if isinstance(value, int | float) else str(value or "")))
    attachments = tuple(
        resolved_attachment(files[file_ids[name]]) for name in sorted(file_ids) if file_ids[name] in files
    )
    return SlashCommand(str(data.get("name", "")), tuple(options), attachments)


def _message_context_menu(interaction: discord.Interaction, data: _Json) -> MessageContextMenu:
    target = str(data.get("target_id", 0))
    payload = _resolved(data, "messages").get(target)
    if payload is None:
        return MessageContextMenu(int(target), ())
    message = discord.Message(state=interaction._state, channel=interaction.channel, data=cast("Any", payload))  # pyright: ignore[reportPrivateUsage, reportArgumentType]
    return MessageContextMenu(int(target), message_images(message))


def _button_label(message: discord.Message | None, custom_id: str) -> str:
    for row in message.components if message is not None else ():
        for component in row.children if isinstance(row, discord.ActionRow) else ():
            if isinstance(component, discord.Button) and component.custom_id == custom_id and component.label:
                return component.label
    return ""


def _modal_inputs(components: Sequence[_Json]) -> Iterator[ModalInput]:
    """What people filled in. A label holds one component, a row several."""
    for component in components:
        if "component" in component:
            yield _modal_input(component["component"])
        elif "components" in component:
            yield from _modal_inputs(component["components"])
        elif component.get("type") != _TEXT_DISPLAY:
            yield _modal_input(component)


def _modal_input(component: _Json) -> ModalInput:
    values = component["values"] or () if "values" in component else (component.get("value") or "",)
    return ModalInput(int(component.get("type", 0)), str(component.get("custom_id", "")), tuple(map(str, values)))


def _options(data: _Json) -> Sequence[_Json]:
    return cast("Sequence[_Json]", data.get("options") or ())


def _resolved(data: _Json, kind: str) -> Mapping[str, _Json]:
    """The objects that ids in the data stand for."""
    resolved: _Json = data.get("resolved") or _EMPTY
    return resolved.get(kind) or _EMPTY


def _mentioned_names(data: _Json) -> Names:
    members = _resolved(data, "members")
    names = {f"@&{number}": str(role["name"]) for number, role in _resolved(data, "roles").items()}
    names |= {f"#{number}": str(channel.get("name") or "") for number, channel in _resolved(data, "channels").items()}
    for number, user in _resolved(data, "users").items():
        nick = members.get(number, {}).get("nick")
        names[f"@{number}"] = str(nick or user.get("global_name") or user["username"])
    return names
