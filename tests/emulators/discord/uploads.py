"""Files on their way into Discord: from the app, and from the hands of people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.emulators.discord.calls import ApiCall, SentFile
from tests.emulators.discord.checking.findings import Findings
from tests.emulators.discord.messages import Attachment
from tests.emulators.discord.pictures import size_px, type_by_content, type_by_name
from tests.emulators.discord.problems import ApiError
from tests.emulators.discord.state import State

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class FileToUpload:
    """A file in a person's hand. `name` may lie.

    Attributes:
        content_type: what Discord says of it instead of what the name's ending says; "" for nothing.
        size: what Discord says instead of the truth.
        alt: its alt text.
    """

    name: str
    data: bytes = field(repr=False)
    content_type: str | None = None
    size: int | None = None
    alt: str | None = None


def uploaded(state: State, channel_id: str, given: FileToUpload, *, is_ephemeral: bool = False) -> Attachment:
    """A person's file as Discord has it then."""
    content_type = type_by_name(given.name) if given.content_type is None else given.content_type or None
    attachment = Attachment(
        id=state.new_id(),
        channel_id=channel_id,
        filename=_NOT_IN_NAMES.sub("_", given.name),
        data=given.data,
        size=len(given.data) if given.size is None else given.size,
        content_type=content_type,
        description=given.alt,
        is_ephemeral=is_ephemeral,
    )
    return _kept(state, attachment)


def received(state: State, channel_id: str, sent: SentFile, description: str | None, *, through: str) -> Attachment:
    """The app's file as Discord has it then."""
    filename, kind = _NOT_IN_NAMES.sub("_", sent.filename), type_by_name(sent.filename)
    shown_as = type_by_content(sent.data)
    if shown_as is not None and kind != shown_as:
        state.note(through, f"{sent.filename} holds {shown_as}, which clients do not show under that name")
    if not sent.data:
        state.note(through, f"{sent.filename} is empty")
    attachment = Attachment(
        id=state.new_id(),
        channel_id=channel_id,
        filename=filename,
        data=sent.data,
        size=len(sent.data),
        content_type=kind,
        description=description,
    )
    return _kept(state, attachment)


def check_files(state: State, findings: Findings, call: ApiCall, limit_bytes: int) -> None:
    """
    Raises:
        ApiError: they are too large, which may happen to any app.
    """
    files: Mapping[int, SentFile] = call.files
    if call.size_bytes > state.request_limit_bytes or any(len(file.data) > limit_bytes for file in files.values()):
        raise ApiError(413, 40005)
    if len(files) > 10:
        findings.add(("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for number, file in files.items():
        if "\\" in file.filename or "/" in file.filename or not file.filename:
            findings.add(("files", number), "ATTACHMENT_FILENAME_INVALID", f"{file.filename!r} is no file's name")
        elif _NOT_IN_NAMES.search(file.filename):
            findings.complain(("files", number), f"{file.filename!r} will be changed: use letters, digits, . _ -")


def _kept(state: State, attachment: Attachment) -> Attachment:
    if (attachment.content_type or "").startswith("image/"):
        size = size_px(attachment.data)
        attachment.width_px, attachment.height_px = size or (None, None)
    state.attachments[attachment.id] = attachment
    return attachment
