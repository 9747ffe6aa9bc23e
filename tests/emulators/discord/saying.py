"""What people say, and the threads they start: into the store, and on to the app."""

from collections.abc import Sequence

from tests.emulators.discord.api.channels import new_thread
from tests.emulators.discord.checking.components import with_ids
from tests.emulators.discord.checking.mentions import called_in
from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.messages import (
    DEFAULT,
    HAS_SNAPSHOT,
    REPLY,
    Message,
    Reference,
    Snapshot,
    Sticker,
)
from tests.emulators.discord.permissions import Permission, permissions_in
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Json, Profile
from tests.emulators.discord.uploads import FileToUpload, uploaded

MAX_CHARS = 4000
"""Of a message by somebody who pays; others have half of it."""


class Saying:
    def __init__(self, state: State, happenings: Happenings) -> None:
        self._state = state
        self._happenings = happenings

    def say(
        self,
        person: Profile,
        channel: Channel,
        text: str,
        *,
        files: Sequence[FileToUpload],
        original: Message | None,
        rings: bool,
        forwarded: Message | None,
        stickers: Sequence[Sticker],
        embeds: Sequence[Json],
        components: Sequence[Json],
        flags: int,
        times: int,
        hours_ago: float,
    ) -> Message:
        self._check_may_write(person, channel)
        assert len(text) <= MAX_CHARS, "no client sends so much"
        state = self._state
        now_s = state.clock.now_s()
        message = Message(
            id=state.ids.past(now_s, ago_s=hours_ago * 3600) if hours_ago else state.new_id(),
            channel=channel,
            author=person,
            content=text,
            type=REPLY if original is not None else DEFAULT,
            attachments=[uploaded(state, channel.id, file) for file in files],
            stickers=list(stickers),
            embeds=list(embeds),
            components=with_ids(components),
            flags=flags,
            created_s=now_s - hours_ago * 3600,
            nonce=state.new_id() if not person.is_bot else None,
        )
        state.stickers.update({sticker.id: sticker for sticker in stickers})
        if original is not None:
            message.reference = Reference(channel, original.id)
        elif forwarded is not None:
            message.reference = Reference(forwarded.channel, forwarded.id, 1)
            message.snapshot = _snapshot(forwarded)
            message.flags |= HAS_SNAPSHOT
        self._call(message, original if rings else None)
        channel.messages.append(message)
        channel.messages.sort(key=lambda each: int(each.id))
        self._wake(channel, person)
        self._happenings.posted(message, times=times)
        return message

    def edit(self, message: Message, text: str) -> None:
        message.content = text
        message.edited_s = self._state.clock.now_s()
        self._call(message, None)
        self._happenings.edited(message)

    def unfold(self, message: Message, embeds: Sequence[Json]) -> None:
        """A link in it has been looked into; that is no edit."""
        message.embeds = list(embeds)
        self._happenings.edited(message)

    def start_thread(
        self, person: Profile, channel: Channel, name: str, message: Message | None, invited: Sequence[Profile]
    ) -> Channel:
        assert message is None or not invited, "a thread on a message is for everybody"
        assert channel.kind in ("text", "news"), "there are no threads there"
        assert message is None or message.thread is None, "it has a thread already"
        state = self._state
        thread = new_thread(
            channel,
            message,
            name=name,
            kind="private_thread" if invited else "public_thread",
            id_=message.id if message is not None else state.new_id(),
            owner_id=person.id,
        )
        thread.members |= {each.id for each in invited}
        thread.archive_changed_s = state.clock.now_s()
        state.channels[thread.id] = thread
        self._happenings.thread_started(thread)
        return thread

    def _check_may_write(self, person: Profile, channel: Channel) -> None:
        wanted = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        granted = permissions_in(channel, person)
        if not granted & wanted or (channel.is_locked and not granted & Permission.MANAGE_THREADS):
            raise LookupError(f"{person.name} cannot write in {channel.name}")

    def _call(self, message: Message, answered: Message | None) -> None:
        called = called_in(message.content)
        users = self._state.users
        message.mentions = [users[each] for each in called.users if each in users]
        guild = message.channel.guild
        message.mention_roles = [each for each in called.roles if guild is not None and each in guild.roles]
        message.mentions_everyone = called.everyone
        # Who answers the answer to a command mentions nobody: its author is a webhook, as it were.
        if answered is not None and answered.interaction is None and answered.author not in message.mentions:
            message.mentions.append(answered.author)

    def _wake(self, channel: Channel, person: Profile) -> None:
        if not channel.is_thread:
            return
        channel.members.add(person.id)
        if channel.is_archived:
            channel.is_archived = False
            channel.archive_changed_s = self._state.clock.now_s()
            self._happenings.thread_changed(channel)


def _snapshot(message: Message) -> Snapshot:
    return Snapshot(
        content=message.content,
        attachments=tuple(message.attachments),
        embeds=tuple(message.embeds),
        components=tuple(message.components),
        stickers=tuple(message.stickers),
        flags=message.flags,
        type=message.type,
        created_s=message.created_s,
    )
