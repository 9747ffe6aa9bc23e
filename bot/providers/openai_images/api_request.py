"""One question to a service and its answer, streamed or not. Knows the wire, and nothing of requests or pictures."""

from collections.abc import Callable
from typing import NoReturn

from httpx2 import Response
from openai import APIError, APIResponseValidationError, AsyncOpenAI
from pydantic import ValidationError

from bot.imaging.pool import ImagingPool
from bot.providers.openai_api.messages import messages_of
from bot.providers.openai_images.http_stream import chunks_of, sent
from bot.providers.openai_images.request_building import Call
from bot.providers.openai_images.response_parsing import Answer, Failure, Partial, read_message

OnPartial = Callable[[Partial], None]


async def ask(
    client: AsyncOpenAI, call: Call, pool: ImagingPool, *, pictures: int, on_partial: OnPartial
) -> Answer | None:
    """The service's answer; None where it ended without one.

    Args:
        pictures: how many the answer may hold, unfinished ones included.
        on_partial: is told of each unfinished picture.

    Raises:
        APIError, RequestError: what `translate` understands.
    """
    async with sent(client, call) as response:
        unread = None
        async for message in messages_of(chunks_of(response, pictures=pictures), response.headers):
            try:
                event = await pool.run(read_message, message)
            except ValidationError as error:
                # Others may follow that can be read: proxies put signs of life of their own in between.
                unread = error
                continue
            match event:
                case Answer():
                    return event
                case Partial():
                    on_partial(event)
                case Failure():
                    _fail(response, event)
                case None:
                    continue
    if unread is not None:
        raise APIResponseValidationError(response, None) from unread
    return None


def _fail(response: Response, failure: Failure) -> NoReturn:
    """A failure that came with a good status, as the SDK would have raised it."""
    raise APIError("The service failed.", response.request, body=failure.body)
