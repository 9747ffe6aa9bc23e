"""Shows the progress of a job on standard error: a changing line in a terminal, separate lines otherwise."""

import re
import shutil
from typing import TextIO

from adapters.terminal.render import is_final, status_line
from bot.presentation.card import Card


class ProgressLine:
    """Shows status cards on `stream`. A final card clears the line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._last_title = ""

    def show(self, card: Card) -> None:
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write("\r\x1b[K" + ("" if is_final(card) else status_line(card, width)))
        elif not is_final(card):
            # Compared without digits, so that the elapsed time alone prints no new line.
            title = re.sub(r"\d+", "", card.title)
            if title != self._last_title:
                self._last_title = title
                self._write(f"{status_line(card, 200)}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
