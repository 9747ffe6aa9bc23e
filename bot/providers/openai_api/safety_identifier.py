"""Pseudonymous identifiers of persons for OpenAI's safety system."""

import hashlib
import hmac

from bot.domain.people import Person


class SafetyIdentifiers:
    """Computes identifiers by HMAC with `secret`, so that nobody else can find the person behind one."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def for_person(self, person: Person) -> str:
        """The person's identifier: 64 hex digits, always the same. OpenAI accepts up to 128 characters."""
        return hmac.new(self._secret, person.key.encode(), hashlib.sha256).hexdigest()
