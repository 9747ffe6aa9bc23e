"""A person at a Slack client: types, presses, fills in, and sees what a client would show."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.emulators.slack import choices
from tests.emulators.slack.answers import Answers, Occasion
from tests.emulators.slack.deliveries import Deliveries
from tests.emulators.slack.forms import Forms, SubmitOutcome, Values
from tests.emulators.slack.happenings import Happenings
from tests.emulators.slack.interactions import Interactions
from tests.emulators.slack.parcels import Ack, Parcel
from tests.emulators.slack.posting import FileToUpload, as_command_text, escaped, uploaded
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.seeing import can_download, seen_in
from tests.emulators.slack.shapes import forwarded_json, message_json, view_json
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, Json, Message, Profile, Share, View

_WARNING = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the client shows of a command: a message for this person alone, one for all, or an error of its own."""

    ephemeral: Message | None = None
    message: Message | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """What stands behind a client."""

    state: State
    deliveries: Deliveries
    happenings: Happenings
    answers: Answers
    interactions: Interactions
    forms: Forms


@dataclass(eq=False, kw_only=True)
class Person(Profile):
    """Channels may be given by their id.

    Attributes:
        warnings: what the client showed beside buttons that the app did not acknowledge.
    """

    services: Services = field(repr=False)
    warnings: list[str] = field(default_factory=list[str])

    # Does

    async def command(
        self,
        channel: Channel | str,
        text: str,
        *,
        command: str = "/imagine",
        thread_ts: str | None = None,
        times: int = 1,
        as_typed: bool = False,
    ) -> Outcome:
        """Types a slash command; `times` brings the very same one to the app again.

        `as_typed` says that what looks like a mention was typed letter by letter, which is none to Slack.
        """
        here, state = self._channel(channel), self.services.state
        if thread_ts is not None:
            return Outcome(error=f"{command} is not supported in threads. Sorry!")
        if command not in state.commands or not self.team.is_installed:
            return Outcome(error=f"{command} is not a valid command.")
        occasion = Occasion(team=self.team, person=self.id, channel=here)
        names = {person.id: person.name for person in state.people.values()}
        names[self.team.bot_user_id] = self.team.bot_name
        words = as_command_text(text, {} if as_typed else names, with_mentions=not as_typed)
        payload = self.services.interactions.command(self, here, command, words, occasion)
        parcel = Parcel("slash_commands", payload, accepts_response=True)
        outcome = Outcome()
        for _ in range(times):
            ack = await self.services.deliveries.ask(parcel)
            outcome = self._outcome(command, occasion, ack)
        return outcome

    async def say(
        self,
        channel: Channel | str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: Sequence[FileToUpload] = (),
        broadcast: bool = False,
        attachments: Sequence[Json] = (),
        times: int = 1,
        hours_ago: float = 0,
    ) -> str:
        """Posts a message and gives its ts; the app is told of it meanwhile, `times` times of the very same event.

        Args:
            attachments: what Slack itself hangs on it; see `forward`.
            hours_ago: when it was said, where Slack only delivers it now.
        """
        here, state = self._channel(channel), self.services.state
        assert not here.is_archived, "nobody can write there"
        message = Message(
            ts=state.new_ts(hours_ago=hours_ago),
            channel=here.id,
            user=self.id,
            text=escaped(text),
            thread_ts=thread_ts,
            files=[uploaded(state, self, file) for file in files],
            attachments=list(attachments),
            subtype="file_share" if files else None,
            client_msg_id=f"{state.ids.number():08x}-0000-4000-8000-000000000000",
            is_broadcast=broadcast,
        )
        for file in message.files:
            file.shares.append(Share(here.id, message.ts, thread_ts, here.is_public))
        state.add_message(message)
        self.services.happenings.posted(message, times=times, hours_ago=hours_ago)
        return message.ts

    async def forward(
        self, channel: Channel | str, ts: str, *, to: Channel | str, text: str = "", thread_ts: str | None = None
    ) -> str:
        """Shares a message of `channel` elsewhere, with words of this person's own; gives the new message's ts."""
        shared, state = self._message(channel, ts), self.services.state
        author = state.people.get(shared.user)
        told = forwarded_json(state, shared, by=author.name if author is not None else self.team.bot_name)
        return await self.say(to, text, thread_ts=thread_ts, attachments=[told])

    async def edit(self, channel: Channel | str, ts: str, text: str) -> None:
        message = self._message(channel, ts)
        assert message.user == self.id, "people edit their own messages"
        previous = message_json(self.services.state, message)
        message.text = escaped(text)
        message.edited = {"user": self.id, "ts": self.services.state.new_ts()}
        self.services.state.tell()
        self.services.happenings.edited(message, previous)

    async def press(
        self,
        channel: Channel | str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        times: int = 1,
        as_shown: Sequence[Json] | None = None,
    ) -> None:
        """Presses a button, or picks `value` in a menu, and says yes where it asks whether they are sure.

        Args:
            as_shown: the message's blocks as this client still shows them, where it has missed an update.

        Raises:
            LookupError: this person sees no such message or no such element in it.
        """
        message = self._message(channel, ts)
        block, element = choices.find(message.blocks if as_shown is None else as_shown, action_id, block_id)
        action = choices.action(block, element, value, self.services.state.new_ts())
        if value is not None and element["type"] != "overflow":
            message.chosen[self.id, block["block_id"], action_id] = choices.chosen(element, value)
        picked = {where[1:]: told for where, told in message.chosen.items() if where[0] == self.id}
        values = choices.state_values(message.blocks, picked)
        here = self._channel(channel)
        payload = self.services.interactions.message_press(self, here, message, action, values)
        await self._interact(Parcel("interactive", payload), times)

    async def press_in_view(
        self, view: View, action_id: str, *, block_id: str | None = None, value: str | None = None, times: int = 1
    ) -> None:
        """The same in a modal or on the home tab."""
        block, element = choices.find(view.blocks, action_id, block_id)
        action = choices.action(block, element, value, self.services.state.new_ts())
        if value is not None and element["type"] != "overflow":
            view.chosen[block["block_id"], action_id] = choices.chosen(element, value)
        values = choices.state_values(view.blocks, view.chosen)
        payload = self.services.interactions.view_press(self, view, action, values)
        await self._interact(Parcel("interactive", payload), times)

    async def message_shortcut(self, channel: Channel | str, ts: str, callback_id: str, *, times: int = 1) -> None:
        here, message = self._channel(channel), self._message(channel, ts)
        payload = self.services.interactions.message_action(self, here, message, callback_id)
        await self._interact(Parcel("interactive", payload), times)

    async def global_shortcut(self, callback_id: str, *, times: int = 1) -> None:
        payload = self.services.interactions.shortcut(self, callback_id)
        await self._interact(Parcel("interactive", payload), times)

    async def submit(
        self, values: Values | None = None, *, files: Sequence[FileToUpload] = (), times: int = 1
    ) -> SubmitOutcome:
        """Fills in the modal and sends it; `files` go to its only file input."""
        return await self.services.forms.submit(self, values or {}, files, times)

    async def close_modal(self) -> None:
        await self.services.forms.close(self)

    async def open_home(self, tab: str = "home") -> None:
        """Looks at the app's home tab, or at its messages; the app is told."""
        state, home = self.services.state, self.home
        shown = view_json(state, home) if home else None
        self.services.happenings.home_opened(self.team, self.id, self.dm, shown, tab)

    # Sees

    @property
    def dm(self) -> Channel:
        """The conversation with the app."""
        return self.services.state.direct_channel(self.team, self.id)

    @property
    def modal(self) -> View | None:
        view = self.services.state.modals.get(self.id)
        return view if view is not None and view.is_open else None

    @property
    def home(self) -> View | None:
        return self.services.state.homes.get(self.id)

    def sees(self, channel: Channel | str) -> list[Message]:
        """Everything there in the order of time, threads included, with what only this person sees."""
        return seen_in(self._channel(channel), self.id)

    def sees_everywhere(self) -> list[Message]:
        channels = self.services.state.channels.values()
        mine = [channel for channel in channels if channel.team is self.team and self._may_look(channel)]
        return sorted((message for channel in mine for message in seen_in(channel, self.id)), key=lambda m: m.ts)

    def download(self, file_id: str) -> bytes:
        """The bytes of a file.

        Raises:
            LookupError: there is none that this person can see.
        """
        state = self.services.state
        file = state.files.get(file_id)
        if file is None or not can_download(state, self, file, self.sees_everywhere()):
            raise LookupError(file_id)
        return file.data

    # Private

    def _outcome(self, command: str, occasion: Occasion, ack: Ack) -> Outcome:
        if not ack.ok:
            return Outcome(error=f'{command} failed with the error "{ack.error}"')
        if not ack.response:
            return Outcome()
        try:
            said = self.services.answers.say(occasion, ack.response, through=command)
        except SlackError as refusal:
            self.services.state.note(command, f"{refusal.code}: {refusal.problem}")
            return Outcome(error=f'{command} failed with the error "{refusal.code}"')
        if said is not None and said.ephemeral_for is None:
            return Outcome(message=said)
        return Outcome(ephemeral=said)

    async def _interact(self, parcel: Parcel, times: int) -> None:
        for _ in range(times):
            ack = await self.services.deliveries.ask(parcel)
            if not ack.ok:
                self.warnings.append(_WARNING)
                self.services.state.tell()

    def _channel(self, channel: Channel | str) -> Channel:
        found = self.services.state.channels[channel] if isinstance(channel, str) else channel
        if not self._may_look(found):
            raise LookupError(f"{self.name} is not in {found.name}")
        return found

    def _may_look(self, channel: Channel) -> bool:
        return channel.team is self.team and (channel.is_public or self.id in channel.members)

    def _message(self, channel: Channel | str, ts: str) -> Message:
        for message in self.sees(channel):
            if message.ts == ts:
                return message
        raise LookupError(f"{self.name} sees no message {ts}")
