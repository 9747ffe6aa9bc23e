"""chat.*: what the app says, changes and takes back."""

import json

from tests.emulators.slack.api.asked import Asked
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.shapes import message_json
from tests.emulators.slack.things import Channel, Json, Message
from tests.emulators.slack.words import check_words

MAX_UPDATED_TEXT_CHARS = 4000
MAX_METADATA_BYTES = 8000


async def post_message(asked: Asked) -> Json:
    channel = _where(asked)
    root_ts = asked.root_ts(channel)
    metadata = _metadata(asked)
    blocks = _blocks(asked, channel)
    message = Message(
        ts=asked.state.new_ts(),
        channel=channel.id,
        user=asked.team.bot_user_id,
        bot_id=asked.team.bot_id,
        text=asked.arguments.text("text"),
        blocks=blocks,
        thread_ts=root_ts,
        metadata=metadata,
        is_broadcast=asked.arguments.flag("reply_broadcast"),
    )
    asked.state.statuses.pop((channel.id, root_ts or ""), None)
    asked.state.add_message(message)
    asked.happenings.posted(message)
    shown = message_json(asked.state, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


async def post_ephemeral(asked: Asked) -> Json:
    channel = asked.joined()
    if channel.is_archived:
        raise SlackError("is_archived")
    user = asked.arguments.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    root_ts = asked.root_ts(channel)
    message = Message(
        ts=asked.state.new_ts(),
        channel=channel.id,
        user=asked.team.bot_user_id,
        bot_id=asked.team.bot_id,
        text=asked.arguments.text("text"),
        blocks=_blocks(asked, channel),
        thread_ts=root_ts,
        ephemeral_for=user,
        # Clients show it in a thread only where the thread is active.
        is_unseen=root_ts is not None and not channel.replies(root_ts),
    )
    asked.state.add_message(message)
    return {"message_ts": message.ts}


async def update(asked: Asked) -> Json:
    channel = asked.joined()
    message = asked.message(channel, asked.arguments.text("ts"))
    if message.user != asked.team.bot_user_id:
        raise SlackError("cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    text = asked.arguments.text("text")
    if len(text) > MAX_UPDATED_TEXT_CHARS:
        raise SlackError("msg_too_long", problem=f"an updated text of {len(text)} characters")
    metadata = _metadata(asked)
    # Blocks that are not given are taken away, which is why no text is no answer to missing blocks.
    blocks = _blocks(asked, channel)
    previous = message_json(asked.state, message)
    message.text, message.blocks = text, blocks
    if "metadata" in asked.arguments:
        message.metadata = metadata
    if not blocks:
        message.edited = {"user": asked.team.bot_user_id, "ts": asked.state.new_ts()}
    asked.state.tell()
    asked.happenings.edited(message, previous)
    shown = message_json(asked.state, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shown}


async def delete(asked: Asked) -> Json:
    channel = asked.joined()
    message = asked.message(channel, asked.arguments.text("ts"))
    if message.user != asked.team.bot_user_id:
        raise SlackError("cant_delete_message")
    asked.happenings.remove(message)
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(asked: Asked) -> Json:
    channel = asked.joined()
    message = asked.message(channel, asked.arguments.text("message_ts"))
    link = f"https://{asked.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if not message.is_root:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


# Private


def _where(asked: Asked) -> Channel:
    """The channel to post in; a user's id means the conversation with that user."""
    given = asked.arguments.text("channel")
    person = asked.state.people.get(given)
    if person is not None and person.team is asked.team:
        return asked.state.direct_channel(asked.team, given)
    channel = asked.channel()
    if not channel.has_bot and "chat:write.public" not in asked.team.scopes:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _blocks(asked: Asked, channel: Channel) -> list[Json]:
    parses_names = asked.arguments.flag("link_names") or asked.arguments.text("parse") == "full"
    return check_words(
        asked.state,
        asked.team,
        channel,
        through=asked.call.method,
        text=asked.arguments.text("text"),
        blocks=asked.arguments.array("blocks"),
        parses_names=parses_names,
    )


def _metadata(asked: Asked) -> Json | None:
    metadata = asked.arguments.object("metadata")
    if not metadata:
        return None
    if len(json.dumps(metadata).encode()) > MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large", problem="metadata of more than 8 kB")
    if set(metadata) != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format", problem=f"metadata of another form: {sorted(metadata)}")
    return metadata
