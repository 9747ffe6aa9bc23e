"""The core's `Place` of a Slack message. The thread of a private result is in a DM, but belongs to a channel."""

from adapters.slack.ids import message_id, parse_message_id, place_at
from adapters.slack.note_kinds import moved_key, root_key
from bot.domain.people import Place
from bot.ports import PlatformState


class Places:
    def __init__(self, notes: PlatformState) -> None:
        self._notes = notes

    async def at(
        self, team: str, channel: str, thread_ts: str | None, *, user: str, is_root_gone: bool = False
    ) -> Place:
        """The place of a message in a channel, or in the thread of `thread_ts`.

        Args:
            user: the id of the person who wrote it or pressed a button of it.
            is_root_gone: whether the message that the thread hangs on was deleted. Ours may have been posted anew.
        """
        if thread_ts is not None and is_root_gone:
            thread_ts = await self._newest_root(team, channel, thread_ts)
        if thread_ts is None or not channel.startswith("D"):
            return place_at(team, channel, thread_ts)
        root = message_id(channel, thread_ts)
        note = await self._notes.get(root_key(team, root))
        if note is None:
            return place_at(team, channel, thread_ts)
        # A private result that was ordered in a channel: only the person who ordered it has this DM.
        return Place(place_at(team, channel, None).platform, team, note["channel"], thread=root, audience=user)

    async def _newest_root(self, team: str, channel: str, thread_ts: str) -> str:
        """The ts of the message that replaced a deleted root: the conversation goes on in its thread."""
        while (note := await self._notes.get(moved_key(team, message_id(channel, thread_ts)))) is not None:
            thread_ts = parse_message_id(str(note["message"]))[1]
        return thread_ts
