"""What becomes of a checked message of the app: a new one, or a change of one that is there."""

from tests.emulators.discord.checking.mentions import Allowed, called_in, texts_of
from tests.emulators.discord.drafts import Draft
from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.messages import (
    COMPONENTS_V2,
    DEFAULT,
    EPHEMERAL,
    LOADING,
    SUPPRESS_NOTIFICATIONS,
    Message,
    Reference,
)
from tests.emulators.discord.permissions import Permission, permissions_in
from tests.emulators.discord.problems import ApiError
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Ping, Profile


class Posting:
    def __init__(self, state: State, happenings: Happenings) -> None:
        self._state = state
        self._happenings = happenings

    def add(
        self,
        channel: Channel,
        draft: Draft,
        *,
        through: str,
        type_: int = DEFAULT,
        reference: Reference | None = None,
        nonce: str | int | None = None,
        interaction: Interaction | None = None,
    ) -> Message:
        """A new message. One that is `EPHEMERAL` is for the interaction's person alone.

        Raises:
            ApiError: there is nothing in it, or AutoMod does not let it pass.
        """
        flags = draft.flags or 0
        self._check_words(channel, draft, flags)
        message = Message(
            id=self._state.new_id(),
            channel=channel,
            author=self._state.bot,
            type=type_,
            flags=flags,
            reference=reference,
            nonce=nonce,
            interaction=interaction,
            created_s=self._state.clock.now_s(),
            ephemeral_for=interaction.person.id if interaction is not None and flags & EPHEMERAL else None,
        )
        self._write(message, draft)
        self._call(message, draft.allowed, through)
        self.store(message)
        return message

    def store(self, message: Message) -> None:
        """Puts it in its channel; a thread wakes, and the app is a member of it from then on."""
        channel = message.channel
        channel.messages.append(message)
        if message.ephemeral_for is None and channel.is_thread:
            self._wake(channel)
        self._happenings.posted(message)

    def change(self, message: Message, draft: Draft, *, through: str) -> None:
        """An edit. Where it takes the place of "thinking…", it rings bells as a new message does.

        Raises:
            ApiError: nothing would be left, or AutoMod does not let it pass.
        """
        was_loading = message.is_loading
        if draft.content:
            self._check_blocked(message.channel, draft.content)
        if self._would_be_empty(message, draft):
            raise ApiError(400, 50006)
        if draft.flags is not None:
            kept = message.flags & ~(SUPPRESS_NOTIFICATIONS | 4) | draft.flags
            message.flags = kept | message.flags & (EPHEMERAL | COMPONENTS_V2)
        message.flags &= ~LOADING
        self._write(message, draft)
        self._call(message, draft.allowed, through, rings=was_loading)
        if not was_loading:
            message.edited_s = self._state.clock.now_s()
        self._happenings.edited(message)

    # Private

    def _check_words(self, channel: Channel, draft: Draft, flags: int) -> None:
        has_components = bool(draft.components) and bool(flags & COMPONENTS_V2)
        if not (draft.content or draft.embeds or draft.attachments or has_components):
            raise ApiError(400, 50006)
        self._check_blocked(channel, draft.content or "")

    def _check_blocked(self, channel: Channel, text: str) -> None:
        if channel.guild is not None and any(word in text.lower() for word in channel.guild.blocked_words):
            raise ApiError(400, 200000)

    def _would_be_empty(self, message: Message, draft: Draft) -> bool:
        left = (
            message.content if draft.content is None else draft.content,
            message.embeds if draft.embeds is None else draft.embeds,
            message.attachments if draft.attachments is None else draft.attachments,
        )
        is_v2 = message.is_v2 or bool((draft.flags or 0) & COMPONENTS_V2)
        has_components = is_v2 and bool(message.components if draft.components is None else draft.components)
        return not any(left) and not has_components

    def _write(self, message: Message, draft: Draft) -> None:
        if draft.content is not None:
            message.content = draft.content
        if draft.embeds is not None:
            message.embeds = draft.embeds
        if draft.components is not None:
            message.components = draft.components
        if draft.attachments is not None:
            for dropped in set(message.attachments) - set(draft.attachments):
                dropped.deleted_s = self._state.clock.now_s()
            message.attachments = draft.attachments
        for attachment in message.attachments:
            attachment.is_shown_elsewhere = attachment.filename in draft.shown_elsewhere

    def _call(self, message: Message, allowed: Allowed, through: str, *, rings: bool = True) -> None:
        """Finds out whom it mentions, and whose bell that rings."""
        called = allowed.of(called_in(texts_of(message.content, message.components)))
        users = [self._state.users[each] for each in called.users if each in self._state.users]
        replied = self._replied(message) if allowed.replied_user else None
        if replied is not None and replied not in users:
            users.append(replied)
        guild = message.channel.guild
        message.mentions = users
        message.mention_roles = [each for each in called.roles if guild is not None and each in guild.roles]
        message.mentions_everyone = called.everyone and self._may(message.channel, Permission.MENTION_EVERYONE)
        if rings and message.ephemeral_for is None and not message.flags & SUPPRESS_NOTIFICATIONS:
            self._ring(message, through)

    def _ring(self, message: Message, through: str) -> None:
        who = [user.id for user in message.mentions if user is not self._state.bot]
        who += [
            role
            for role in message.mention_roles
            if self._may(message.channel, Permission.MENTION_EVERYONE) or self._is_mentionable(message.channel, role)
        ]
        who += ["everyone"] if message.mentions_everyone else []
        self._state.pings += [Ping(each, through, message.id) for each in who]

    def _replied(self, message: Message) -> Profile | None:
        if message.reference is None or message.reference.type != 0:
            return None
        original = message.reference.channel.find(message.reference.message_id)
        return original.author if original is not None and original.author is not self._state.bot else None

    def _may(self, channel: Channel, permission: Permission) -> bool:
        return bool(permissions_in(channel, self._state.bot) & permission)

    def _is_mentionable(self, channel: Channel, role: str) -> bool:
        return channel.guild is not None and channel.guild.roles[role].is_mentionable

    def _wake(self, thread: Channel) -> None:
        if thread.is_archived:
            thread.is_archived = False
            thread.archive_changed_s = self._state.clock.now_s()
            self._happenings.thread_changed(thread)
        if self._state.bot.id not in thread.members:
            thread.members.add(self._state.bot.id)
            self._happenings.thread_joined(thread)
