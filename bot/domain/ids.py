"""Types of ids. All are opaque strings; only `job_id_for` derives one from another."""

import base64
import hashlib
from typing import NewType

PlatformName = NewType("PlatformName", str)
EventKey = NewType("EventKey", str)
"""The platform's own id of an event, such as `slack:T1:Ev123`: a redelivered event has the same key."""
JobId = NewType("JobId", str)
ThreadId = NewType("ThreadId", str)
VersionId = NewType("VersionId", str)
PictureId = NewType("PictureId", str)
"""The SHA-256 of the picture's bytes, 64 hex digits."""
ModelName = NewType("ModelName", str)
"""The canonical name of a catalog entry."""


def job_id_for(key: EventKey) -> JobId:
    """The id of the job that an event creates: 20 lower-case base-32 characters (100 bits) of the key's SHA-256.

    Short enough for Discord's 25-character nonce and 100-character custom ids.
    """
    digest = hashlib.sha256(key.encode()).digest()
    return JobId(base64.b32encode(digest).decode().lower()[:20])
