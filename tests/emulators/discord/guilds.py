"""Guilds, channels, roles and people, and what their admins decide about them and about the app."""

from collections.abc import Iterable, Sequence

from tests.emulators.discord.bringing import Bringing
from tests.emulators.discord.cdn import Cdn
from tests.emulators.discord.gateway.gateway import Gateway
from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.ids import Snowflakes
from tests.emulators.discord.messages import Message
from tests.emulators.discord.permissions import EVERYONE, INVITED_WITH, Permission
from tests.emulators.discord.person import Person, Services
from tests.emulators.discord.saying import Saying
from tests.emulators.discord.state import State
from tests.emulators.discord.things import (
    Channel,
    ChannelKind,
    Guild,
    Json,
    Membership,
    Overwrite,
    Profile,
    Role,
)


class Guilds(State):
    """A Discord that can be furnished; `guild` is the first guild, with the app in it."""

    def __init__(self) -> None:
        super().__init__(bot=Profile(id="", name="Easel", is_bot=True))
        self.clock.moved = self.tell
        self.bot.id = self.new_id()
        self.application_id = self.new_id()
        self.users[self.bot.id] = self.bot
        self._gateway = Gateway(self)
        self._happenings = Happenings(self, self._gateway)
        self._saying = Saying(self, self._happenings)
        self._bringing = Bringing(self, self._happenings)
        self._services = Services(self, self._happenings, self._bringing, self._saying, Cdn(self))
        self._owner = self._new_person("Owner")
        self.guild = self.add_guild("Acme")

    # Who and what there is

    def add_guild(
        self,
        name: str,
        *,
        shard: tuple[int, int] | None = None,
        boost_tier: int = 0,
        filesize_limit_bytes: int | None = None,
        with_bot: bool = True,
    ) -> Guild:
        """A guild, in which the app is as its invite asked; `shard` says where it falls: (0, 2) the first of two."""
        id_ = self._id_on_shard(*shard) if shard is not None else self.new_id()
        everyone = Role(id=id_, name="@everyone", permissions=int(EVERYONE))
        guild = Guild(
            id=id_,
            name=name,
            owner_id=self._owner.id,
            roles={id_: everyone},
            boost_tier=boost_tier,
            filesize_limit_bytes=filesize_limit_bytes,
        )
        self.guilds[id_] = guild
        self._owner.memberships[id_] = Membership(joined_s=self.clock.now_s())
        if with_bot:
            self.invite(guild)
        return guild

    def add_channel(
        self,
        name: str,
        *,
        guild: Guild | None = None,
        kind: ChannelKind = "text",
        is_age_restricted: bool = False,
        members: Iterable[Profile] | None = None,
    ) -> Channel:
        """A channel for everyone, or for these members and the app alone."""
        home = guild or self.guild
        channel = Channel(id=self.new_id(), name=name, kind=kind, guild=home, is_age_restricted=is_age_restricted)
        if members is not None:
            view = int(Permission.VIEW_CHANNEL)
            channel.overwrites[home.id] = Overwrite(deny=view)
            for member in (*members, self.bot):
                channel.overwrites[member.id] = Overwrite(allow=view)
        self.channels[channel.id] = channel
        self._happenings.channel_made(channel)
        return channel

    def add_person(
        self,
        name: str,
        *,
        guilds: Sequence[Guild] | None = None,
        is_admin: bool = False,
        is_bot: bool = False,
        locale: str = "en-US",
        nitro_limit_bytes: int = 0,
        roles: Sequence[Role] = (),
    ) -> Person:
        """A member of these guilds, of the first one by default; `is_bot` makes it another app."""
        person = self._new_person(name)
        person.is_bot, person.locale, person.nitro_limit_bytes = is_bot, locale, nitro_limit_bytes
        for guild in guilds if guilds is not None else [self.guild]:
            given = {role.id for role in roles if role.id in guild.roles}
            person.memberships[guild.id] = Membership(roles=given, joined_s=self.clock.now_s())
            if is_admin:
                self.make_admin(person, guild)
        return person

    def add_role(self, name: str, *, guild: Guild | None = None, permissions: int = 0) -> Role:
        home = guild or self.guild
        role = Role(id=self.new_id(), name=name, permissions=permissions)
        home.roles[role.id] = role
        self._happenings.role_made(home, role)
        return role

    def make_admin(self, person: Profile, guild: Guild | None = None) -> None:
        home = guild or self.guild
        admins = next((each for each in home.roles.values() if each.name == "admins"), None)
        role = admins or self.add_role("admins", guild=home, permissions=int(Permission.ADMINISTRATOR))
        person.memberships[home.id].roles.add(role.id)

    # What people decide

    def invite(self, guild: Guild) -> None:
        """An admin lets the app in, with a role of its own that has what the invite asked for."""
        role = Role(id=self.new_id(), name=self.bot.name, permissions=INVITED_WITH, is_managed=True)
        guild.roles[role.id] = role
        self.bot.memberships[guild.id] = Membership(roles={role.id}, joined_s=self.clock.now_s())
        self._happenings.guild_joined(guild)

    def kick(self, person: Profile, guild: Guild | None = None) -> None:
        """Somebody is thrown out, or leaves. An app without the members intent is not told."""
        del person.memberships[(guild or self.guild).id]

    def kick_bot(self, guild: Guild | None = None) -> None:
        """An admin throws the app out."""
        home = guild or self.guild
        self.bot.memberships.pop(home.id, None)
        home.roles = {id_: role for id_, role in home.roles.items() if not role.is_managed}
        self._happenings.guild_left(home)

    def forbid(self, channel: Channel, permissions: Permission, *, to: Profile | None = None) -> None:
        """The app, or somebody else, may not do this there any more."""
        overwrite = channel.overwrites.setdefault((to or self.bot).id, Overwrite())
        overwrite.deny, overwrite.allow = overwrite.deny | permissions, overwrite.allow & ~permissions
        self._happenings.channel_changed(channel)

    def allow(self, channel: Channel, permissions: Permission) -> None:
        """The app may do this there."""
        overwrite = channel.overwrites.setdefault(self.bot.id, Overwrite())
        overwrite.allow, overwrite.deny = overwrite.allow | permissions, overwrite.deny & ~permissions
        self._happenings.channel_changed(channel)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """A thread goes to rest; `locked` so that nobody but moderators wakes it."""
        assert thread.is_thread, "only threads can be archived"
        thread.is_archived, thread.is_locked = True, locked
        thread.archive_changed_s = self.clock.now_s()
        self._happenings.thread_changed(thread)

    def unarchive(self, thread: Channel) -> None:
        thread.is_archived = thread.is_locked = False
        thread.archive_changed_s = self.clock.now_s()
        self._happenings.thread_changed(thread)

    def lock(self, thread: Channel) -> None:
        """A thread that is awake, in which only moderators may write."""
        thread.is_locked = True
        self._happenings.thread_changed(thread)

    def restrict_age(self, channel: Channel, *, restricted: bool = True) -> None:
        channel.is_age_restricted = restricted
        self._happenings.channel_changed(channel)

    def delete_channel(self, channel: Channel) -> None:
        self._happenings.channel_removed(channel)

    def delete_message(self, message: Message) -> None:
        """Its author or a moderator deletes it."""
        self._happenings.removed(message)

    def unfold(self, message: Message, embeds: Sequence[Json]) -> None:
        """Discord has looked into a link of the message, and shows what it found."""
        self._saying.unfold(message, embeds)

    def limit_files(self, guild: Guild, limit_bytes: int | None) -> None:
        """How large one file may be there; None for what its boost tier says."""
        guild.filesize_limit_bytes = limit_bytes
        self._happenings.guild_changed(guild)

    def begin_outage(self, guild: Guild | None = None) -> None:
        self._happenings.outage_began(guild or self.guild)

    def end_outage(self, guild: Guild | None = None) -> None:
        self._happenings.outage_ended(guild or self.guild)

    def publish(self, name: str, data: bytes, content_type: str = "image/png") -> str:
        """Puts something on a server that is not Discord's; gives its address, which no app has reason to visit."""
        url = f"{self.origin}/outside/{name}"
        self.outside[url] = data, content_type
        return url

    # Private

    def _new_person(self, name: str) -> Person:
        person = Person(id=self.new_id(), name=name, services=self._services)
        self.users[person.id] = person
        return person

    def _id_on_shard(self, number: int, count: int) -> str:
        # The shard is in the milliseconds of the id: the first one from now on that falls there.
        ids, now_s = Snowflakes(), self.clock.now_s()
        wanted = (ids.new(now_s + step / 1000) for step in range(100 * count))
        return next(each for each in wanted if (int(each) >> 22) % count == number and each not in self.guilds)
