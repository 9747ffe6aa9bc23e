"""A person at a Discord client: writes, types commands, presses, fills in, and sees what a client would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.discord.bringing import Bringing
from tests.emulators.discord.cdn import Cdn
from tests.emulators.discord.checking import commands as kinds
from tests.emulators.discord.filling import Filling, Value
from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.interactions import Interaction, Modal, Outcome
from tests.emulators.discord.messages import Message, Sticker
from tests.emulators.discord.payloads import Resolved
from tests.emulators.discord.permissions import Permission, permissions_in
from tests.emulators.discord.pressing import used
from tests.emulators.discord.saying import Saying
from tests.emulators.discord.seeing import seen_in
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Json, Profile, Role
from tests.emulators.discord.typed import fill_in, find_command, is_completed, named
from tests.emulators.discord.uploads import FileToUpload


@dataclass(frozen=True, slots=True)
class Services:
    """What stands behind a client."""

    state: State
    happenings: Happenings
    bringing: Bringing
    saying: Saying
    cdn: Cdn


@dataclass(eq=False, kw_only=True)
class Person(Profile):
    """Channels and messages may be given by their id."""

    services: Services = field(repr=False)

    # Says

    async def say(
        self,
        channel: Channel | str,
        text: str = "",
        *,
        files: Sequence[FileToUpload] = (),
        reply_to: Message | str | None = None,
        rings: bool = True,
        forward_of: Message | None = None,
        stickers: Sequence[Sticker] = (),
        embeds: Sequence[Json] = (),
        components: Sequence[Json] = (),
        flags: int = 0,
        times: int = 1,
        hours_ago: float = 0,
    ) -> Message:
        """Posts a message; the app is told of it meanwhile, `times` times of the very same event.

        Args:
            rings: whether a reply mentions whom it answers, as clients do unless told otherwise.
            embeds: what a link in the text has already unfolded to; other apps send some of their own.
            components: only other apps have any.
            hours_ago: when it was said, where Discord only tells of it now.
        """
        here = self._channel(channel)
        original = self._message(here, reply_to) if reply_to is not None else None
        return self.services.saying.say(
            self,
            here,
            text,
            files=files,
            original=original,
            rings=rings,
            forwarded=forward_of,
            stickers=stickers,
            embeds=embeds,
            components=components,
            flags=flags,
            times=times,
            hours_ago=hours_ago,
        )

    async def edit(self, message: Message, text: str) -> None:
        assert message.author is self, "people edit their own messages"
        self.services.saying.edit(message, text)

    async def delete(self, message: Message) -> None:
        self.services.happenings.removed(message)

    async def dismiss(self, message: Message) -> None:
        """Takes what only this person sees from the screen. The app is not told."""
        assert message.ephemeral_for == self.id, "everybody sees it"
        message.is_deleted = True
        self.services.state.tell()

    async def start_thread(
        self, channel: Channel | str, name: str, *, message: Message | None = None, invited: Sequence[Profile] = ()
    ) -> Channel:
        """On a message, or by itself; where others are invited it is private to them."""
        return self.services.saying.start_thread(self, self._channel(channel), name, message, invited)

    # Acts

    async def command(self, channel: Channel | str, name: str, /, *, times: int = 1, **options: Any) -> Outcome:
        """Types a slash command; sub-commands follow its name after a space.

        An option takes a value, the name of a choice, a `FileToUpload`, a person, a role or a channel.

        Raises:
            LookupError: the client offers no such command or option there.
            ValueError: a value is missing or not as the option wants it.
        """
        here = self._writable(channel)
        first, *path = name.split()
        command = find_command(self.services.state, self, here, first)
        sent, resolved = fill_in(self.services.state, command, path, options, here)
        interaction = self._begin("command", here, name=name, command_type=kinds.CHAT_INPUT)
        return await self._bring(interaction, {**named(command), "options": sent}, resolved, times)

    async def autocomplete(
        self, channel: Channel | str, name: str, /, option: str, typed: str = "", **options: Any
    ) -> list[Json]:
        """What is offered while `option` is being typed; nothing where the app does not answer.

        Raises:
            LookupError: the client asks the app for nothing there.
        """
        here = self._writable(channel)
        first, *path = name.split()
        command = find_command(self.services.state, self, here, first)
        values = {**options, option: typed}
        sent, resolved = fill_in(self.services.state, command, path, values, here, focused=option)
        if not is_completed(command, path, option):
            raise LookupError(f"{option} is not completed by the app")
        interaction = self._begin("autocomplete", here, name=name, command_type=kinds.CHAT_INPUT)
        outcome = await self._bring(interaction, {**named(command), "options": sent}, resolved, 1)
        return outcome.choices or []

    async def context_menu(self, name: str, on: Message | Profile, *, times: int = 1, **where: Channel) -> Outcome:
        """Chooses a command of the app in the menu of a message, or of a person (then in `channel=`).

        Raises:
            LookupError: the menu has no such command, or this person does not see the message.
        """
        resolved = Resolved()
        if isinstance(on, Message):
            here, kind, target = on.channel, kinds.MESSAGE_MENU, self._message(on.channel, on.id)
            resolved.messages.append(target)
            resolved.users.append(target.author)
        else:
            here, kind, target = where["channel"], kinds.USER_MENU, None
            resolved.users.append(on)
        command = find_command(self.services.state, self, here, name, kind)
        interaction = self._begin("command", here, name=name, command_type=kind, target=target)
        return await self._bring(interaction, {**named(command), "target_id": on.id}, resolved, times)

    async def press(
        self, message: Message | str, what: str, *, times: int = 1, as_shown: Sequence[Json] | None = None
    ) -> Outcome:
        """Presses a button, by its custom id or label.

        Args:
            as_shown: the message's components as this client still shows them, where it has missed an update.

        Raises:
            LookupError: this person sees no such message or button, or cannot press it.
        """
        return await self._use(message, what, [], True, times, as_shown)

    async def select(
        self,
        message: Message | str,
        what: str,
        *picked: str | Profile | Role | Channel,
        times: int = 1,
        as_shown: Sequence[Json] | None = None,
    ) -> Outcome:
        """Picks options of a menu, by their values or labels, or people, roles and channels."""
        return await self._use(message, what, picked, False, times, as_shown)

    async def submit(
        self,
        values: Mapping[str, Value] | None = None,
        *,
        files: Sequence[FileToUpload] = (),
        modal: Modal | None = None,
        times: int = 1,
    ) -> Outcome:
        """Fills in the form and sends it; where a field is not as it should be, the client keeps it instead.

        Args:
            values: by custom id or label; what is left out stays as it came.
            files: for the only field that takes any.
            modal: a form from an earlier screen, in place of the one that is open.

        Raises:
            LookupError: there is no form, field or option like that.
        """
        form = modal or self.modal
        if form is None:
            raise LookupError(f"{self.name} sees no form")
        origin = form.origin
        filling = Filling(self.services.state, form, origin.channel)
        sent = filling.fill(values or {}, files)
        if filling.errors:
            return Outcome(errors=filling.errors)
        interaction = self._begin(
            "modal", origin.channel, custom_id=form.custom_id, message=origin.message, opened_by=origin
        )
        data = {"custom_id": form.custom_id, "components": sent}
        outcome = await self._bring(interaction, data, filling.resolved, times)
        if outcome.error is None:
            form.is_open = False
        return outcome

    async def close_modal(self) -> None:
        """The app is not told."""
        if (form := self.modal) is not None:
            form.is_open = False

    # Sees

    @property
    def dm(self) -> Channel:
        """The conversation with the app."""
        return self.services.state.direct_channel(self)

    @property
    def modal(self) -> Modal | None:
        form = self.services.state.modals.get(self.id)
        return form if form is not None and form.is_open else None

    def sees(self, channel: Channel | str) -> list[Message]:
        """What was said there in the order of time, with what only this person sees.

        Raises:
            LookupError: this person does not see the channel.
        """
        return seen_in(self._channel(channel), self.id)

    def sees_everywhere(self) -> list[Message]:
        channels = [each for each in self.services.state.channels.values() if self._may_look(each)]
        return sorted((each for channel in channels for each in seen_in(channel, self.id)), key=lambda m: int(m.id))

    def download(self, url: str) -> bytes:
        """What this link leads to.

        Raises:
            LookupError: nothing, or not any more.
        """
        return self.services.cdn.read(url)

    # Private

    async def _use(
        self,
        message: Message | str,
        what: str,
        picked: Sequence[str | Profile | Role | Channel],
        is_button: bool,
        times: int,
        as_shown: Sequence[Json] | None,
    ) -> Outcome:
        shown = self._find(message, self.sees_everywhere())
        components = shown.components if as_shown is None else as_shown
        data, resolved = used(components, what, picked, is_button=is_button)
        interaction = self._begin("component", shown.channel, custom_id=data["custom_id"], message=shown)
        return await self._bring(interaction, data, resolved, times)

    def _begin(self, kind: Any, channel: Channel, **more: Any) -> Interaction:
        return self.services.bringing.begin(kind, self, channel, **more)

    async def _bring(self, interaction: Interaction, data: Json, resolved: Resolved, times: int) -> Outcome:
        return await self.services.bringing.bring(interaction, data, resolved, times)

    def _channel(self, channel: Channel | str) -> Channel:
        found = self.services.state.channels[channel] if isinstance(channel, str) else channel
        if not self._may_look(found):
            raise LookupError(f"{self.name} does not see {found.name}")
        return found

    def _writable(self, channel: Channel | str) -> Channel:
        here = self._channel(channel)
        if here.is_locked or not permissions_in(here, self) & Permission.USE_APPLICATION_COMMANDS:
            raise LookupError(f"{self.name} can use no commands in {here.name}")
        return here

    def _may_look(self, channel: Channel) -> bool:
        return not channel.is_deleted and bool(permissions_in(channel, self))

    def _message(self, channel: Channel, message: Message | str) -> Message:
        return self._find(message, self.sees(channel))

    def _find(self, message: Message | str, seen: Sequence[Message]) -> Message:
        wanted = message if isinstance(message, str) else message.id
        for each in seen:
            if each.id == wanted:
                return each
        raise LookupError(f"{self.name} sees no message {wanted}")
