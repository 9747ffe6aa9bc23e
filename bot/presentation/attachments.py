"""Notes and errors about attached files that are no pictures or no text."""

from bot.domain.files import MAX_TEXT_FILE_BYTES, describe_file
from bot.domain.pictures import Attachment
from bot.domain.prompts import MAX_PROMPT_CHARS
from bot.errors import BadCommand, BadPicture
from bot.texts import command_errors, image_errors


def left_out_note(attachment: Attachment, label: str = "") -> str:
    """A note that the file was ignored. `label` is its detected type, if its bytes were checked."""
    return f"{image_errors.explanation(attachment.name, label or describe_file(attachment))}, so it was left out."


def not_a_picture(attachment: Attachment, label: str = "") -> BadPicture:
    """The error for an edit without any other picture."""
    return image_errors.not_an_image(attachment.name, label or describe_file(attachment))


def too_long(name: str) -> BadCommand:
    """The error for a text file that is longer than any prompt may be."""
    return command_errors.text_file_too_long(
        name, max_kb=MAX_TEXT_FILE_BYTES // 1024, max_prompt_chars=MAX_PROMPT_CHARS
    )
