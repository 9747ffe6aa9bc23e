"""A PostgreSQL server of the test run's own, from the machine's binaries, gone when the run ends."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.clock import PATIENCE_S

MISSING = "PostgreSQL tests not run: no PostgreSQL binaries found (Debian: postgresql)"


def find_binaries() -> Path | None:
    """The directory that holds `initdb` and `postgres`; Debian keeps it off the PATH."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        candidates.append(Path(on_path).resolve().parent)
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(asked.stdout.strip()))
    return next((found for found in candidates if (found / "initdb").exists() and (found / "postgres").exists()), None)


@contextmanager
def running_server(binaries: Path) -> Generator[str]:
    """Yields the URL prefix `postgresql://easel@127.0.0.1:PORT/`, to which a database's name is added."""
    user, group = _unprivileged_account()
    directory = Path(tempfile.mkdtemp(prefix="easel-postgres-"))
    data = directory / "data"
    os.chown(directory, user, group)
    try:
        initdb = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "easel",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, capture_output=True, cwd=directory, user=user, group=group)
        port = _free_port()
        # Nothing here has to survive a power cut, and a Unix socket's path could be too long.
        options = ["fsync=off", "full_page_writes=off", "shared_buffers=16MB", "unix_socket_directories="]
        command = [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port)]
        command += [word for option in options for word in ("-c", option)]
        with (directory / "log").open("wb") as log:
            # A session of its own: Ctrl-C in the terminal ends the tests first, and they end the server.
            server = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=directory, start_new_session=True, user=user, group=group
            )
        try:
            _wait_for(server, directory / "log")
            yield f"postgresql://easel@127.0.0.1:{port}/"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends sessions that a failed test left open
            server.wait(timeout=PATIENCE_S)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _unprivileged_account() -> tuple[int, int]:
    """User and group to run as: PostgreSQL refuses to be root, so root runs it as someone else."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return account.pw_uid, account.pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while b"ready to accept connections" not in log.read_bytes():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start:\n" + log.read_text())
        time.sleep(0.02)
