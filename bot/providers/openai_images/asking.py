"""One question to a service and its answer, streamed or not. Knows the wire, and nothing of requests or pictures."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NoReturn

from httpx2 import Response
from openai import APIError, APIResponseValidationError, AsyncOpenAI
from pydantic import ValidationError

from bot.imaging.pool import ImagingPool
from bot.providers.openai_images.answers import Answer, Failure, Partial, read_answer, read_event
from bot.providers.openai_images.call import Call
from bot.providers.openai_images.events import EventReader
from bot.providers.openai_images.exchange import chunks_of, sent

OnPartial = Callable[[Partial], None]


async def ask(
    client: AsyncOpenAI, call: Call, pool: ImagingPool, *, pictures: int, on_partial: OnPartial
) -> Answer | None:
    """The service's answer; None for a stream that ended without one.

    Args:
        pictures: how many the answer may hold, unfinished ones included.
        on_partial: is told of each unfinished picture.

    Raises:
        APIError, RequestError: what `translate` understands.
    """
    async with sent(client, call) as response:
        # Servers that know no streams ignore the wish and answer as if it had not been there.
        if "event-stream" in response.headers.get("content-type", ""):
            return await _follow(response, pool, pictures, on_partial)
        chunks = [chunk async for chunk in chunks_of(response, pictures=pictures)]
        with _readable(response):
            answer = await pool.run(read_answer, chunks)
        return _fail(response, answer) if isinstance(answer, Failure) else answer


async def _follow(response: Response, pool: ImagingPool, pictures: int, on_partial: OnPartial) -> Answer | None:
    reader = EventReader()
    async for chunk in chunks_of(response, pictures=pictures):
        for data in reader.feed(chunk):
            with _readable(response):
                event = await pool.run(read_event, data)
            match event:
                case Answer():
                    return event
                case Partial():
                    on_partial(event)
                case Failure():
                    _fail(response, event)
                case None:
                    continue
    return None


@contextmanager
def _readable(response: Response) -> Generator[None]:
    try:
        yield
    except ValidationError as error:
        raise APIResponseValidationError(response, None) from error


def _fail(response: Response, failure: Failure) -> NoReturn:
    """A failure that came with a good status, as the SDK would have raised it."""
    raise APIError("The service failed.", response.request, body=failure.body)
