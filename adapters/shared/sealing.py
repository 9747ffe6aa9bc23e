"""Tokens at rest: encrypted with a key that is not in the database, so that a copy of that alone opens nothing."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from bot.errors import AdminError


class TokenEncryption:
    """AES-128-CBC with HMAC-SHA256 and a fresh IV each time (Fernet).

    Args:
        secret: any text with at least 128 bits of chance in it, the same in every process.
    """

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"easel tokens " + secret.encode()).digest()))

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, sealed: str) -> str:
        """Raises AdminError for what was sealed with another key, or was changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise AdminError(
                "A stored token cannot be read: it was sealed with another key.",
                hint="Restore the file secret-key, or EASEL_SECRET_KEY, or install the app there again.",
            ) from None
