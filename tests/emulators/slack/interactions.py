"""The payloads of what people do: commands, buttons and menus, shortcuts, forms."""

from tests.emulators.slack.answers import Answers, Occasion
from tests.emulators.slack.shapes import message_json, view_json
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, Json, Message, Profile, View


class Interactions:
    """Each payload carries a new trigger, and a `response_url` where there is a conversation to answer in."""

    def __init__(self, state: State, answers: Answers) -> None:
        self._state = state
        self._answers = answers

    def command(self, person: Profile, channel: Channel, command: str, text: str, occasion: Occasion) -> Json:
        return {
            "token": self._state.verification_token,
            "team_id": person.team.id,
            "team_domain": person.team.domain,
            "channel_id": channel.id,
            "channel_name": _command_channel_name(channel),
            "user_id": person.id,
            "user_name": person.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": self._state.app_id,
            "is_enterprise_install": "false",
            "response_url": self._answers.new_url(occasion),
            "trigger_id": self._new_trigger(person),
        }

    def message_action(self, person: Profile, channel: Channel, message: Message, callback_id: str) -> Json:
        occasion = Occasion(team=person.team, person=person.id, channel=channel, thread_ts=_thread(message))
        return {
            **self._common("message_action", person),
            "callback_id": callback_id,
            "action_ts": self._state.new_ts(),
            "message_ts": message.ts,
            "channel": _channel(channel),
            "message": message_json(self._state, message),
            "response_url": self._answers.new_url(occasion),
        }

    def shortcut(self, person: Profile, callback_id: str) -> Json:
        common = self._common("shortcut", person)
        return {**common, "callback_id": callback_id, "action_ts": self._state.new_ts()}

    def message_press(self, person: Profile, channel: Channel, message: Message, action: Json, values: Json) -> Json:
        is_ephemeral = message.ephemeral_for is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        }
        if not message.is_root:
            container["thread_ts"] = message.thread_ts
        occasion = Occasion(
            team=person.team, person=person.id, channel=channel, message=message, thread_ts=_thread(message)
        )
        payload = {
            **self._common("block_actions", person),
            "container": container,
            "channel": _channel(channel),
            "state": {"values": values},
            "response_url": self._answers.new_url(occasion),
            "actions": [action],
        }
        # Slack keeps no ephemeral message that it could send along.
        return payload if is_ephemeral else {**payload, "message": message_json(self._state, message)}

    def view_press(self, person: Profile, view: View, action: Json, values: Json) -> Json:
        return {
            **self._common("block_actions", person),
            "container": {"type": "view", "view_id": view.id},
            "view": view_json(self._state, view, values),
            "actions": [action],
        }

    def view_submission(self, person: Profile, view: View, values: Json, response_urls: list[Json]) -> Json:
        shown = view_json(self._state, view, values)
        return {**self._common("view_submission", person), "view": shown, "response_urls": response_urls}

    def view_closed(self, person: Profile, view: View, values: Json) -> Json:
        common = self._common("view_closed", person)
        del common["trigger_id"]
        return {**common, "view": view_json(self._state, view, values), "is_cleared": False}

    def response_url_of_form(self, person: Profile, channel: Channel, block_id: str, action_id: str) -> Json:
        """What a form's menu of conversations promises with `response_url_enabled`."""
        occasion = Occasion(team=person.team, person=person.id, channel=channel)
        told = {"block_id": block_id, "action_id": action_id, "channel_id": channel.id}
        return {**told, "response_url": self._answers.new_url(occasion)}

    # Private

    def _common(self, kind: str, person: Profile) -> Json:
        team = person.team
        return {
            "type": kind,
            "token": self._state.verification_token,
            "api_app_id": self._state.app_id,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {
                "id": person.id,
                "username": person.name.lower(),
                "name": person.name.lower(),
                "team_id": team.id,
            },
            "trigger_id": self._new_trigger(person),
        }

    def _new_trigger(self, person: Profile) -> str:
        return self._state.triggers.new(person.id, person.team, self._state.clock.now_s())


def _thread(message: Message) -> str | None:
    return None if message.is_root else message.thread_ts


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": _command_channel_name(channel)}


def _command_channel_name(channel: Channel) -> str:
    """Private channels keep their names to themselves."""
    return {"group": "privategroup", "im": "directmessage", "mpim": channel.name}.get(channel.kind, channel.name)
