"""Whom a picture is drawn for, as OpenAI may know it: always the same name for a person, and never who they are."""

import hashlib
import hmac

from bot.domain.people import Person


class SafetyIdentifiers:
    """Args: secret: Easel's own, so that nobody else can find out which person a name stands for."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def for_person(self, person: Person) -> str:
        """64 hex digits; OpenAI takes up to 128 characters and asks for a hash."""
        return hmac.new(self._secret, person.key.encode(), hashlib.sha256).hexdigest()
