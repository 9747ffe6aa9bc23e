"""Showing a job at work on standard error: one line that changes in a terminal, plain lines elsewhere."""

import re
import shutil
from typing import TextIO

from adapters.terminal.render import is_final, status_line
from bot.presentation.card import Card


class ProgressLine:
    """Shows status cards on `stream`; a final card clears the line, for what is printed next."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._last_title = ""

    def show(self, card: Card) -> None:
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write("\r\x1b[K" + ("" if is_final(card) else status_line(card, width)))
        elif not is_final(card):
            # Without its numbers a title changes only when something happens, not every second.
            title = re.sub(r"\d+", "", card.title)
            if title != self._last_title:
                self._last_title = title
                self._write(f"{status_line(card, 200)}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
