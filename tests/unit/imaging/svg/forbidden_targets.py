"""Files and a server that no drawing may ever reach, and a watch on both."""

import ctypes
import os
import shutil
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.builders import a_picture, encoded
from tests.paths import ROOT
from tests.unit.imaging.svg.hostile_drawings import BAIT_COLOUR

_OPENED = 0x20
"""IN_OPEN of inotify(7): the kernel reports every process that opens a file of the folder."""
_COLOUR = "#" + bytes(BAIT_COLOUR).hex()
_FONT = ROOT / "bot" / "imaging" / "fonts" / "DejaVuSans.ttf"


class Bait:
    """`was_taken` tells whether a file was opened, `visited` how often somebody connected."""

    def __init__(self, folder: Path, port: int, watch: int) -> None:
        self.folder = folder
        self.port = port
        self.visited = 0
        self._watch = watch

    def laid_in(self, hostile: str) -> str:
        return hostile.replace("@DIR@", str(self.folder)).replace("@PORT@", str(self.port))

    def was_taken(self) -> bool:
        """Since it was asked last."""
        try:
            return bool(os.read(self._watch, 65_536))
        except BlockingIOError:
            return False


@contextmanager
def laid_out(folder: Path) -> Generator[Bait]:
    """Bait of every kind that a drawing could ask for."""
    folder.joinpath("bait.png").write_bytes(encoded(a_picture(60, 60, BAIT_COLOUR), "PNG"))
    folder.joinpath("bait.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><linearGradient id="paint">'
        f'<stop stop-color="{_COLOUR}"/></linearGradient><mask id="m"/><text id="words">bait</text>'
        f'<rect id="it" width="60" height="60" fill="{_COLOUR}"/></svg>'
    )
    folder.joinpath("bait.css").write_text(f"rect{{fill:{_COLOUR}}}")
    folder.joinpath("bait.txt").write_text("bait")
    folder.joinpath("bait.dtd").write_text('<!ENTITY bait "bait">')
    shutil.copy(_FONT, folder / "bait.ttf")
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watch, bytes(folder), _OPENED) >= 0

    class Visit(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            bait.visited += 1

    with socketserver.TCPServer(("127.0.0.1", 0), Visit) as server:
        bait = Bait(folder, server.server_address[1], watch)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield bait
        finally:
            server.shutdown()
            os.close(watch)
