"""Messages by the bot's own routes."""

from typing import Any
from urllib.parse import unquote

from tests.emulators.discord.api.asked import Answer, Asked, Handler
from tests.emulators.discord.checking.findings import Findings, check_object, flag, one_of, snowflake
from tests.emulators.discord.drafts import draft
from tests.emulators.discord.messages import DEFAULT, REPLY, SHOWN_AS_MESSAGES, Message, Reference
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.problems import ApiError, forbidden, unknown
from tests.emulators.discord.things import Channel, Json

MAX_NONCE_CHARS = 25
_REFERENCE = {
    "type": one_of(0, 1),
    "message_id": snowflake(needed=True),
    "channel_id": snowflake(),
    "guild_id": snowflake(),
    "fail_if_not_exists": flag(),
}


def create_message(asked: Asked) -> Answer:
    channel, body = asked.channel(), asked.call.body
    check_may_post(asked, channel)
    wanted = draft(asked.state, asked.call, body, channel)
    reference = _reference(asked, channel, body)
    for needed, given in ((Permission.ATTACH_FILES, wanted.attachments), (Permission.EMBED_LINKS, wanted.embeds)):
        if given:
            asked.need(channel, needed)
    nonce = _nonce(asked, body)
    if nonce is not None and (known := _known(asked, channel, nonce)) is not None:
        return asked.shown(known)
    kind = REPLY if reference is not None and reference.type == 0 else DEFAULT
    message = asked.posting.add(
        channel, wanted, through=asked.call.route, type_=kind, reference=reference, nonce=body.get("nonce")
    )
    if nonce is not None:
        asked.state.nonces[channel.id, nonce] = asked.state.clock.now_s(), message
    return asked.shown(message)


def get_message(asked: Asked) -> Answer:
    channel = asked.channel()
    asked.need(channel, Permission.READ_MESSAGE_HISTORY)
    return asked.shown(asked.message(channel))


def get_messages(asked: Asked) -> Answer:
    channel, query = asked.channel(), asked.call.query
    if not asked.may(channel, Permission.READ_MESSAGE_HISTORY):
        return []
    limit = int(query.get("limit", "50"))
    if not 1 <= limit <= 100:
        raise ApiError(400, 50035, problem=f"limit is {limit}")
    found = [each for each in channel.messages if not each.is_deleted and each.ephemeral_for is None]
    if "before" in query:
        found = [each for each in found if int(each.id) < int(query["before"])]
    if "after" in query:
        found = [each for each in found if int(each.id) > int(query["after"])][:limit]
    return [asked.shown(each) for each in reversed(found[-limit:])]


def edit_message(asked: Asked) -> Answer:
    channel = asked.channel()
    message = asked.message(channel)
    if message.author is not asked.state.bot:
        raise forbidden(50005)
    if message.type not in SHOWN_AS_MESSAGES:
        raise forbidden(50021)
    if channel.is_archived:
        raise ApiError(400, 50083)
    wanted = draft(asked.state, asked.call, asked.call.body, channel, original=message)
    if asked.call.files:
        asked.need(channel, Permission.ATTACH_FILES)
    _check_age(asked, message)
    asked.posting.change(message, wanted, through=asked.call.route)
    return asked.shown(message)


def delete_message(asked: Asked) -> Answer:
    channel = asked.channel()
    message = asked.message(channel)
    if message.author is not asked.state.bot:
        asked.need(channel, Permission.MANAGE_MESSAGES)
    if channel.is_archived:
        raise ApiError(400, 50083)
    asked.happenings.removed(message)
    return None


