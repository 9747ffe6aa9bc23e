"""The child process that renders untrusted SVG and text. Run as a script; imports only its neighbours from Easel.

Before it loads libvips, it limits itself: memory, time, only files of libraries and fonts, no sockets, no other
programs. The limits also apply to the threads that libvips starts later, which open fonts on demand.

    worker.py MEMORY_BYTES CPU_S WALL_S SITE FONTS TYPEFACES svg WIDTH HEIGHT BACKGROUND  < svg  > answer
    worker.py MEMORY_BYTES CPU_S WALL_S SITE FONTS TYPEFACES text  < labels  > answer

FONTS is the folder of Easel's own fonts, TYPEFACES a JSON list of further font files. The answer starts with READY
after a self-test. Then follows the output of `drawing` or `writing`, or with exit code UNUSABLE the reason why the
input cannot be rendered. Any other exit is a kill or a crash.
"""

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from typing import Final

READY: Final = b"R"
UNUSABLE: Final = 65
FILES_AT_WORK: Final = 16
"""The limit of open files while rendering: its pipes, and one font at a time."""
_SELF_TEST_SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    b'<text y="9">a<tspan font-weight="bold">b<tspan font-style="italic">c</tspan></tspan></text></svg>'
)

_LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_SET_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2

# Landlock (landlock(7)): its system calls have the same numbers on every architecture. Version 1 restricts files,
# version 4 also TCP.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ALL_FILE_RIGHTS: Final = (1 << 13) - 1
_EXECUTE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 2, 1 << 3
_ALL_TCP_RIGHTS: Final = 0b11
_FIRST_WITH_TCP: Final = 4

# seccomp(2): by architecture, its AUDIT_ARCH value and the numbers of socket, connect, execve, execveat, ptrace and
# io_uring_setup.
_MACHINES: Final = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_OTHER_ABI: Final = 0x40000000
"""The first number of the x32 system calls of x86_64."""


def set_resource_limits(memory_bytes: int, cpu_s: int, wall_s: int) -> None:
    """Sets resource limits that the kernel enforces. The alarm ends this process even if Easel itself has died."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CPU, cpu_s),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(wall_s)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def drop_rights(readable: Iterable[str]) -> None:
    """Drops the rights to read files outside of `readable` and to open sockets, as far as the kernel supports it."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _restrict_files(libc, readable)
    _restrict_system_calls(libc)


def _restrict_files(libc: ctypes.CDLL, readable: Iterable[str]) -> None:
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    rights = struct.pack("QQ", _ALL_FILE_RIGHTS, _ALL_TCP_RIGHTS)[: 16 if version >= _FIRST_WITH_TCP else 8]
    rules = libc.syscall(_CREATE_RULESET, rights, len(rights), 0)
    for path in readable:
        if not os.path.exists(path):  # noqa: PTH110 -- this process starts for every drawing: pathlib takes as long as all
            continue
        is_folder = os.path.isdir(path)  # noqa: PTH112
        allowed = _EXECUTE | _READ_FILE | (_READ_DIRECTORY if is_folder else 0)
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", allowed, opened), 0)
        os.close(opened)
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _restrict_system_calls(libc: ctypes.CDLL) -> None:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return
    name, refused = machine
    steps = [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 1, 0, name),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, _KILL),
        *(step for call in refused for step in ((_JUMP_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _REFUSE))),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    header = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    libc.prctl(_SET_SECCOMP, _FILTER_MODE, header, 0, 0)


def main() -> None:
    *limits, site, fonts, typefaces, job = sys.argv[1:8]
    # Imported first, because Easel's own code cannot be read after rights were dropped.
    sys.path.append(__file__.removesuffix("/bot/imaging/sandbox/worker.py"))
    if job == "text":
        from bot.imaging.sandbox.writing import render_labels as work
    else:
        from bot.imaging.sandbox.drawing import rasterise as work
    sys.path.pop()
    further: list[str] = json.loads(typefaces)
    set_resource_limits(*(int(each) for each in limits))
    drop_rights((site, fonts, *further, *sys.path, *_LIBRARIES))
    sys.path.append(site)
    import pyvips

    for file in further:
        # libvips has no other way to register a font. librsvg only knows fonts that were registered before it starts.
        pyvips.Image.text("a", fontfile=file)
    # Self-test.
    pyvips.Image.svgload_buffer(_SELF_TEST_SVG).copy_memory()
    out = sys.stdout.buffer
    out.write(READY)
    out.flush()
    given = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES_AT_WORK, FILES_AT_WORK))
    try:
        out.write(work(pyvips, given, *sys.argv[8:]))
    except (pyvips.Error, ValueError) as error:
        out.write(str(error).encode("utf-8", "replace")[:2000])
        out.flush()
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
