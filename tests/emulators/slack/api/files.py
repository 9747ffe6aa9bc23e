"""files.*: uploads in three steps, and what is known of a file."""

import asyncio

from tests.emulators.slack.api.asked import Asked
from tests.emulators.slack.ids import secret
from tests.emulators.slack.pictures import look_into
from tests.emulators.slack.problems import SlackError, invalid_arguments
from tests.emulators.slack.shapes import file_json
from tests.emulators.slack.things import Channel, File, Json, Message, Share
from tests.emulators.slack.words import check_words

MAX_ALT_TXT_CHARS = 1000


async def get_upload_url(asked: Asked) -> Json:
    length = asked.arguments.number("length", 0)
    if length < 1:
        raise invalid_arguments("length: must be greater than 0")
    alt_txt = asked.arguments.given("alt_txt")
    if alt_txt is not None and len(alt_txt) > MAX_ALT_TXT_CHARS:
        raise SlackError("alt_txt_too_large", problem="alt_txt of more than 1,000 characters")
    name = asked.arguments.text("filename")
    file = File(
        id=asked.state.ids.new("F"),
        team=asked.team,
        owner=asked.team.bot_user_id,
        name=name,
        title=name,
        length=length,
        upload_ticket=secret(),
        alt_txt=alt_txt,
    )
    asked.state.files[file.id] = file
    return {"upload_url": f"{asked.state.origin}/upload/v1/{file.upload_ticket}/{file.id}", "file_id": file.id}


async def complete_upload(asked: Asked) -> Json:
    files = [_uploaded(asked, each) for each in asked.arguments.array("files")]
    if not files:
        raise invalid_arguments("files: no fewer than 1 items allowed")
    if len({file.id for file in files}) != len(files):
        raise invalid_arguments("files: the same file twice")
    channel, thread_ts = _destination(asked)
    text, blocks = _comment(asked, channel)
    now = asked.state.clock.now_s()
    for file, given in zip(files, asked.arguments.array("files"), strict=True):
        file.title = given.get("title", file.title)
        file.is_complete, file.created_s = True, now
        file.ready_at_s = now + asked.state.processing_delay_s
        look_into(file)
    if channel is not None and not _is_lost(asked, files):
        message = Message(
            ts="",
            channel=channel.id,
            user=asked.team.bot_user_id,
            bot_id=asked.team.bot_id,
            text=text,
            blocks=blocks,
            thread_ts=thread_ts,
            files=files,
            subtype="file_share",
        )
        asked.deliveries.spawn(_share_later(asked, channel, message))
    asked.state.tell()
    # What Slack knows at this moment: no type, and no share.
    unshared: Json = {"shares": {}, "channels": [], "groups": [], "ims": []}
    return {"files": [file_json(asked.state, file, is_new=True) | unshared for file in files]}


async def info(asked: Asked) -> Json:
    file = _known(asked)
    if file.is_deleted or file.mode == "tombstone":
        raise SlackError("file_deleted")
    return {"file": file_json(asked.state, file, shares=True), "comments": [], "response_metadata": {"next_cursor": ""}}


async def delete(asked: Asked) -> Json:
    file = _known(asked)
    if file.is_deleted:
        raise SlackError("file_deleted")
    if file.owner != asked.team.bot_user_id:
        raise SlackError("cant_delete_file")
    file.is_deleted = True
    file.shares = []
    asked.state.tell()
    return {}


# Private


def _uploaded(asked: Asked, given: object) -> File:
    """The file of an upload that waits for its completion."""
    if not isinstance(given, dict) or not set(given) <= {"id", "title", "highlight_type"} or "id" not in given:
        raise invalid_arguments(f"files: not a file: {given!r}")
    if not all(isinstance(value, str) for value in given.values()):
        raise invalid_arguments("files: id and title must be strings")
    file = asked.state.files.get(given["id"])
    if file is None or file.team is not asked.team or file.owner != asked.team.bot_user_id:
        raise SlackError("file_not_found", problem=f"no such upload: {given['id']}")
    if not file.is_uploaded:
        raise SlackError("file_not_found", problem=f"{file.id} is completed, but its bytes never came")
    if file.is_complete:
        raise SlackError("file_not_found")
    return file


def _destination(asked: Asked) -> tuple[Channel | None, str | None]:
    several = asked.arguments.ids("channels")
    if several:
        raise invalid_arguments("channels: several channels at once are not emulated")
    if "channel_id" not in asked.arguments:
        if "thread_ts" in asked.arguments:
            raise invalid_arguments("thread_ts: needs a channel")
        return None, None
    channel = asked.state.channels.get(asked.arguments.text("channel_id"))
    if channel is None or channel.team is not asked.team or not (channel.is_public or channel.has_bot):
        raise SlackError("channel_not_found")
    if not channel.has_bot:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, asked.root_ts(channel)


def _comment(asked: Asked, channel: Channel | None) -> tuple[str, list[Json]]:
    """Text and blocks of the message to come; blocks beside a comment are ignored."""
    text, blocks = asked.arguments.text("initial_comment"), asked.arguments.array("blocks")
    if text and blocks:
        asked.state.note(asked.call.method, "blocks are ignored where there is an initial_comment")
        blocks = []
    if any(isinstance(block, dict) and block.get("type") == "markdown" for block in blocks):
        raise SlackError("internal_error", problem="a markdown block in the message of an upload")
    if not text and not blocks:
        return "", []
    # There is no text for notifications here beside the blocks: the files' titles are that.
    said = text or "files"
    checked = check_words(asked.state, asked.team, channel, through=asked.call.method, text=said, blocks=blocks)
    return text, checked


def _is_lost(asked: Asked, files: list[File]) -> bool:
    """Whether Slack answers ok and then never shares them."""
    if asked.state.drop_alt_txt_shares and any(file.alt_txt is not None for file in files):
        return True
    if asked.state.shares_to_lose:
        asked.state.shares_to_lose -= 1
        return True
    return False


async def _share_later(asked: Asked, channel: Channel, message: Message) -> None:
    if held := asked.state.held.take("share"):
        await held.pass_by()
    await asyncio.sleep(asked.state.share_delay_s)
    message.files = [file for file in message.files if not file.is_deleted]
    if channel.is_archived or not channel.has_bot or not message.files:
        return
    message.ts = asked.state.new_ts()
    for file in message.files:
        file.shares.append(Share(channel.id, message.ts, message.thread_ts, channel.is_public))
    asked.state.statuses.pop((channel.id, message.thread_ts or ""), None)
    asked.state.add_message(message)
    asked.happenings.posted(message)


def _known(asked: Asked) -> File:
    """A file that the app may know of: its own, one handed to it, or one in a channel where it is."""
    file = asked.state.files.get(asked.arguments.text("file"))
    if file is None or file.team is not asked.team or not file.is_complete:
        raise SlackError("file_not_found")
    if not file.is_visible_to_bot(asked.state.channels):
        raise SlackError("file_not_found")
    return file
