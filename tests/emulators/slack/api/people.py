"""users.*, reactions.*, assistant.threads.*: people, and small signs to them."""

import re

from tests.emulators.slack.api.asked import Asked
from tests.emulators.slack.problems import SlackError, invalid_arguments
from tests.emulators.slack.shapes import user_json
from tests.emulators.slack.things import Json, Status

MAX_LOADING_MESSAGES = 10
_EMOJI = re.compile(r"[a-z0-9_+\-']+(::skin-tone-[2-6])?")


async def user_info(asked: Asked) -> Json:
    person = asked.state.people.get(asked.arguments.text("user"))
    if person is None or person.team is not asked.team:
        raise SlackError("user_not_found")
    return {"user": user_json(person)}


async def add_reaction(asked: Asked) -> Json:
    name = asked.arguments.text("name")
    channel = asked.joined()
    message = asked.message(channel, asked.arguments.text("timestamp"))
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name", problem=f"no emoji is called {name!r}")
    if channel.is_archived:
        raise SlackError("is_archived")
    users = message.reactions.setdefault(name, [])
    if asked.team.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(asked.team.bot_user_id)
    asked.state.tell()
    return {}


async def set_status(asked: Asked) -> Json:
    channel = asked.joined("channel_id")
    root_ts = asked.root_ts(channel)
    assert root_ts is not None, "the table wants it"
    text = asked.arguments.text("status")
    loading = asked.arguments.array("loading_messages")
    if len(loading) > MAX_LOADING_MESSAGES or not all(isinstance(each, str) for each in loading):
        raise invalid_arguments(f"loading_messages: no more than {MAX_LOADING_MESSAGES} strings allowed")
    where = (channel.id, root_ts)
    if text:
        asked.state.statuses[where] = Status(text, tuple(loading), asked.state.clock.now_s())
    else:
        asked.state.statuses.pop(where, None)
    asked.state.tell()
    return {}
