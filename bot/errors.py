"""The error classes of the core. Each error carries a text that is shown to a person.

    EaselError
    ├── PersonError          the person who asked can fix it
    │   ├── BadCommand       the typed text is wrong: a flag, its value, the prompt
    │   ├── BadPicture       an attached or named picture cannot be used
    │   │   └── TooLarge     it has more bytes than may be fetched
    │   ├── NotFound         a version, picture or job does not exist (any more)
    │   └── NotAllowed       the picture or job belongs to someone else
    ├── Refused              the provider's safety system refused: never retried, never counted
    ├── AdminError           only the administrator can fix it: keys, disk, database, settings
    │   └── PlaceClosed      the channel is gone or closed to us: a result can only go to the asker directly
    ├── Transient            a retry may succeed: overload, rate limits, connections
    └── OutcomeUnknown       a paid call may or may not have happened: never repeated automatically

An error answers four questions: what to show the person (`text`), what they can do (`hint`), whether a retry can
help (`retryable`, `retry_after_s`), and whether it is certain that nothing was paid (`outcome_known`).
`text` and `hint` must not contain a key, a path or a stack trace: they are shown in a chat unchanged.
The texts are in `bot.texts` and in the `errors` of each platform.
"""

from typing import ClassVar


class EaselError(Exception):
    """Base class of all errors. Raise one of its subclasses.

    Args:
        text: one plain sentence, shown to the person unchanged.
        hint: what the person can do about it, shown below `text`; None if there is nothing to add.
        retry_after_s: seconds to wait, as the service requested; None if it did not say.
    """

    retryable: ClassVar[bool] = False
    outcome_known: ClassVar[bool] = True

    def __init__(self, text: str, *, hint: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint
        self.retry_after_s = retry_after_s


class PersonError(EaselError):
    """The person who asked can fix it."""


class BadCommand(PersonError):
    """The typed command cannot be carried out; `hint` suggests the nearest possible one."""


class BadPicture(PersonError):
    """A file is not a picture, is damaged, or is too large."""


class TooLarge(BadPicture):
    """A file has more bytes than may be fetched."""


class NotFound(PersonError):
    """A version, picture or job does not exist here (any more)."""


class NotAllowed(PersonError):
    """The job or picture belongs to someone else."""


class Refused(EaselError):
    """The provider's safety system refused the request."""


class AdminError(EaselError):
    """Only the administrator can fix it; `hint` says how."""


class PlaceClosed(AdminError):
    """The channel was archived or deleted, or Easel was removed from it: nothing can be posted there."""


class Transient(EaselError):
    """A later retry may succeed. The text promises no retry: only the code that does retry may announce one."""

    retryable = True


class OutcomeUnknown(EaselError):
    """The connection broke after a paid request was sent, so it may have been charged."""

    outcome_known = False
