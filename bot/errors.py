"""Everything that can go wrong, in words for the person who has to act on it.

    EaselError
    ├── PersonError          the asker can put it right
    │   ├── BadCommand       the typed words: a flag, its value, the prompt
    │   ├── BadPicture       an attached or named picture cannot be used
    │   │   └── TooLarge     it has more bytes than may be fetched
    │   ├── NotFound         a version, picture or job that is not there (any more)
    │   └── NotAllowed       someone else's picture or job
    ├── Refused              the provider's safety system said no: never retried, never counted
    ├── AdminError           only who runs Easel can put it right: keys, disk, database, settings
    │   └── PlaceClosed      the conversation is gone or closed to us: what is for it can only go to the asker
    ├── Transient            worth trying again: overload, rate limits, connections
    └── OutcomeUnknown       a paid call may or may not have happened: never silently repeated

An error answers four questions: what to tell the person (`text`), what they can do (`hint`), whether trying
again can help (`retryable`, `retry_after_s`), and whether we know that nothing was paid (`outcome_known`).
No text may hold a key, a path or a stack trace: it is shown in a chat as it is.
"""

from typing import ClassVar


class EaselError(Exception):
    """Base of the tree; raise one of its leaves.

    Args:
        text: one plain sentence for the person, shown as it is.
        hint: what they can do about it, shown below; None where `text` says it all.
        retry_after_s: seconds the other side asked us to wait, None where it named none.
    """

    retryable: ClassVar[bool] = False
    outcome_known: ClassVar[bool] = True

    def __init__(self, text: str, *, hint: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint
        self.retry_after_s = retry_after_s


class PersonError(EaselError):
    """The asker can put it right."""


class BadCommand(PersonError):
    """The typed words cannot be honoured; `hint` names the nearest thing that can."""


class BadPicture(PersonError):
    """An attached picture is not one, is damaged, or is too large."""


class TooLarge(BadPicture):
    """A file of more bytes than were asked for."""


class NotFound(PersonError):
    """A version, picture or job that does not exist here, or not any more."""


class NotAllowed(PersonError):
    """The job or picture belongs to someone else."""


class Refused(EaselError):
    """The provider's safety system said no."""


class AdminError(EaselError):
    """Only the person who runs Easel can put it right; `hint` tells them how."""


class PlaceClosed(AdminError):
    """A channel that was archived, deleted or left: nothing can be posted there."""


class Transient(EaselError):
    """Trying again later can help. It promises nothing: whoever tries again says so, and nobody else."""

    retryable = True


NOT_REPEATED = "It is not drawn again by itself. Press Again if you want to pay for another try."
"""The hint of every `OutcomeUnknown` that another try could put right."""


class OutcomeUnknown(EaselError):
    """The connection broke after a paid request went out, so it may have been paid."""

    outcome_known = False
