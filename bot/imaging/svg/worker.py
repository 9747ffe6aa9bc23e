"""The child process that rasterises one drawing. It is run as a script, by itself: it imports nothing of Easel.

What it may do is limited before anything is loaded: memory, time, no files but libraries and typefaces, no sockets, no
other programs. The limits hold for the threads that libvips starts later, which open typefaces whenever they need them.

    worker.py SITE FONTS WIDTH HEIGHT BACKGROUND MEMORY_BYTES CPU_S WALL_S  < svg  > answer

The answer begins with READY once it has proved able to draw. After that comes a PNG or, with the exit code UNUSABLE,
what is wrong with the drawing. Any other end is a kill or a crash.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from typing import Any, Final

READY: Final = b"R"
UNUSABLE: Final = 65
BLANK: Final = "It drew nothing that can be seen: one colour or nothing at all."
FILES_AT_WORK: Final = 16
"""Open files once it draws: its pipes, and a typeface at a time."""
_WORDS: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    b'<text y="9">a<tspan font-weight="bold">b<tspan font-style="italic">c</tspan></tspan></text></svg>'
)

_LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_SET_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2

# Landlock (landlock(7)): system calls are numbered alike on every machine. Rights of its first version are asked for,
# and since the fourth those over TCP.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ALL_FILE_RIGHTS: Final = (1 << 13) - 1
_EXECUTE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 2, 1 << 3
_ALL_TCP_RIGHTS: Final = 0b11
_FIRST_WITH_TCP: Final = 4

# seccomp(2): by machine, its name among the kernel's and the numbers of socket, connect, execve, execveat, ptrace and
# io_uring_setup.
_MACHINES: Final = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_OTHER_ABI: Final = 0x40000000
"""Where the x32 calls of x86_64 begin, which have numbers of their own."""


def limit(memory_bytes: int, cpu_s: int, wall_s: int) -> None:
    """Bounds that the kernel keeps for whatever runs here later. The alarm kills even where Easel itself has died."""
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


def seal(readable: Iterable[str]) -> None:
    """From here on only `readable` can be read, and no socket opened, as far as this kernel can see to it."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _lock_files(libc, readable)
    _refuse_calls(libc)


def _lock_files(libc: ctypes.CDLL, readable: Iterable[str]) -> None:
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


def _refuse_calls(libc: ctypes.CDLL) -> None:
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


def rasterise(vips: Any, svg: bytes, width: int, height: int, *, opaque: bool) -> bytes:
    """A PNG of that size. Raises `vips.Error` where librsvg refuses, and ValueError where there is nothing to see."""
    image = vips.Image.svgload_buffer(svg)
    if (image.width, image.height) != (width, height):
        scale = min(width / image.width, height / image.height)
        image = vips.Image.svgload_buffer(svg, scale=scale)
    image = image.copy_memory()
    if opaque:
        image = image.flatten(background=[255, 255, 255])
    if image.relational_const("equal", image.getpoint(0, 0)).min() == 255:
        raise ValueError(BLANK)
    if (image.width, image.height) != (width, height):
        image = image.gravity("centre", width, height, background=[255, 255, 255] if opaque else [0, 0, 0, 0])
    return image.pngsave_buffer(compression=6, keep="none")


def main() -> None:
    site, fonts, width, height, background, *limits = sys.argv[1:]
    limit(*(int(each) for each in limits))
    seal((site, fonts, *sys.path, *_LIBRARIES))
    sys.path.append(site)
    import pyvips

    # What can draw this is not broken.
    pyvips.Image.svgload_buffer(_WORDS).copy_memory()
    out = sys.stdout.buffer
    out.write(READY)
    out.flush()
    svg = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES_AT_WORK, FILES_AT_WORK))
    try:
        out.write(rasterise(pyvips, svg, int(width), int(height), opaque=background == "opaque"))
    except (pyvips.Error, ValueError) as error:
        out.write(str(error).encode("utf-8", "replace")[:2000])
        out.flush()
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
