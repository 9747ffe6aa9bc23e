"""What comes back to a person from the app, through an acknowledgement or a `response_url`."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.emulators.slack.happenings import Happenings
from tests.emulators.slack.ids import secret
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.shapes import message_json
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, Json, Message, Team
from tests.emulators.slack.words import check_words

_FIELDS = {
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
    "mrkdwn",
    "parse",
    "link_names",
}


@dataclass(eq=False, slots=True, kw_only=True)
class Occasion:
    """What the app answers to: who did something where, and on which message."""

    team: Team
    person: str
    channel: Channel
    message: Message | None = None
    thread_ts: str | None = None
    made_at_s: float = 0.0
    uses: int = 0


class Answers:
    """Stores what the app says outside of the Web API."""

    def __init__(self, state: State, happenings: Happenings) -> None:
        self._state = state
        self._happenings = happenings
        self._occasions: dict[str, Occasion] = {}

    def new_url(self, occasion: Occasion) -> str:
        """A `response_url`."""
        occasion.made_at_s = self._state.clock.now_s()
        ticket = secret()
        self._occasions[ticket] = occasion
        return f"{self._state.origin}/response/{occasion.team.id}/{ticket}"

    async def serve(self, request: web.Request) -> web.Response:
        """What the app posts to a `response_url`."""
        occasion = self._occasions.get(request.match_info["ticket"])
        if occasion is None:
            return _refuse(404, "no_service")
        if self._state.clock.now_s() - occasion.made_at_s > self._state.response_url_limit_s:
            return _refuse(404, "expired_url")
        if occasion.uses >= self._state.response_url_uses:
            return _refuse(404, "used_url")
        try:
            content = await request.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            self._state.note("response_url", "the body is no JSON object")
            return _refuse(400, "invalid_payload")
        occasion.uses += 1
        try:
            self.say(occasion, content, through="response_url")
        except SlackError as refusal:
            if refusal.problem is not None:
                self._state.note("response_url", f"{refusal.code}: {refusal.problem}")
            return web.json_response(refusal.body(), status=400)
        return web.json_response({"ok": True})

    def say(self, occasion: Occasion, content: Json, *, through: str) -> Message | None:
        """Stores an answer: a new message, another one in the place of the original, or the original's end.

        Raises:
            SlackError: Slack refuses it.
        """
        for name in content.keys() - _FIELDS:
            self._state.note(through, f"unknown field {name!r}")
        original = occasion.message
        if content.get("delete_original"):
            if original is not None:
                self._happenings.remove(original)
            return None
        blocks = self._checked(occasion, content, through)
        text: str = content.get("text", "")
        if content.get("replace_original") and original is not None:
            return self._replace(original, text, blocks)
        return self._add(occasion, content, text, blocks)

    # Private

    def _checked(self, occasion: Occasion, content: Json, through: str) -> list[Json]:
        text: Any = content.get("text", "")
        blocks: Any = content.get("blocks", [])
        if not isinstance(text, str) or not isinstance(blocks, list):
            raise SlackError("invalid_payload", problem="text must be a string and blocks an array")
        if content.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
            raise SlackError("invalid_payload", problem=f"response_type is {content['response_type']!r}")
        return check_words(
            self._state,
            occasion.team,
            occasion.channel,
            through=through,
            text=text,
            blocks=blocks,
            parses_names=bool(content.get("link_names")) or content.get("parse") == "full",
            takes_files=False,
        )

    def _add(self, occasion: Occasion, content: Json, text: str, blocks: list[Json]) -> Message:
        is_public = content.get("response_type") == "in_channel"
        message = Message(
            ts=self._state.new_ts(),
            channel=occasion.channel.id,
            user=occasion.team.bot_user_id,
            bot_id=occasion.team.bot_id,
            text=text,
            blocks=blocks,
            thread_ts=content.get("thread_ts", occasion.thread_ts),
            ephemeral_for=None if is_public else occasion.person,
        )
        self._state.add_message(message)
        if is_public:
            self._happenings.posted(message)
        return message

    def _replace(self, original: Message, text: str, blocks: list[Json]) -> Message:
        previous = message_json(self._state, original)
        original.text, original.blocks = text, blocks
        self._state.tell()
        if original.ephemeral_for is None:
            self._happenings.edited(original, previous)
        return original


def _refuse(status: int, code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)
