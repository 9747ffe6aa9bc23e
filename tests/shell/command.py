"""`easel` commands in processes of their own, as `subprocess` would start them, but quicker: see `server`."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.clock import PATIENCE_S
from tests.paths import ROOT


class Ended(NamedTuple):
    """What a process left behind. `output` and `errors` are what it wrote."""

    status: int
    output: str
    errors: str


class Command:
    """A command that runs, or has ended. `stdout` and `stderr` are what it writes."""

    def __init__(self, args: Sequence[str], *, env: Mapping[str, str], folder: Path) -> None:
        out, theirs_out = os.pipe()
        err, theirs_err = os.pipe()
        self.stdout = os.fdopen(out, encoding="utf-8")
        self.stderr = os.fdopen(err, encoding="utf-8")
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(str(_server()))
        order = json.dumps({"args": list(args), "env": dict(env), "folder": str(folder)}).encode()
        socket.send_fds(self._connection, [order], [theirs_out, theirs_err])
        for descriptor in (theirs_out, theirs_err):
            os.close(descriptor)
        self.pid = int(self._connection.recv(64))
        self.returncode: int | None = None

    def send_signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Does nothing to one that has ended."""
        if self.returncode is None:
            self.send_signal(signal.SIGKILL)

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Its exit status; minus the signal's number where a signal ended it. Raises TimeoutError."""
        if self.returncode is None:
            self._connection.settimeout(timeout_s)
            self.returncode = int(self._connection.recv(64))
        return self.returncode

    def ended(self) -> Ended:
        """What is left of it, once it has ended by itself."""
        with ThreadPoolExecutor(1) as reader:
            errors = reader.submit(self.stderr.read)
            output = self.stdout.read()
        return Ended(self.wait(), output, errors.result())

    def close(self) -> None:
        """It is gone afterwards, whatever becomes of it."""
        self.kill()
        self.wait()
        for opened in (self.stdout, self.stderr, self._connection):
            opened.close()


@contextmanager
def started(args: Sequence[str], *, env: Mapping[str, str], folder: Path) -> Generator[Command]:
    command = Command(args, env=env, folder=folder)
    try:
        yield command
    finally:
        command.close()


def run(args: Sequence[str], *, env: Mapping[str, str], folder: Path) -> Ended:
    """A command from beginning to end."""
    with started(args, env=env, folder=folder) as command:
        return command.ended()


@cache
def _server() -> Path:
    """Where the one of this test process listens. It ends with us, as its standard input does."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "shell"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.shell.server", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        process.communicate()
        folder.cleanup()

    atexit.register(end)
    return path
