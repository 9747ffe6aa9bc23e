"""Encrypts stored tokens with a key that is not in the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from adapters.shared import errors


class TokenEncryption:
    """Encryption with Fernet: AES-128-CBC, HMAC-SHA256 and a random IV.

    Args:
        secret: any text with at least 128 bits of entropy; must be the same in all processes.
    """

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"easel tokens " + secret.encode()).digest()))

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, sealed: str) -> str:
        """Decrypts. Raises AdminError if the text was encrypted with another key, or changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise errors.token_unreadable() from None
