"""Classifies attached files by declared type and name, and decodes text files.

Declared types and names are not reliable: the bytes are checked after the download.
"""

import codecs
import re
from typing import Final, Literal

from bot.domain.known_files import known_by_ending, known_by_type
from bot.domain.pictures import Attachment

FileKind = Literal["picture", "text", "other"]

MAX_TEXT_FILE_BYTES: Final = 256 * 1024
"""The longest prompt with its flags, 36,000 characters, takes 144 KB in the widest encoding."""

_UNSPECIFIC_TYPES: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Types without information: the file extension decides."""
_TEXT_TYPES: Final = frozenset(
    {"application/json", "application/x-yaml", "application/yaml", "application/toml", "application/x-subrip"}
)
_TEXT_ENDINGS: Final = frozenset("txt text md markdown csv tsv log json yaml yml toml rst srt".split())  # noqa: SIM905
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MAX_CONTROL_SHARE: Final = 0.02
"""With a larger share of control characters, the bytes are not text."""
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def classify_file(attachment: Attachment) -> FileKind:
    """The kind of file; "picture" if neither type nor extension says otherwise."""
    if attachment.role != "picture":
        return "picture"
    mime, ending = _mime_type(attachment), _file_extension(attachment)
    if ending in _TEXT_ENDINGS and (mime in _UNSPECIFIC_TYPES or mime.startswith("image/")):
        return "text"
    if mime in _UNSPECIFIC_TYPES:
        return "other" if known_by_ending(ending) is not None else "picture"
    if mime.startswith("image/"):
        return "picture"
    if mime in _TEXT_TYPES or (mime.startswith("text/") and known_by_type(mime) is None):
        return "text"
    return "other"


def describe_file(attachment: Attachment) -> str:
    """The name of a file that is no picture, such as "a PDF"."""
    known = known_by_type(_mime_type(attachment)) or known_by_ending(_file_extension(attachment))
    return known.name if known is not None else "no image"


def decode_text(data: bytes) -> str | None:
    """The text of a file in any common encoding; None if it is not text."""
    text = _decode(data)
    controls = len(_CONTROL.findall(text))
    return None if controls > len(text) * _MAX_CONTROL_SHARE else text


def _decode(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data[:4096]:
        # UTF-16 without a byte order mark: one byte of most European letters is zero.
        zeros = data[:4096]
        is_little = zeros[1::2].count(0) >= zeros[::2].count(0)
        return data.decode("utf-16-le" if is_little else "utf-16-be", errors="replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _mime_type(attachment: Attachment) -> str:
    return (attachment.mime or "").partition(";")[0].strip().casefold()


def _file_extension(attachment: Attachment) -> str:
    return attachment.name.rpartition(".")[2].casefold() if "." in attachment.name else ""
