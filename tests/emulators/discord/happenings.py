"""What happens on Discord, told to the app over the gateway, as far as it may know."""

from tests.emulators.discord.gateway.gateway import Gateway
from tests.emulators.discord.gateway.sessions import (
    DIRECT_MESSAGES,
    GUILD_MESSAGES,
    GUILDS,
    Session,
)
from tests.emulators.discord.message_shapes import message_event
from tests.emulators.discord.messages import THREAD_CREATED, THREAD_STARTER, Message, Reference
from tests.emulators.discord.permissions import permissions_in
from tests.emulators.discord.shapes import channel_json, guild_create_json, guild_json, role_json, thread_member_json
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Guild, Json, Role


class Happenings:
    """Attributes: `duplicates` is how many of the next messages are told twice."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway
        self.duplicates = 0

    # Messages

    def posted(self, message: Message, *, times: int = 1) -> None:
        if self.duplicates:
            self.duplicates -= 1
            times += 1
        for _ in range(times):
            self._tell_of(message, "MESSAGE_CREATE")

    def edited(self, message: Message) -> None:
        self._tell_of(message, "MESSAGE_UPDATE")

    def removed(self, message: Message) -> None:
        """The message is gone; what was in it stays with the media proxy for a while."""
        message.is_deleted = True
        now_s = self._state.clock.now_s()
        for attachment in message.attachments:
            attachment.deleted_s = now_s
        self._state.tell()
        if message.ephemeral_for is not None or not self._is_heard(message.channel):
            return
        told: Json = {"id": message.id, "channel_id": message.channel.id}
        if message.channel.guild is not None:
            told["guild_id"] = message.channel.guild.id
        self._gateway.dispatch("MESSAGE_DELETE", told, guild=message.channel.guild, intent=_intent(message.channel))

    def _tell_of(self, message: Message, event: str) -> None:
        self._state.tell()
        if message.ephemeral_for is not None or not self._is_heard(message.channel):
            return

        def shape(session: Session) -> Json:
            return message_event(self._state, message, has_intent=session.reads_content)

        self._gateway.dispatch(event, shape, guild=message.channel.guild, intent=_intent(message.channel))

    # Threads

    def thread_started(self, thread: Channel) -> None:
        """The thread, and the messages with which Discord itself tells of it."""
        assert thread.parent is not None
        self._state.tell()
        if self._is_heard(thread):
            told = {**channel_json(self._state, thread), "newly_created": True}
            self._gateway.dispatch("THREAD_CREATE", told, guild=thread.guild, intent=GUILDS)
        if thread.started_on is not None:
            self.edited(thread.started_on)
            reference = Reference(thread.parent, thread.started_on.id)
            self._say_by_itself(thread, THREAD_STARTER, "", reference, thread.owner_id)
        elif thread.kind == "public_thread":
            self._say_by_itself(thread.parent, THREAD_CREATED, thread.name, Reference(thread, ""), thread.owner_id)

    def thread_changed(self, thread: Channel) -> None:
        self._state.tell()
        if self._is_heard(thread):
            self._gateway.dispatch(
                "THREAD_UPDATE", channel_json(self._state, thread), guild=thread.guild, intent=GUILDS
            )

    def thread_joined(self, thread: Channel) -> None:
        """By the app itself."""
        self._state.tell()
        assert thread.guild is not None
        member = thread_member_json(thread, self._state.bot.id)
        told = {
            "id": thread.id,
            "guild_id": thread.guild.id,
            "member_count": len(thread.members),
            "added_members": [member],
        }
        self._gateway.dispatch("THREAD_MEMBERS_UPDATE", told, guild=thread.guild, intent=GUILDS)

    def _say_by_itself(self, channel: Channel, kind: int, text: str, reference: Reference, author_id: str) -> None:
        author = self._state.users[author_id]
        message = Message(
            id=self._state.new_id(), channel=channel, author=author, content=text, type=kind, reference=reference
        )
        message.created_s = self._state.clock.now_s()
        channel.messages.append(message)
        self._tell_of(message, "MESSAGE_CREATE")

    # Places

    def channel_made(self, channel: Channel) -> None:
        self._channel("CHANNEL_CREATE", channel)

    def channel_changed(self, channel: Channel) -> None:
        self._channel("CHANNEL_UPDATE", channel)

    def channel_removed(self, channel: Channel) -> None:
        channel.is_deleted = True
        for thread in self._state.threads_of(channel):
            self.channel_removed(thread)
        if channel.is_thread:
            assert channel.guild is not None
            assert channel.parent is not None
            told = {
                "id": channel.id,
                "guild_id": channel.guild.id,
                "parent_id": channel.parent.id,
                "type": channel.type,
            }
            self._state.tell()
            self._gateway.dispatch("THREAD_DELETE", told, guild=channel.guild, intent=GUILDS)
        else:
            self._channel("CHANNEL_DELETE", channel)

    def _channel(self, event: str, channel: Channel) -> None:
        self._state.tell()
        if channel.guild is not None and channel.guild.id in self._state.bot.memberships:
            told = channel_json(self._state, channel)
            self._gateway.dispatch(event, told, guild=channel.guild, intent=GUILDS)

    def guild_joined(self, guild: Guild) -> None:
        self._state.tell()
        told = guild_create_json(self._state, guild, is_new=True)
        self._gateway.dispatch("GUILD_CREATE", told, guild=guild, intent=GUILDS)

    def guild_changed(self, guild: Guild) -> None:
        self._state.tell()
        self._gateway.dispatch("GUILD_UPDATE", guild_json(self._state, guild), guild=guild, intent=GUILDS)

    def role_made(self, guild: Guild, role: Role) -> None:
        self._state.tell()
        if guild.id in self._state.bot.memberships:
            told = {"guild_id": guild.id, "role": role_json(role)}
            self._gateway.dispatch("GUILD_ROLE_CREATE", told, guild=guild, intent=GUILDS)

    def guild_left(self, guild: Guild) -> None:
        self._state.tell()
        self._gateway.dispatch("GUILD_DELETE", {"id": guild.id}, guild=guild, intent=GUILDS)

    def outage_began(self, guild: Guild) -> None:
        guild.is_unavailable = True
        self._state.tell()
        self._gateway.dispatch("GUILD_DELETE", {"id": guild.id, "unavailable": True}, guild=guild, intent=GUILDS)

    def outage_ended(self, guild: Guild) -> None:
        guild.is_unavailable = False
        self._state.tell()
        told = guild_create_json(self._state, guild, is_new=False)
        self._gateway.dispatch("GUILD_CREATE", told, guild=guild, intent=GUILDS)

    # People do something with the app

    def interacted(self, payload: Json, channel: Channel) -> None:
        self._gateway.dispatch("INTERACTION_CREATE", payload, guild=channel.guild)

    def _is_heard(self, channel: Channel) -> bool:
        """Whether the app is there: in a public thread as soon as it sees the channel, joined or not."""
        return bool(permissions_in(channel, self._state.bot))


def _intent(channel: Channel) -> int:
    return GUILD_MESSAGES if channel.guild is not None else DIRECT_MESSAGES
