"""The answers of the Images API: pictures as JSON or as a stream with partial ones."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from aiohttp import web

from tests import clock
from tests.emulators.openai.calls import Call
from tests.emulators.openai.desk import Desk, spoils
from tests.emulators.openai.faults import Fault, Refusal
from tests.emulators.openai.orders import ImageOrder, PictureFormat
from tests.emulators.openai.pictures import paint, paint_partial
from tests.emulators.openai.state import State
from tests.emulators.openai.streams import EventStream
from tests.emulators.openai.usage import author_usage, usage_of

Body = dict[str, object]
Shape = Callable[[ImageOrder, list[bytes], State], Body]
"""How a server words its answer to an order."""


async def answer_images(
    request: web.Request, call: Call, order: ImageOrder, desk: Desk, shape: Shape, fault: Fault | None
) -> web.StreamResponse:
    """Paints what was ordered, or spoils it as arranged."""
    order = _as_applied(order, desk.state)
    if order.stream and not spoils(fault, "stream_ignored"):
        return await _stream(request, call, order, desk, fault)
    await asyncio.sleep(desk.state.delay_s)
    numbers = [desk.state.next_picture() for _ in range(order.n)]
    pictures = list(await asyncio.gather(*(_picture(call, order, desk, fault, number) for number in numbers)))
    body = await desk.run(shape, order, pictures, desk.state)
    if spoils(fault, "missing_usage"):
        body.pop("usage", None)
    if spoils(fault, "empty"):
        body["data"] = []
    return await desk.json(body)


def image_body(order: ImageOrder, pictures: list[bytes], state: State) -> Body:
    """As OpenAI words it."""
    body: Body = {
        "created": int(clock.now_s()),
        **_applied(order),
        "data": [{"b64_json": encoded(data)} for data in pictures],
        "usage": usage_of(order, cached=state.caches),
    }
    if order.safety_identifier:
        body["safety_identifier"] = order.safety_identifier
    if order.author:
        body["svg_usage"] = author_usage(order.author, pictures[0])
    return body


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def _stream(
    request: web.Request, call: Call, order: ImageOrder, desk: Desk, fault: Fault | None
) -> web.StreamResponse:
    stream = await EventStream.open(request, desk.headers())
    kind = "image_edit" if order.is_edit else "image_generation"
    pause_s = desk.state.delay_s / (order.partials + 1)
    numbers = [desk.state.next_picture() for _ in range(order.n)]
    for index in range(order.partials):
        await asyncio.sleep(pause_s)
        event = await desk.run(_partial_event, kind, order, numbers[0], index)
        await stream.send_encoded(f"{kind}.partial_image", event)
        if fault is not None and not spoils(fault, "no_completed_event"):
            break
    await asyncio.sleep(pause_s)
    if isinstance(fault, Refusal):
        await stream.send_error(fault.body)
        return await stream.close()
    if spoils(fault, "stalled_stream"):
        await desk.say_nothing()
        return stream.cut()
    if spoils(fault, "dropped_stream"):
        return stream.cut()
    if not spoils(fault, "no_completed_event"):
        for number in numbers:
            picture = await _picture(call, order, desk, fault, number)
            usage = None if spoils(fault, "missing_usage") else usage_of(replace(order, n=1), cached=desk.state.caches)
            event = await desk.run(_completed_event, kind, order, picture, usage)
            await stream.send_encoded(f"{kind}.completed", event)
    return await stream.close()


async def _picture(call: Call, order: ImageOrder, desk: Desk, fault: Fault | None, number: int) -> bytes:
    arranged = desk.state.drawn.take(call.path)
    if spoils(fault, "wrong_format"):
        order = replace(order, format="png" if order.format == "jpeg" else "jpeg", background="opaque")
    picture = arranged or await desk.run(paint, order, number, heavy_bytes=desk.state.heavy_bytes)
    return picture[: len(picture) * 2 // 3] if spoils(fault, "truncated_base64") else picture


def _partial_event(kind: str, order: ImageOrder, number: int, index: int) -> bytes:
    picture = paint_partial(order, number, index)
    event = {**_event(f"{kind}.partial_image", order, picture), "partial_image_index": index}
    return json.dumps(event).encode()


def _completed_event(kind: str, order: ImageOrder, picture: bytes, usage: Body | None) -> bytes:
    event = _event(f"{kind}.completed", order, picture)
    if usage is not None:
        event["usage"] = usage
    if order.safety_identifier:
        event["safety_identifier"] = order.safety_identifier
    return json.dumps(event).encode()


def _event(type_: str, order: ImageOrder, picture: bytes) -> Body:
    return {"type": type_, "b64_json": encoded(picture), "created_at": int(clock.now_s()), **_applied(order)}


def _applied(order: ImageOrder) -> Body:
    size = f"{order.width}x{order.height}"
    return {"background": order.background, "output_format": order.format, "quality": order.quality, "size": size}


def _as_applied(order: ImageOrder, state: State) -> ImageOrder:
    """With what the test says that the service makes of it."""
    applied = state.applied
    width, height = (int(edge) for edge in applied.get("size", f"{order.width}x{order.height}").split("x"))
    return replace(
        order,
        width=width,
        height=height,
        quality=applied.get("quality", order.quality),
        background=applied.get("background", order.background),
        format=cast("PictureFormat", applied.get("output_format", order.format)),
    )
