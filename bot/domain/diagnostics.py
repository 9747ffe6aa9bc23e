"""What a check found: one line for whoever runs Easel, and what to do about it."""

from dataclasses import dataclass
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One line of an answer. Neither text nor advice holds a secret.

    Attributes:
        subject: what was looked at: a model's name, the address of a service, a setting.
        severity: "problem" keeps something from working now, "warning" will or may, "fine" needs nothing.
        text: one sentence.
        advice: what to change; None where nothing is to be done.
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
