"""Downloads files that people sent. Limits the size and the hosts, and sends tokens to allowed hosts only."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from yarl import URL

from adapters.shared import errors
from bot.errors import BadPicture
from bot.texts import image_errors

_CHUNK_BYTES: Final = 64 * 1024
_TIMEOUT_S: Final = 120.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class DownloadRules:
    """The rules for downloads from one platform.

    Attributes:
        service: the platform's name, for error texts.
        is_allowed: whether anything is fetched from an address.
        blocked: makes the error for an address that is not allowed.
        gets_headers: whether the headers, which hold a token, may be sent to an address.
        missing: the HTTP statuses that mean that the file does not exist.
        max_redirects: how many redirects are followed. Not by aiohttp, which drops the token at another host.
    """

    service: str
    is_allowed: Callable[[URL], bool]
    blocked: Callable[[], BadPicture]
    gets_headers: Callable[[URL], bool] = lambda _: False
    missing: frozenset[int] = frozenset({404, 410})
    max_redirects: int = 0


async def download(
    session: aiohttp.ClientSession,
    address: URL,
    rules: DownloadRules,
    *,
    max_bytes: int,
    headers: Mapping[str, str] | None = None,
) -> bytes | None:
    """Downloads a file; returns None if it does not exist.

    Args:
        headers: sent to the URLs that `rules.gets_headers` allows.

    Raises:
        TooLarge: the file is longer than `max_bytes`.
        BadPicture: the URL, or one that it redirects to, is not allowed, or there are too many redirects.
        Transient: the download failed, or took more than two minutes.
    """
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            for _ in range(rules.max_redirects + 1):
                if not rules.is_allowed(address):
                    break
                async with session.get(
                    address,
                    headers=headers if rules.gets_headers(address) else None,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S),
                ) as response:
                    location = response.headers.get("Location")
                    if rules.max_redirects and response.status in _REDIRECTS and location:
                        address = address.join(URL(location))
                        continue
                    if response.status in rules.missing:
                        return None
                    if response.status != 200:
                        raise errors.download_failed(rules.service)
                    return await _read(response, max_bytes)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise errors.download_failed(rules.service) from error
    raise rules.blocked()


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > max_bytes:
            raise image_errors.attachment_too_large(max_bytes)
    return bytes(data)
