"""conversations.*: joining, finding and reading channels."""

from collections.abc import Sequence

from tests.emulators.slack.api.asked import HISTORY_SCOPES, READ_SCOPES, Asked
from tests.emulators.slack.problems import SlackError, invalid_arguments
from tests.emulators.slack.shapes import channel_json, message_json, tombstone_json
from tests.emulators.slack.things import Channel, Json, Message

MAX_PAGE = 999


async def info(asked: Asked) -> Json:
    channel = asked.channel()
    asked.need(READ_SCOPES[channel.kind])
    shown = channel_json(channel)
    if asked.arguments.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


async def join(asked: Asked) -> Json:
    channel = asked.channel()
    if not channel.is_public:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.has_bot:
        warning = "already_in_channel"
        told: Json = {"warning": warning, "response_metadata": {"warnings": [warning]}}
        return {"channel": channel_json(channel), **told}
    channel.members.add(asked.team.bot_user_id)
    message = Message(
        ts=asked.state.new_ts(),
        channel=channel.id,
        user=asked.team.bot_user_id,
        text=f"<@{asked.team.bot_user_id}> has joined the channel",
        subtype="channel_join",
    )
    asked.state.add_message(message)
    asked.happenings.posted(message)
    return {"channel": channel_json(channel)}


async def open_(asked: Asked) -> Json:
    users = asked.arguments.ids("users")
    if "channel" in asked.arguments:
        return {"channel": {"id": asked.joined().id}}
    if len(users) != 1:
        raise invalid_arguments("users: conversations with several people are not emulated")
    asked.need("im:write")
    person = asked.state.people.get(users[0])
    if person is None or person.team is not asked.team:
        raise SlackError("user_not_found")
    channel = asked.state.direct_channel(asked.team, person.id)
    full = asked.arguments.flag("return_im")
    return {"channel": channel_json(channel) if full else {"id": channel.id}}


async def history(asked: Asked) -> Json:
    channel = _readable(asked)
    shown = [each for each in channel.messages if _is_public(each) and (each.is_root or each.is_broadcast)]
    return _page(asked, channel, list(reversed(shown)), newest_first=True)


async def replies(asked: Asked) -> Json:
    channel = _readable(asked)
    ts = asked.arguments.text("ts")
    message = channel.find(ts) or channel.tombstone(ts)
    if message is None or message.ephemeral_for is not None:
        raise SlackError("thread_not_found")
    thread = [message, *channel.replies(message.ts)] if message.is_root else [message]
    return _page(asked, channel, thread, newest_first=False)


# Private


def _readable(asked: Asked) -> Channel:
    channel = asked.channel()
    asked.need(HISTORY_SCOPES[channel.kind])
    if not channel.has_bot:
        raise SlackError("not_in_channel")
    return channel


def _is_public(message: Message) -> bool:
    return not message.is_deleted and message.ephemeral_for is None


def _page(asked: Asked, channel: Channel, messages: Sequence[Message], *, newest_first: bool) -> Json:
    arguments = asked.arguments
    oldest, latest = _time(arguments.text("oldest"), 0.0), _time(arguments.text("latest"), float("inf"))
    inclusive = arguments.flag("inclusive")
    root = None if newest_first else messages[0]
    found = [
        each
        for each in messages
        if each is root or oldest < float(each.ts) < latest or (inclusive and float(each.ts) in (oldest, latest))
    ]
    limit = min(max(arguments.number("limit", 100 if newest_first else 1000), 1), MAX_PAGE)
    start = int(arguments.text("cursor") or 0)
    has_more = len(found) > start + limit
    with_metadata = arguments.flag("include_all_metadata")
    shown = [
        tombstone_json(asked.state, each)
        if each.is_deleted
        else message_json(asked.state, each, metadata=with_metadata)
        for each in found[start : start + limit]
    ]
    body: Json = {"messages": shown, "has_more": has_more}
    if newest_first:
        body |= {"pin_count": 0, "channel_actions_ts": None, "channel_actions_count": 0}
    if has_more:
        body["response_metadata"] = {"next_cursor": str(start + limit)}
    return body


def _time(given: str, default: float) -> float:
    try:
        return float(given) if given else default
    except ValueError:
        raise invalid_arguments(f"not a time: {given!r}") from None