def add_reaction(asked: Asked) -> Answer:
    channel = asked.channel()
    message, emoji = asked.message(channel), unquote(asked.call.params["emoji"])
    asked.need(channel, Permission.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        asked.need(channel, Permission.ADD_REACTIONS)
    if emoji.isascii():
        raise unknown(10014)
    message.reactions.setdefault(emoji, set()).add(asked.state.bot.id)
    asked.state.tell()
    return None


def remove_reaction(asked: Asked) -> Answer:
    message, emoji = asked.message(asked.channel()), unquote(asked.call.params["emoji"])
    if asked.state.bot.id in message.reactions.get(emoji, ()):
        message.reactions[emoji].discard(asked.state.bot.id)
        message.reactions = {name: who for name, who in message.reactions.items() if who}
    asked.state.tell()
    return None


def typing(asked: Asked) -> Answer:
    check_may_post(asked, asked.channel())
    return None


def check_may_post(asked: Asked, channel: Channel) -> None:
    """
    Raises:
        ApiError: the app may not say anything there.
    """
    if channel.kind in ("category", "forum"):
        raise ApiError(400, 50008, problem=f"{channel.name} holds no messages")
    if channel.kind == "dm":
        person = next(asked.state.users[each] for each in channel.recipients if each != asked.state.bot.id)
        if not person.takes_dms or not set(person.memberships) & set(asked.state.bot.memberships):
            raise forbidden(50007)
        return
    asked.need(channel, Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES)
    if channel.is_locked and not asked.may(channel, Permission.MANAGE_THREADS):
        raise ApiError(400, 50083) if channel.is_archived else ApiError(400, 160005)


def _reference(asked: Asked, channel: Channel, body: Json) -> Reference | None:
    given = body.get("message_reference")
    if given is None:
        return None
    findings = Findings()
    check_object(findings, ("message_reference",), given, _REFERENCE)
    if given.get("type") == 1:
        findings.complain(("message_reference",), "the app forwards, which the emulator does not")
    findings.settle()
    for complaint in findings.complaints:
        asked.state.note(asked.call.route, complaint)
    if not asked.may(channel, Permission.READ_MESSAGE_HISTORY):
        raise ApiError(400, 160002)
    original = channel.find(str(given["message_id"]))
    if original is None or original.ephemeral_for is not None:
        if given.get("fail_if_not_exists", True):
            told = {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}
            raise ApiError(400, 50035, errors={"message_reference": told})
        return None
    return Reference(channel, original.id)


def _nonce(asked: Asked, body: Json) -> str | None:
    """The nonce, where it is to be enforced."""
    nonce = body.get("nonce")
    if nonce is None:
        return None
    if not isinstance(nonce, str | int) or len(str(nonce)) > MAX_NONCE_CHARS:
        told = {"_errors": [{"code": "NONCE_TYPE_TOO_LONG", "message": "Nonce must be at most 25 characters."}]}
        raise ApiError(400, 50035, errors={"nonce": told}, problem=f"the nonce is {nonce!r}")
    return str(nonce) if body.get("enforce_nonce") else None


def _known(asked: Asked, channel: Channel, nonce: str) -> Message | None:
    """The message that was made of the same nonce a moment ago."""
    made_at_s, message = asked.state.nonces.get((channel.id, nonce), (0.0, None))
    is_fresh = asked.state.clock.now_s() - made_at_s <= asked.state.nonce_window_s
    return message if message is not None and is_fresh and not message.is_deleted else None


def _check_age(asked: Asked, message: Message) -> None:
    """So many edits of an old message are taken, and then no more."""
    state = asked.state
    if state.clock.now_s() - message.created_s <= state.edit_limit_s:
        return
    if state.old_edits.get(message.id, 0) >= state.old_edits_allowed:
        told: dict[str, Any] = {"retry_after": state.old_edit_retry_after_s, "global": False}
        raise ApiError(429, 30046, **told)
    state.old_edits[message.id] = state.old_edits.get(message.id, 0) + 1


HANDLERS: dict[str, Handler] = {
    "create_message": create_message,
    "get_message": get_message,
    "get_messages": get_messages,
    "edit_message": edit_message,
    "delete_message": delete_message,
    "add_reaction": add_reaction,
    "remove_reaction": remove_reaction,
    "typing": typing,
}
