"""Stands between an app and the emulated gateway in a process that does nothing else, so that no work of either app or
emulator comes between a heartbeat and the clock.

Run as `python -m tests.benchmarks.discord_relay GATEWAY_URL`. It prints the address to connect to instead, with http
for ws, and then of each heartbeat that comes by the seconds of the machine's monotonic clock.
"""

import asyncio
import json
import sys
import time

import aiohttp
from aiohttp import web

_HEARTBEAT = 1


class Relay:
    def __init__(self, gateway_url: str) -> None:
        self._gateway_url = gateway_url

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        app = web.WebSocketResponse(max_msg_size=0)
        await app.prepare(request)
        async with aiohttp.ClientSession() as session:
            address = f"{self._gateway_url}?{request.query_string}"
            async with session.ws_connect(address, max_msg_size=0) as discord:
                telling = asyncio.create_task(self._tell(discord, app))
                async for message in app:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        if json.loads(message.data)["op"] == _HEARTBEAT:
                            print(time.monotonic(), flush=True)
                        await discord.send_str(message.data)
                telling.cancel()
        return app

    async def _tell(self, discord: aiohttp.ClientWebSocketResponse, app: web.WebSocketResponse) -> None:
        async for message in discord:
            match message.type:
                case aiohttp.WSMsgType.TEXT:
                    await app.send_str(message.data)
                case aiohttp.WSMsgType.BINARY:
                    await app.send_bytes(message.data)
                case _:
                    break
        await app.close(code=discord.close_code or aiohttp.WSCloseCode.OK)


async def _serve(gateway_url: str) -> None:
    application = web.Application()
    application.add_routes([web.get("/", Relay(gateway_url).serve)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
