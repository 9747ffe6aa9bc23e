"""What Slack finds out about a file by looking into it."""

import io
import mimetypes

from PIL import Image

from tests.emulators.slack.things import File

# As browsers and Slack name them, whatever the file is called.
_MAGIC: tuple[tuple[bytes, int, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", "png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", "jpg"),
    (b"GIF8", 0, "image/gif", "gif"),
    (b"WEBP", 8, "image/webp", "webp"),
    (b"ftypheic", 4, "image/heic", "heic"),
    (b"ftypavif", 4, "image/avif", "avif"),
    (b"<svg", 0, "image/svg+xml", "svg"),
    (b"%PDF", 0, "application/pdf", "pdf"),
)
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def look_into(file: File, *, claimed: str | None = None) -> None:
    """Finds type and size; `claimed` is a type that the uploader's browser gave, which wins where nothing is known."""
    for magic, offset, mimetype, filetype in _MAGIC:
        if file.data[offset : offset + len(magic)] == magic:
            file.mimetype, file.filetype = mimetype, filetype
            break
    else:
        guessed = claimed or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        file.mimetype, file.filetype = guessed, file.name.rpartition(".")[2].lower() or "binary"
    file.width_px, file.height_px = _size(file.data) if file.mimetype.startswith("image/") else (0, 0)


def thumbnail(file: File, edge_px: int) -> tuple[bytes, str]:
    """Slack's own small PNG of a picture, and its type; a grey one where this machine cannot read the original."""
    try:
        picture = Image.open(io.BytesIO(file.data))
        picture.load()
    except _UNREADABLE:
        picture = Image.new("RGB", (edge_px, edge_px), "grey")
    picture.thumbnail((edge_px, edge_px))
    written = io.BytesIO()
    picture.convert("RGBA").save(written, "PNG", compress_level=1)
    return written.getvalue(), "image/png"


def _size(data: bytes) -> tuple[int, int]:
    try:
        return Image.open(io.BytesIO(data)).size
    except _UNREADABLE:
        return 0, 0
