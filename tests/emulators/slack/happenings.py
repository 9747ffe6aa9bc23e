"""What the app is told of: each change in the channels as the event, or the two events, that Slack makes of it."""

from tests.emulators.slack.deliveries import Deliveries
from tests.emulators.slack.shapes import file_json, message_json, stub_json
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, Json, Message, Team

_KINDS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


class Happenings:
    def __init__(self, state: State, deliveries: Deliveries) -> None:
        self._state = state
        self._deliveries = deliveries

    def posted(self, message: Message, *, times: int = 1, hours_ago: float = 0) -> None:
        """A message was written: its event, and another one where it calls the app by name."""
        channel = self._state.channels[message.channel]
        if not channel.has_bot or self._is_echo_unwanted(channel, message):
            return
        steps = [self._send_message, self._send_mention]
        for step in steps if self._state.twins == "message_first" else reversed(steps):
            step(channel, message, times, hours_ago)

    def edited(self, message: Message, previous: Json) -> None:
        """A message was changed; an edit that adds the app's name calls it as well."""
        channel = self._state.channels[message.channel]
        if not channel.has_bot or self._is_echo_unwanted(channel, message):
            return
        self._send_change(channel, message, previous)
        calls_us = f"<@{channel.team.bot_user_id}>"
        if calls_us in message.text and calls_us not in previous["text"]:
            self._send_mention(channel, message, 1, 0)

    def unfurled(self, message: Message, previous: Json) -> None:
        """Slack put the preview of a link below a message: nobody edited it."""
        channel = self._state.channels[message.channel]
        if channel.has_bot and not self._is_echo_unwanted(channel, message):
            self._send_change(channel, message, previous)

    def remove(self, message: Message) -> None:
        """A message is deleted, and with it what it shared."""
        self._tell_deletion(message)
        message.is_deleted = True
        for file in message.files:
            file.shares = [share for share in file.shares if (share.channel, share.ts) != (message.channel, message.ts)]
        self._state.tell()

    def home_opened(self, team: Team, user: str, channel: Channel, view: Json | None, tab: str) -> None:
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        event["event_ts"] = self._state.new_ts()
        if view is not None:
            event["view"] = view
        self._deliveries.send_event(team, "app_home_opened", event)

    def uninstalled(self, team: Team) -> None:
        tokens: Json = {"oauth": [], "bot": [team.bot_user_id]}
        self._deliveries.send_event(team, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})
        self._deliveries.send_event(team, "app_uninstalled", {"type": "app_uninstalled"})

    # Private

    def _send_change(self, channel: Channel, message: Message, previous: Json) -> None:
        event: Json = {
            "type": "message",
            "subtype": "message_changed",
            "message": message_json(self._state, message),
            "previous_message": previous,
            "hidden": True,
        }
        self._send(channel, event, self._state.new_ts())

    def _tell_deletion(self, message: Message) -> None:
        channel = self._state.channels[message.channel]
        if not channel.has_bot or message.ephemeral_for is not None or self._is_echo_unwanted(channel, message):
            return
        previous = message_json(self._state, message)
        event: Json = {"type": "message", "subtype": "message_deleted", "deleted_ts": message.ts, "hidden": True}
        self._send(channel, event | {"previous_message": previous}, self._state.new_ts())

    def _is_echo_unwanted(self, channel: Channel, message: Message) -> bool:
        return message.user == channel.team.bot_user_id and not self._state.echoes

    def _send_message(self, channel: Channel, message: Message, times: int, hours_ago: float) -> None:
        event = message_json(self._state, message)
        if any(file.mode == "file_access" for file in message.files):
            event["files"] = [
                stub_json(file) if file.mode == "file_access" else file_json(self._state, file)
                for file in message.files
            ]
        if message.is_broadcast:
            event["subtype"] = "thread_broadcast"
        self._send(channel, event, message.ts, times=times, hours_ago=hours_ago)

    def _send_mention(self, channel: Channel, message: Message, times: int, hours_ago: float) -> None:
        is_called = f"<@{channel.team.bot_user_id}>" in message.text and message.bot_id is None
        if channel.kind == "im" or not is_called:
            return
        event = message_json(self._state, message)
        for name in ("subtype", "upload", "reply_count", "reply_users", "reply_users_count", "latest_reply"):
            event.pop(name, None)
        if "files" in event and self._state.mention_files != "full":
            del event["files"]
            if self._state.mention_files == "partial":
                event["files"] = [stub_json(file) for file in message.files]
        event |= {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        self._deliveries.send_event(channel.team, "app_mention", event, times=times, hours_ago=hours_ago)

    def _send(self, channel: Channel, event: Json, ts: str, *, times: int = 1, hours_ago: float = 0) -> None:
        # The outer ts of an edit or a deletion is its own, while a message keeps the one it has.
        event |= {"channel": channel.id, "channel_type": channel.kind, "event_ts": ts, "ts": event.get("ts", ts)}
        self._deliveries.send_event(channel.team, _KINDS[channel.kind], event, times=times, hours_ago=hours_ago)
