"""The conversation with a text model, independent of the API."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.catalog.model import Effort, Model
from bot.domain.usage import Usage

Phase = Literal["commentary", "final_answer"]
"""OpenAI's label on a model's messages. Codex models answer worse if messages are sent back without it."""

OnText = Callable[[str], Awaitable[None]]
"""Called repeatedly with the text written so far. The stream waits until it returns."""


@dataclass(frozen=True, slots=True)
class VisionInput:
    """A picture for a model with vision: its label and its data URL."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `pictures` follow the text."""

    role: Literal["user", "assistant"]
    text: str
    pictures: tuple[VisionInput, ...] = ()
    phase: Phase | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The whole conversation, which is sent with every call: the server stores nothing."""

    instructions: str
    turns: tuple[Turn, ...]

    def with_answer(self, answer: "ModelReply", reply: str) -> "Conversation":
        """A copy with the model's answer and our reply added."""
        model_turn = Turn("assistant", answer.text, phase=answer.phase)
        return replace(self, turns=(*self.turns, model_turn, Turn("user", reply)))

    def with_request(self, remark: str) -> "Conversation":
        """A copy with a remark added to the last turn, to ask again."""
        *earlier, last = self.turns
        return replace(self, turns=(*earlier, replace(last, text=f"{last.text}\n\n{remark}")))


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call to a model.

    `effort` and `identifier` (of the asker) are not sent if None; without `on_text` nothing is streamed.
    """

    model: Model
    conversation: Conversation
    effort: Effort | None = None
    identifier: str | None = None
    on_text: OnText | None = None


@dataclass(frozen=True, slots=True)
class ModelReply:
    """The model's answer. `usage` is None if the server reported none.

    `cut_short`: the token limit ended it. `refused`: the model or a filter declined.
    """

    text: str
    usage: Usage | None
    cut_short: bool = False
    refused: bool = False
    phase: Phase | None = None
