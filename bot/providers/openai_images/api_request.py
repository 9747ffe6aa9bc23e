"""One question to a service and its answer, streamed or not. Knows the wire, and nothing of requests or pictures."""

from collections.abc import Callable
from typing import NoReturn

from httpx2 import Response
from openai import APIError, APIResponseValidationError, AsyncOpenAI
from pydantic import ValidationError

from bot.imaging.pool import ImagingPool
from bot.providers.openai_api.messages import split_messages
from bot.providers.openai_images.http_stream import read_chunks, send
from bot.providers.openai_images.request_building import ApiRequest
from bot.providers.openai_images.response_parsing import FailureEvent, ImagesResponse, PartialImage, parse_message

OnPartial = Callable[[PartialImage], None]


async def ask(
    client: AsyncOpenAI, call: ApiRequest, pool: ImagingPool, *, pictures: int, on_partial: OnPartial
) -> ImagesResponse | None:
    """The service's answer; None where it ended without one.

    Args:
        pictures: how many the answer may hold, unfinished ones included.
        on_partial: is told of each unfinished picture.

    Raises:
        APIError, RequestError: what `translate` understands.
    """
    async with send(client, call) as response:
        unread = None
        async for message in split_messages(read_chunks(response, pictures=pictures), response.headers):
            try:
                event = await pool.run(parse_message, message)
            except ValidationError as error:
                # Others may follow that can be read: proxies put signs of life of their own in between.
                unread = error
                continue
            match event:
                case ImagesResponse():
                    return event
                case PartialImage():
                    on_partial(event)
                case FailureEvent():
                    _raise_failure(response, event)
                case None:
                    continue
    if unread is not None:
        raise APIResponseValidationError(response, None) from unread
    return None


def _raise_failure(response: Response, failure: FailureEvent) -> NoReturn:
    """A failure that came with a good status, as the SDK would have raised it."""
    raise APIError("The service failed.", response.request, body=failure.body)
