"""The first answer to an interaction."""

from typing import Any

from tests.emulators.discord.api.asked import Answer, Asked, Handler
from tests.emulators.discord.checking.commands import check_choices
from tests.emulators.discord.checking.findings import ANY, Findings, check_object, flag, number
from tests.emulators.discord.checking.modals import check_modal
from tests.emulators.discord.drafts import Draft, draft
from tests.emulators.discord.interactions import (
    CHOICES,
    DEFERRED_MESSAGE,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
    InteractionKind,
    Modal,
)
from tests.emulators.discord.messages import (
    CHAT_INPUT_COMMAND,
    CONTEXT_MENU_COMMAND,
    EPHEMERAL,
    LOADING,
    REPLY,
    Message,
    Reference,
)
from tests.emulators.discord.problems import ApiError, unknown
from tests.emulators.discord.things import Json

_TYPES: dict[InteractionKind, tuple[int, ...]] = {
    "command": (MESSAGE, DEFERRED_MESSAGE, MODAL),
    "component": (MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL),
    "autocomplete": (CHOICES,),
    "modal": (MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE),
}
_DEFERRED = {"flags": number(), "tts": flag(), **dict.fromkeys(("content", "components", "embeds"), ANY)}


def create_interaction_response(asked: Asked) -> Answer:
    interaction = _interaction(asked)
    kind, data = _understand(asked, interaction)
    _check_thread(asked, interaction, kind)
    match kind:
        case 4:
            _respond(asked, interaction, draft_of(asked, interaction, data))
        case 5:
            _think(asked, interaction, data)
        case 6:
            interaction.response = interaction.message
        case 7:
            _update(asked, interaction, data)
        case 8:
            _offer(asked, interaction, data)
        case _:
            _open(asked, interaction, data)
    interaction.answered_with = kind
    asked.state.tell()
    return _told(asked, interaction, kind) if asked.call.query.get("with_response") in ("1", "true") else None


def draft_of(asked: Asked, interaction: Interaction, data: Any, original: Message | None = None) -> Draft:
    """A message as it was sent through an interaction."""
    return draft(
        asked.state,
        asked.call,
        data,
        interaction.channel,
        original=original,
        is_new=False,
        may_be_ephemeral=original is None,
        limit_bytes=max(asked.state.file_limit_bytes(interaction.channel), interaction.person.nitro_limit_bytes),
        root="data",
    )


def type_of(interaction: Interaction) -> int:
    """The type of the message that answers."""
    if interaction.kind == "command":
        return CHAT_INPUT_COMMAND if interaction.command_type == 1 else CONTEXT_MENU_COMMAND
    return REPLY if interaction.message is not None and interaction.message.ephemeral_for is None else 0


def _interaction(asked: Asked) -> Interaction:
    """
    Raises:
        ApiError: there is none, nobody waits for an answer any more, or there has been one.
    """
    state = asked.state
    interaction = state.interactions.get(asked.call.params["interaction_id"])
    if interaction is None or interaction.token != asked.call.params["token"]:
        raise unknown(10062)
    if interaction.answered_with is not None:
        raise ApiError(400, 40060)
    if interaction.has_timed_out or state.clock.now_s() - interaction.created_s > state.ack_limit_s:
        raise unknown(10062)
    if interaction.channel.is_deleted:
        raise unknown(10003)
    return interaction


def _understand(asked: Asked, interaction: Interaction) -> tuple[int, Any]:
    if asked.call.unreadable is not None:
        raise ApiError(400, 50109, problem=asked.call.unreadable)
    findings = Findings()
    check_object(findings, (), asked.call.body, {"type": number(needed=True), "data": ANY})
    findings.settle()
    kind: int = asked.call.body["type"]
    is_on_message = interaction.message is not None
    if kind not in _TYPES[interaction.kind] or (kind in (UPDATE, DEFERRED_UPDATE) and not is_on_message):
        findings.add(("type",), "INTERACTION_CALLBACK_TYPE", f"{kind} is no answer to this {interaction.kind}")
    findings.settle()
    return kind, asked.call.body.get("data") or {}


def _check_thread(asked: Asked, interaction: Interaction, kind: int) -> None:
    """Where nobody may write any more, not even this answer is taken."""
    channel = interaction.channel
    if channel.is_archived and channel.is_locked and kind not in (CHOICES, MODAL):
        raise ApiError(400, 50083)


def _respond(asked: Asked, interaction: Interaction, wanted: Draft) -> None:
    interaction.response = asked.posting.add(
        interaction.channel,
        wanted,
        through=asked.call.route,
        type_=type_of(interaction),
        reference=reference_of(interaction),
        interaction=interaction,
    )


def reference_of(interaction: Interaction) -> Reference | None:
    message = interaction.message
    if message is None or message.ephemeral_for is not None:
        return None
    return Reference(message.channel, message.id)


def _think(asked: Asked, interaction: Interaction, data: Any) -> None:
    findings = Findings()
    check_object(findings, ("data",), data, _DEFERRED)
    findings.settle()
    is_ephemeral = bool(data.get("flags", 0) & EPHEMERAL)
    message = Message(
        id=asked.state.new_id(),
        channel=interaction.channel,
        author=asked.state.bot,
        type=type_of(interaction),
        flags=LOADING | (EPHEMERAL if is_ephemeral else 0),
        reference=reference_of(interaction),
        interaction=interaction,
        created_s=asked.state.clock.now_s(),
        ephemeral_for=interaction.person.id if is_ephemeral else None,
    )
    interaction.response, interaction.is_deferred = message, True
    asked.posting.store(message)


def _update(asked: Asked, interaction: Interaction, data: Any) -> None:
    message = interaction.message
    assert message is not None
    if message.is_deleted:
        raise unknown(10008)
    asked.posting.change(message, draft_of(asked, interaction, data, message), through=asked.call.route)
    interaction.response = message


def _offer(asked: Asked, interaction: Interaction, data: Any) -> None:
    findings = Findings()
    check_choices(findings, ("data", "choices"), data.get("choices"))
    findings.settle()
    interaction.choices = data["choices"]


def _open(asked: Asked, interaction: Interaction, data: Any) -> None:
    for complaint in check_modal(data):
        asked.state.note(asked.call.route, complaint)
    modal = Modal(custom_id=data["custom_id"], title=data["title"], components=data["components"], origin=interaction)
    before = asked.state.modals.get(interaction.person.id)
    if before is not None:
        before.is_open = False
    interaction.modal = asked.state.modals[interaction.person.id] = modal


def _told(asked: Asked, interaction: Interaction, kind: int) -> Json:
    told: Json = {"id": interaction.id, "type": interaction.type}
    resource: Json = {"type": kind}
    message = interaction.response if kind in (MESSAGE, DEFERRED_MESSAGE, UPDATE, DEFERRED_UPDATE) else None
    if message is not None:
        told |= {
            "response_message_id": message.id,
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.ephemeral_for is not None,
        }
    if message is not None and kind in (MESSAGE, DEFERRED_MESSAGE, UPDATE):
        resource["message"] = asked.shown(message)
    return {"interaction": told, "resource": resource}


HANDLERS: dict[str, Handler] = {"create_interaction_response": create_interaction_response}
