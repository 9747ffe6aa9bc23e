"""A proxy on the loopback address: HTTP requests and CONNECT, and SOCKS5. It notes whom it was asked for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class ProxyEmulator:
    """`port` speaks both; `reached` are the hosts and ports that were asked for, in order."""

    port: int = 0
    reached: list[str] = field(default_factory=list[str])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            first = await reader.readexactly(1)
            await (self._socks(reader, writer) if first == b"\x05" else self._http(first, reader, writer))
        writer.close()

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        methods = await reader.readexactly(1)
        await reader.readexactly(methods[0])
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        if kind == 1:
            host = ".".join(str(number) for number in await reader.readexactly(4))
        else:
            length = await reader.readexactly(1)
            host = (await reader.readexactly(length[0])).decode()
        port = int.from_bytes(await reader.readexactly(2))
        self.reached.append(f"socks5 {host}:{port}")
        theirs = await asyncio.open_connection(host, port)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await _join((reader, writer), theirs)

    async def _http(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            self.reached.append(f"http {target}")
            theirs = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            wanted = urlsplit(target)
            self.reached.append(f"http {wanted.netloc}")
            theirs = await asyncio.open_connection(wanted.hostname, wanted.port)
            path = wanted._replace(scheme="", netloc="").geturl()
            # One request to a connection: the next may be for another host.
            rest = head.split(b"\r\n", 1)[1]
            close = b"" if b"upgrade: websocket" in rest.lower() else b"Connection: close\r\n"
            theirs[1].write(f"{method} {path} HTTP/1.1\r\n".encode() + close + rest)
        await _join((reader, writer), theirs)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _join(ours: Stream, theirs: Stream) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_pump(ours[0], theirs[1]))
        group.create_task(_pump(theirs[0], ours[1]))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def a_proxy() -> AsyncGenerator[ProxyEmulator]:
    proxy = ProxyEmulator()
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            await proxy.serve(reader, writer)
        finally:
            serving.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in tuple(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
