"""The interaction `view_submission`: a modal with what was entered in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from adapters.slack.payloads.files import File
from adapters.slack.payloads.interactivity import SelectedOption, User
from adapters.slack.payloads.parsing import OrNone, Text, parser


@dataclass(frozen=True, slots=True)
class PlainTextInput:
    type: Literal["plain_text_input"]
    value: str | None = None


@dataclass(frozen=True, slots=True)
class StaticSelect:
    type: Literal["static_select"]
    selected_option: SelectedOption | None = None


@dataclass(frozen=True, slots=True)
class FileInput:
    """All but the id of a file are claims, and may be missing until Slack has looked at it."""

    type: Literal["file_input"]
    files: tuple[File, ...] | None = None


@dataclass(frozen=True, slots=True)
class ConversationsSelect:
    type: Literal["conversations_select"]
    selected_conversation: str | None = None


InputValue: TypeAlias = Annotated[
    PlainTextInput | StaticSelect | FileInput | ConversationsSelect, Field(discriminator="type")
]


@dataclass(frozen=True, slots=True)
class ViewState:
    """What was entered: the value of each input, by the id of its block and then by the id of its action."""

    values: Mapping[str, Mapping[str, InputValue]]


@dataclass(frozen=True, slots=True)
class ViewBlock:
    block_id: Text = ""


@dataclass(frozen=True, slots=True)
class View:
    """A modal. `state` is None where it holds other inputs than ours."""

    id: str
    blocks: tuple[ViewBlock, ...]
    private_metadata: Text = ""
    state: Annotated[ViewState | None, OrNone] = None


@dataclass(frozen=True, slots=True)
class FormMetadata:
    """The `private_metadata` that Easel gives its modals, and gets back with them.

    Attributes:
        target: the job that the form belongs to; empty for none.
        channel, thread_ts: where it was opened; the channel is empty for a form that asks where to draw.
        files: the `ref` and the name of each picture that is to be edited.
    """

    target: str
    channel: str
    thread_ts: str | None
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ViewSubmission:
    user: User
    view: View


parse_form_metadata: Final = parser(FormMetadata)
parse_view_submission: Final = parser(ViewSubmission)
