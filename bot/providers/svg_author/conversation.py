"""What is said to a text model and what it answers, whatever the interface it is reached by."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.catalog.model import Effort, Model
from bot.domain.usage import Usage

Phase = Literal["commentary", "final_answer"]
"""OpenAI's label on a model's own messages: when they are sent back without it, codex models answer worse."""

OnText = Callable[[str], Awaitable[None]]
"""Is told the answer as far as it is written, again and again. The stream waits meanwhile."""


@dataclass(frozen=True, slots=True)
class VisionInput:
    """A picture for a model that sees: what it is, and its bytes as a data URL."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `pictures` follow the words."""

    role: Literal["user", "assistant"]
    text: str
    pictures: tuple[VisionInput, ...] = ()
    phase: Phase | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that a model is told: nothing is kept on the server between two calls."""

    instructions: str
    turns: tuple[Turn, ...]

    def with_answer(self, answer: "ModelReply", reply: str) -> "Conversation":
        """The same with the model's answer and our reply to it."""
        told = Turn("assistant", answer.text, phase=answer.phase)
        return replace(self, turns=(*self.turns, told, Turn("user", reply)))

    def with_request(self, remark: str) -> "Conversation":
        """The same with something added to the last turn, for asking anew."""
        *earlier, last = self.turns
        return replace(self, turns=(*earlier, replace(last, text=f"{last.text}\n\n{remark}")))


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call: a conversation put to a model.

    `effort` and `identifier` (of the asker) are None where they are not sent; without `hear` nothing is streamed.
    """

    model: Model
    conversation: Conversation
    effort: Effort | None = None
    identifier: str | None = None
    on_text: OnText | None = None


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What came back. `usage` is None where the server reported none.

    `cut_short` says that the limit of tokens ended it, `refused` that the model or a filter declined.
    """

    text: str
    usage: Usage | None
    cut_short: bool = False
    refused: bool = False
    phase: Phase | None = None
