"""Interactions with messages and menus: `block_actions`, `message_action` and `shortcut`."""

from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from adapters.slack.payloads.messages import Message
from adapters.slack.payloads.parsing import Part, Text, parser


@dataclass(frozen=True, slots=True)
class User:
    """The person who acts. Slack sends the name as `name`, or as `username`."""

    id: str
    name: Text = ""
    username: Text = ""

    @property
    def shown_name(self) -> str:
        return self.name or self.username


@dataclass(frozen=True, slots=True)
class Channel:
    id: Text = ""


@dataclass(frozen=True, slots=True)
class Container:
    """Where a button was pressed; without fields on the App Home."""

    channel_id: Text = ""
    message_ts: Text = ""
    thread_ts: Text = ""


@dataclass(frozen=True, slots=True)
class SelectedOption:
    """The option that is chosen in a menu."""

    value: str


@dataclass(frozen=True, slots=True)
class BlockAction:
    """A press of a button, with its `value`, or a choice in a menu."""

    action_id: Text = ""
    action_ts: Text = ""
    value: Text = ""
    selected_option: SelectedOption | None = None


@dataclass(frozen=True, slots=True)
class BlockActions:
    """Buttons that were pressed, or menus in which something was chosen: Slack sends one at a time."""

    trigger_id: str
    user: User
    actions: Annotated[tuple[BlockAction, ...], Field(min_length=1)]
    container: Part[Container] = Container()
    channel: Part[Channel] = Channel()
    response_url: Text = ""

    @property
    def channel_id(self) -> str:
        return self.container.channel_id or self.channel.id

    @property
    def root_ts(self) -> str | None:
        """The ts of the message that the thread hangs on, or would; None on the App Home."""
        return self.container.thread_ts or self.container.message_ts or None


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A message shortcut, or a global one, which has no channel and no message."""

    trigger_id: str
    user: User
    channel: Part[Channel] = Channel()
    message: Part[Message] = field(default_factory=Message)
    response_url: Text = ""

    @property
    def root_ts(self) -> str | None:
        """The ts of the message that the thread hangs on, or would; None for a global shortcut."""
        return self.message.thread_ts or self.message.ts or None


parse_block_actions: Final = parser(BlockActions)
parse_shortcut: Final = parser(Shortcut)
