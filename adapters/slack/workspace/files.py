"""Files of a message, by their ids: what Slack says of them, if anything, is asked for again when they are fetched."""

from collections.abc import Sequence
from typing import cast

from adapters.slack.payloads import Payload
from bot.domain.pictures import Attachment


def attached(files: object, team: str) -> tuple[Attachment, ...]:
    listed = cast("Sequence[object]", files) if isinstance(files, list) else ()
    return tuple(_attachment(cast("Payload", file), team) for file in listed if isinstance(file, dict))


def images(files: object, team: str) -> tuple[Attachment, ...]:
    """Those that may be pictures. A stub (Slack Connect) says nothing of its type, so it may be one."""
    return tuple(file for file in attached(files, team) if file.mime is None or file.mime.startswith("image/"))


def file_ref(team: str, file: str) -> str:
    """How an attachment names its file: whoever fetches it knows nothing but this."""
    return f"{team}/{file}"


def _attachment(file: Payload, team: str) -> Attachment:
    mime, size = file.get("mimetype"), file.get("size")
    if file.get("mode") == "snippet":
        mime = "text/plain"  # whatever language Slack takes it for
    return Attachment(
        ref=file_ref(team, str(file.get("id", ""))),
        name=str(file.get("name") or file.get("title") or "image"),
        mime=mime if isinstance(mime, str) and mime else None,
        bytes_count=size if isinstance(size, int) else None,
    )
