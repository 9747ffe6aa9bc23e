"""The result of one check of the doctor: a line for the administrator, and what to do about it."""

from dataclasses import dataclass
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One line of a report. Neither text nor advice contains a secret.

    Attributes:
        subject: what was checked: a model's name, the address of a service, a setting.
        severity: "problem": something does not work now; "warning": something will or may fail; "fine": all is well.
        text: one sentence.
        advice: what to change; None if nothing has to be done.
    """

    subject: str
    severity: Literal["problem", "warning", "fine"]
    text: str
    advice: str | None = None

    @classmethod
    def ok(cls, subject: str, text: str) -> Self:
        return cls(subject, "fine", text)

    @classmethod
    def warning(cls, subject: str, text: str, advice: str) -> Self:
        return cls(subject, "warning", text, advice)

    @classmethod
    def problem(cls, subject: str, text: str, advice: str) -> Self:
        return cls(subject, "problem", text, advice)
