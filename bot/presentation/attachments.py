"""Notes and errors about attached files that are no pictures or no text."""

from typing import Final

from bot.domain.files import MAX_TEXT_FILE_BYTES, describe_file
from bot.domain.pictures import Attachment
from bot.domain.prompts import MAX_PROMPT_CHARS
from bot.errors import BadCommand, BadPicture

_ADVICE: Final = {
    "a PDF": "Export the page as PNG and send that.",
    "a video": "Send a screenshot of it.",
    "a ZIP archive": "Send the picture in it.",
    "an archive": "Send the picture in it.",
    "a RAR archive": "Send the picture in it.",
    "a 7-Zip archive": "Send the picture in it.",
    "a gzip archive": "Send the picture in it.",
    "a ZIP archive or an office document": "Send the picture in it.",
    "a web page": "Send a screenshot of it, or the picture itself.",
    "an office document": "Export the page as PNG, or send the picture in it.",
}


def left_out_note(attachment: Attachment, label: str = "") -> str:
    """A note that the file was ignored. `label` is its detected type, if its bytes were checked."""
    return f"{_explanation(attachment, label)}, so it was left out."


def not_a_picture(attachment: Attachment, label: str = "") -> BadPicture:
    """The error for an edit without any other picture."""
    advice = _ADVICE.get(label or describe_file(attachment), "Send a PNG, JPEG or WebP picture.")
    return BadPicture(f"{_explanation(attachment, label)}.", hint=advice)


def too_long(name: str) -> BadCommand:
    """The error for a text file that is longer than any prompt may be."""
    return BadCommand(
        f"{name} is longer than {MAX_TEXT_FILE_BYTES // 1024} KB.",
        hint=f"A prompt has at most {MAX_PROMPT_CHARS:,} characters: say it in fewer words.",
    )


def no_text(name: str) -> BadPicture:
    """The error for a file that was expected to be text."""
    return BadPicture(f"{name} is neither a picture nor text.", hint="Attach a picture, or type what you want.")


def _explanation(attachment: Attachment, label: str) -> str:
    label = label or describe_file(attachment)
    return f"{attachment.name} is {label}" + ("" if label == "no picture" else ", not a picture")
