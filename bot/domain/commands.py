"""The commands that typed text can mean."""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.requests import PromptSpec, VersionName

Sense = Literal["edit", "again", "talk", "unclear"]
"""The intent of a message in a thread: change a picture, draw the same again, talk to other people, or unclear."""


@dataclass(frozen=True, slots=True)
class Imagine:
    spec: PromptSpec


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a picture, typed in a thread or the edit form. `spec.on` or the reply says which picture.

    `sense` is the probable intent. With attachments it is always an edit, and with flags never talk.
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
    """Show information to the asker only."""

    topic: Literal["help", "models", "usage"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """`/imagine defaults [flags]`: set the person's defaults. `clear` removes them; without flags they are shown."""

    spec: PromptSpec
    clear: bool = False


Command = Imagine | Edit | Undo | BackTo | Tree | Show | Defaults
