"""Sends one API request and reads its response, streamed or not."""

from collections.abc import Callable
from typing import NoReturn

from httpx2 import Response
from openai import APIError, APIResponseValidationError, AsyncOpenAI
from pydantic import ValidationError

from bot.imaging.pool import ImagingPool
from bot.providers.openai_api.message_splitting import split_messages
from bot.providers.openai_images.http_stream import read_chunks, send
from bot.providers.openai_images.request_building import ApiRequest
from bot.providers.openai_images.response_parsing import FailureEvent, ImagesResponse, PartialImage, parse_message

OnPartial = Callable[[PartialImage], None]


async def ask(
    client: AsyncOpenAI, call: ApiRequest, pool: ImagingPool, *, pictures: int, on_partial: OnPartial
) -> ImagesResponse | None:
    """Sends the request and returns the response; None if the stream ended without one.

    Args:
        pictures: the largest number of pictures in the response, partial images included.
        on_partial: called for each partial image.

    Raises:
        APIError, RequestError: see `openai_api.errors.to_easel_error`.
    """
    async with send(client, call) as response:
        unread = None
        async for message in split_messages(read_chunks(response, pictures=pictures), response.headers):
            try:
                event = await pool.run(parse_message, message)
            except ValidationError as error:
                # Proxies insert messages of their own to keep the connection open: readable ones may follow.
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
    """Raises the SDK's error for a failure that was reported with a successful status."""
    raise APIError("The service failed.", response.request, body=failure.body)
