"""What typed words can mean."""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.requests import PromptSpec, VersionName

Sense = Literal["edit", "again", "talk", "unclear"]
"""What words in a thread are meant as: to change a picture, to draw the same again, for other people; or who knows."""


@dataclass(frozen=True, slots=True)
class Imagine:
    spec: PromptSpec


@dataclass(frozen=True, slots=True)
class Edit:
    """Words in a thread, or from the edit form: they change the picture that `wish.on` or the reply names.

    `sense` is what they sound like. With attachments they are an edit, and with flags they are no talk.
    """

    spec: PromptSpec
    sense: Sense = field(default="edit", compare=False)


@dataclass(frozen=True, slots=True)
class Undo:
    """The thread's newest version becomes its parent."""


@dataclass(frozen=True, slots=True)
class BackTo:
    version: VersionName


@dataclass(frozen=True, slots=True)
class Tree:
    """Show the thread's versions as a picture."""


@dataclass(frozen=True, slots=True)
class Show:
    """A private answer: `help`, `models` or `usage`."""

    topic: Literal["help", "models", "usage"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """`/imagine defaults [flags]`: what I want when I say nothing. `clear` forgets them; no flags shows them."""

    spec: PromptSpec
    clear: bool = False


Command = Imagine | Edit | Undo | BackTo | Tree | Show | Defaults
