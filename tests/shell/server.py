"""Where commands are born: each is a fork of this process, which has imported all that they need.

A start then costs a tenth of what Python's imports do. Each command comes by a connection of its own, as a JSON object
with its descriptors for output and errors; what goes back is its pid and, when it has ended, its exit status. The
server ends when its standard input does, which is the end of the tests that started it.
"""

import gc
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import TypedDict

import adapters.cli.doctor
import adapters.slack.platform
import adapters.slack.setup.doctor
import adapters.terminal.imagine
from adapters.app import bootstrap
from adapters.cli import main as cli
from tests.clock import hold_the_date

_IMPORTED = (
    adapters.cli.doctor,
    adapters.slack.setup.doctor,
    adapters.slack.platform,
    adapters.terminal.imagine,
    bootstrap,
)
_MAX_ORDER_BYTES = 256 * 1024


class Order(TypedDict):
    args: list[str]
    env: dict[str, str]
    folder: str


def main(path: Path) -> None:
    hold_the_date()
    gc.freeze()  # what was imported is shared with every child for as long as no collection writes to it
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, selectors.DefaultSelector() as selector:
        listener.bind(str(path))
        listener.listen()
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        os.write(sys.stdout.fileno(), b"ready\n")
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return None
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    order, pid = _born(connection)
                    if pid == 0:
                        selector.close()
                        return _live(order)
                    selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (connection, pid))
                    continue
                selector.unregister(key.fileobj)
                os.close(key.fd)
                connection, pid = key.data
                _, status = os.waitpid(pid, 0)
                connection.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())
                connection.close()


def _born(connection: socket.socket) -> tuple[Order, int]:
    data, streams, _, _ = socket.recv_fds(connection, _MAX_ORDER_BYTES, 2)
    order: Order = json.loads(data)
    pid = os.fork()
    if pid == 0:
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream, number)
    else:
        connection.send(f"{pid}\n".encode())
    for stream in streams:
        os.close(stream)
    return order, pid


def _live(order: Order) -> None:
    """Ends as `python -m adapters.cli.main` does: by leaving this module."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    # What Python knows of its streams is of those that this process was forked with.
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["folder"])
    cli.main(order["args"], prog_name="easel")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
