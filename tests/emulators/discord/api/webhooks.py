"""What the app says through an interaction after its first answer, for a quarter of an hour."""

from typing import Any

from tests.emulators.discord.api.asked import Answer, Asked, Handler
from tests.emulators.discord.api.callbacks import draft_of, reference_of, type_of
from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.messages import EPHEMERAL, Message
from tests.emulators.discord.problems import ApiError, unknown


def get_original_response(asked: Asked) -> Answer:
    return asked.shown(_original(_interaction(asked)))


def edit_original_response(asked: Asked) -> Answer:
    interaction = _interaction(asked)
    return _edit(asked, interaction, _original(interaction))


def delete_original_response(asked: Asked) -> Answer:
    return _delete(asked, _original(_interaction(asked)))


def create_followup(asked: Asked) -> Answer:
    interaction = _interaction(asked)
    if interaction.channel.is_archived and interaction.channel.is_locked:
        raise ApiError(400, 50083)
    response = interaction.response
    if interaction.is_deferred and response is not None and response.is_loading and not response.is_deleted:
        # Discord takes the first follow-up for the answer that was promised, whatever it says of being ephemeral.
        interaction.is_deferred = False
        return _edit(asked, interaction, response, is_new=True)
    message = asked.posting.add(
        interaction.channel,
        draft_of(asked, interaction, asked.call.body),
        through=asked.call.route,
        type_=type_of(interaction) if response is None else 19,
        reference=reference_of(interaction),
        interaction=interaction,
    )
    interaction.follow_ups.append(message)
    return asked.shown(message)


def get_followup(asked: Asked) -> Answer:
    return asked.shown(_named(asked, _interaction(asked)))


def edit_followup(asked: Asked) -> Answer:
    interaction = _interaction(asked)
    return _edit(asked, interaction, _named(asked, interaction))


def delete_followup(asked: Asked) -> Answer:
    return _delete(asked, _named(asked, _interaction(asked)))


def _interaction(asked: Asked) -> Interaction:
    """
    Raises:
        ApiError: the token is no good, or none any more, or nothing was answered yet.
    """
    state, token = asked.state, asked.call.params["webhook_token"]
    interaction = next((each for each in state.interactions.values() if each.token == token), None)
    if interaction is None or asked.call.params["webhook_id"] != state.application_id:
        raise ApiError(404, 10015, problem="no interaction has that token")
    if state.clock.now_s() - interaction.created_s > state.token_limit_s:
        raise ApiError(401, 50027)
    if interaction.answered_with is None:
        raise unknown(10015)
    return interaction


def _original(interaction: Interaction) -> Message:
    message = interaction.response
    if message is None or message.is_deleted:
        raise unknown(10008)
    return message


def _named(asked: Asked, interaction: Interaction) -> Message:
    wanted = asked.call.params["message_id"]
    known = [*interaction.follow_ups, *([interaction.response] if interaction.response else [])]
    message = next((each for each in known if each.id == wanted and not each.is_deleted), None)
    if message is None:
        raise unknown(10008)
    return message


def _edit(asked: Asked, interaction: Interaction, message: Message, *, is_new: bool = False) -> Answer:
    body: Any = asked.call.body
    if is_new and isinstance(body, dict) and isinstance(body.get("flags"), int):
        body = {**body, "flags": body["flags"] & ~EPHEMERAL}
    if message.channel.is_archived and message.channel.is_locked:
        raise ApiError(400, 50083)
    asked.posting.change(message, draft_of(asked, interaction, body, message), through=asked.call.route)
    interaction.is_deferred = False
    return asked.shown(message)


def _delete(asked: Asked, message: Message) -> Answer:
    asked.happenings.removed(message)
    return None


HANDLERS: dict[str, Handler] = {
    "get_original_response": get_original_response,
    "edit_original_response": edit_original_response,
    "delete_original_response": delete_original_response,
    "create_followup": create_followup,
    "get_followup": get_followup,
    "edit_followup": edit_followup,
    "delete_followup": delete_followup,
}
