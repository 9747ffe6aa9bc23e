"""Signed links to files, good for a day."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from tests.emulators.discord.messages import Attachment
from tests.emulators.discord.state import State


def attachment_path(attachment: Attachment) -> str:
    where = "ephemeral-attachments" if attachment.is_ephemeral else "attachments"
    return f"/{where}/{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"


def links_to(state: State, attachment: Attachment) -> tuple[str, str]:
    """To the file itself and to the media proxy's copy of it: new ones each time they are asked for."""
    path = attachment_path(attachment)
    now_s = state.clock.now_s()
    expires, issued = int(now_s + state.link_limit_s), int(now_s)
    signed = f"{path}?ex={expires:x}&is={issued:x}&hm={_sign(state, path, expires, issued)}&"
    return state.cdn_url + signed, state.media_url + signed


def is_good(state: State, path: str, query: Mapping[str, str]) -> bool:
    """Whether a link was signed here, and not too long ago."""
    try:
        expires, issued = int(query.get("ex", ""), 16), int(query.get("is", ""), 16)
    except ValueError:
        return False
    signature = _sign(state, path, expires, issued)
    return hmac.compare_digest(signature, query.get("hm", "")) and state.clock.now_s() < expires


def proxied(state: State, url: str) -> str:
    """The media proxy's address of something that is elsewhere."""
    signature = hmac.new(state.link_secret.encode(), url.encode(), hashlib.sha256).hexdigest()[:16]
    return f"{state.media_url}/external/{signature}/{quote(url, safe='')}"


def _sign(state: State, path: str, expires: int, issued: int) -> str:
    text = f"{path}:{expires}:{issued}"
    return hmac.new(state.link_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
