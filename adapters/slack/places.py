"""Where something in Slack belongs, as the core knows it: DMs hold threads that belong to a channel."""

from adapters.slack.ids import message_id, place_at
from adapters.slack.messages import root_key
from bot.domain.people import Place
from bot.ports import Notes


class Places:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def at(self, team: str, channel: str, thread_ts: str | None, *, user: str) -> Place:
        """The place of a message in a channel, or in the thread of `thread_ts`, that `user` has said or pressed."""
        if thread_ts is None or not channel.startswith("D"):
            return place_at(team, channel, thread_ts)
        root = message_id(channel, thread_ts)
        note = await self._notes.get(root_key(team, root))
        if note is None:
            return place_at(team, channel, thread_ts)
        # A private picture, asked for in a channel: only its asker has this DM.
        return Place(place_at(team, channel, None).platform, team, note["channel"], thread=root, audience=user)
