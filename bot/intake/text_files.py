"""Reads attached text files as part of the prompt: platforms turn long messages into text files."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from bot.domain.events import CommandTyped, FormSubmitted, MessagePosted
from bot.domain.files import MAX_TEXT_FILE_BYTES, classify_file, decode_text
from bot.domain.ids import PlatformName
from bot.domain.pictures import Attachment
from bot.errors import BadCommand, BadPicture, TooLarge
from bot.imaging.probe import stored_format
from bot.ports import Platform
from bot.presentation.attachments import too_long
from bot.texts import command_errors, image_errors

_FETCH_TIMEOUT_S: Final = 10.0
"""For all files of one event: the platform waits for the acknowledgement."""

_E = TypeVar("_E", CommandTyped, MessagePosted, FormSubmitted)


class TextFiles:
    """Reads text files.

    Args:
        platforms: by name; they fetch the attachments.
    """

    def __init__(self, platforms: Mapping[PlatformName, Platform]) -> None:
        self._platforms = platforms

    async def read(self, event: _E) -> _E:
        """Returns the event with the content of its text files appended to the text, and without these files.

        Raises:
            BadCommand: a file is longer than a prompt can be.
            BadPicture: a file contains no text, or was deleted.
            Transient: a file could not be fetched in time.
        """
        if not any(classify_file(attachment) == "text" for attachment in event.attachments):
            return event
        words: list[str] = []
        kept: list[Attachment] = []
        try:
            async with asyncio.timeout(_FETCH_TIMEOUT_S):
                for attachment in event.attachments:
                    text = await self._read_text(attachment, event.place.platform)
                    if text is None:
                        kept.append(attachment)
                    else:
                        words.append(text)
        except TimeoutError as error:
            raise command_errors.text_file_timed_out() from error
        return _add_text(event, words, tuple(kept))

    async def _read_text(self, attachment: Attachment, platform: PlatformName) -> str | None:
        """Returns the file's text; None for other files, and for pictures with any file name."""
        if classify_file(attachment) != "text":
            return None
        try:
            if (attachment.bytes_count or 0) > MAX_TEXT_FILE_BYTES:
                raise too_long(attachment.name)
            data = await self._platforms[platform].fetch(attachment, max_bytes=MAX_TEXT_FILE_BYTES)
        except (TooLarge, BadCommand) as problem:
            if (attachment.mime or "").startswith("image/"):
                return None
            raise too_long(attachment.name) from problem
        if _is_picture(data):
            return None
        text = decode_text(data)
        if text is None:
            raise image_errors.neither_image_nor_text(attachment.name)
        return text


def _add_text(event: _E, words: list[str], attachments: tuple[Attachment, ...]) -> _E:
    match event:
        case FormSubmitted():
            prompt = _join_text(event.values.get("prompt", ""), words)
            return replace(event, values={**event.values, "prompt": prompt}, attachments=attachments)
        case _:
            return replace(event, text=_join_text(event.text, words), attachments=attachments)


def _join_text(typed: str, words: list[str]) -> str:
    return "\n".join(part for part in (typed, *(word.strip() for word in words)) if part.strip())


def _is_picture(data: bytes) -> bool:
    try:
        stored_format(data)
    except BadPicture:
        return False
    return True
