"""Channels, and threads above all."""

from tests.emulators.discord.api.asked import Answer, Asked, Handler
from tests.emulators.discord.checking.findings import ANY, flag, number, one_of, text
from tests.emulators.discord.messages import HAS_THREAD, SHOWN_AS_MESSAGES, Message
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.problems import ApiError, forbidden, unknown
from tests.emulators.discord.shapes import channel_json, thread_member_json
from tests.emulators.discord.things import Channel, ChannelKind

_ARCHIVES_AFTER = one_of(60, 1440, 4320, 10080)
_FROM_MESSAGE = {
    "name": text(1, 100, needed=True),
    "auto_archive_duration": _ARCHIVES_AFTER,
    "rate_limit_per_user": number(0, 21600, null=True),
}
_ALONE = {**_FROM_MESSAGE, "type": one_of(10, 11, 12), "invitable": flag()}
_CHANGE = {
    "name": text(1, 100),
    "archived": flag(),
    "locked": flag(),
    "auto_archive_duration": _ARCHIVES_AFTER,
    "rate_limit_per_user": number(0, 21600, null=True),
    "invitable": flag(),
    "flags": ANY,
    "applied_tags": ANY,
}


def get_channel(asked: Asked) -> Answer:
    return channel_json(asked.state, asked.channel())


def edit_channel(asked: Asked) -> Answer:
    """Of threads only: an app of this kind changes no channels."""
    thread = asked.channel()
    if not thread.is_thread:
        raise forbidden(50013)
    body, mine = asked.body(_CHANGE), thread.owner_id == asked.state.bot.id
    if thread.is_archived and set(body) != {"archived"} and body.get("archived", True):
        raise ApiError(400, 50083)
    is_waking_open_thread = body.get("archived") is False and not thread.is_locked
    if "locked" in body or not (mine or is_waking_open_thread):
        asked.need(thread, Permission.MANAGE_THREADS)
    if thread.is_locked and body.get("archived") is False:
        asked.need(thread, Permission.MANAGE_THREADS)
    thread.name = body.get("name", thread.name)
    thread.is_archived = body.get("archived", thread.is_archived)
    thread.is_locked = body.get("locked", thread.is_locked)
    thread.auto_archive_minutes = body.get("auto_archive_duration", thread.auto_archive_minutes)
    thread.archive_changed_s = asked.state.clock.now_s()
    asked.happenings.thread_changed(thread)
    return channel_json(asked.state, thread)


def start_thread_from_message(asked: Asked) -> Answer:
    channel = asked.channel()
    body = asked.body(_FROM_MESSAGE)
    if channel.kind not in ("text", "news"):
        raise ApiError(400, 50024)
    message = channel.find(asked.call.params["message_id"])
    if message is None or message.ephemeral_for is not None:
        raise unknown(10008)
    if message.thread is not None or message.id in asked.state.channels:
        raise ApiError(400, 160004)
    if message.type not in SHOWN_AS_MESSAGES:
        raise forbidden(50021)
    asked.need(channel, Permission.CREATE_PUBLIC_THREADS)
    asked.need(channel, Permission.READ_MESSAGE_HISTORY)
    thread = _start(asked, channel, message, body["name"], body.get("auto_archive_duration", 1440), "public_thread")
    return channel_json(asked.state, thread)


def start_thread(asked: Asked) -> Answer:
    channel = asked.channel()
    body = asked.body(_ALONE)
    if channel.kind not in ("text", "news"):
        raise ApiError(400, 50024)
    # Without a type it is a private one.
    is_private = body.get("type", 12) == 12
    asked.need(channel, Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS)
    kind: ChannelKind = "private_thread" if is_private else "public_thread"
    thread = _start(asked, channel, None, body["name"], body.get("auto_archive_duration", 1440), kind)
    return channel_json(asked.state, thread)


def join_thread(asked: Asked) -> Answer:
    thread = _thread(asked)
    if thread.is_archived:
        raise ApiError(400, 50083)
    if asked.state.bot.id not in thread.members:
        thread.members.add(asked.state.bot.id)
        asked.happenings.thread_joined(thread)
    return None


def leave_thread(asked: Asked) -> Answer:
    thread = _thread(asked)
    thread.members.discard(asked.state.bot.id)
    asked.state.tell()
    return None


def add_thread_member(asked: Asked) -> Answer:
    thread = _thread(asked)
    if asked.call.params["user_id"] not in asked.state.users:
        raise unknown(10013)
    if thread.is_archived:
        raise ApiError(400, 50083)
    asked.need(thread, Permission.SEND_MESSAGES_IN_THREADS)
    thread.members.add(asked.call.params["user_id"])
    asked.state.tell()
    return None


def get_thread_members(asked: Asked) -> Answer:
    thread = _thread(asked)
    return [thread_member_json(thread, each) for each in sorted(thread.members)]


def _thread(asked: Asked) -> Channel:
    thread = asked.channel()
    if not thread.is_thread:
        raise ApiError(400, 50024)
    return thread


def _start(
    asked: Asked, channel: Channel, message: Message | None, name: str, minutes: int, kind: ChannelKind
) -> Channel:
    state = asked.state
    thread = new_thread(
        channel, message, name=name, kind=kind, id_=message.id if message else state.new_id(), owner_id=state.bot.id
    )
    thread.auto_archive_minutes = minutes
    thread.archive_changed_s = state.clock.now_s()
    state.channels[thread.id] = thread
    asked.happenings.thread_started(thread)
    return thread


def new_thread(
    channel: Channel, message: Message | None, *, name: str, kind: ChannelKind, id_: str, owner_id: str
) -> Channel:
    """A thread that hangs on a message has that message's id."""
    thread = Channel(
        id=id_,
        name=name,
        kind=kind,
        guild=channel.guild,
        parent=channel,
        owner_id=owner_id,
        started_on=message,
        members={owner_id},
    )
    if message is not None:
        message.thread = thread
        message.flags |= HAS_THREAD
    return thread


HANDLERS: dict[str, Handler] = {
    "get_channel": get_channel,
    "edit_channel": edit_channel,
    "start_thread_from_message": start_thread_from_message,
    "start_thread": start_thread,
    "join_thread": join_thread,
    "leave_thread": leave_thread,
    "add_thread_member": add_thread_member,
    "get_thread_members": get_thread_members,
}
