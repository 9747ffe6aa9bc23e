"""The terminal as `easel imagine` uses it: the listener's own protocol, and the messages it keeps on the disk."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Self

from adapters.terminal.client import TerminalClient, find_client
from adapters.terminal.imagine import ImagineCommand, cancel, new_id
from adapters.terminal.parse import StoredMessage, message_from_json
from bot.domain.events import CommandTyped
from bot.domain.ids import PictureId
from bot.domain.pictures import Attachment
from bot.errors import EaselError
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from tests.contract.driver import LIMIT_S, Ability, Answered, Driver, File, PictureSeen, Seen
from tests.contract.running import Running


class TerminalDriver(Driver):
    """Each command is an invocation of its own, with its own channel; Ctrl-C is its only button."""

    abilities = frozenset({Ability.MARKS})

    def __init__(self, running: Running, client: TerminalClient) -> None:
        self._capabilities = running.terminal.capabilities
        self._channels = running.data_dir / "terminal" / "channels"
        self._client = client
        self._invoked: dict[str, ImagineCommand] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, running: Running) -> AsyncGenerator[Self]:
        async with find_client(running.data_dir) as client:
            assert client is not None, "the listener does not answer"
            yield cls(running, client)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def command(
        self, text: str, *, images: Sequence[File] = (), as_: str = "Ada", below: Seen | None = None, times: int = 1
    ) -> Answered:
        assert below is None, "a terminal has no threads"
        wished = ImagineCommand(new_id(), as_, text)
        event = CommandTyped(
            key=wished.key,
            person=wished.person,
            place=wished.place,
            text=text,
            attachments=tuple([await self._uploaded(file) for file in images]),
        )
        self._invoked[wished.id] = wished
        card: Card | None = None
        try:
            for _ in range(times):
                card = (await self._client.send(event)).answer.card
        except EaselError as error:
            card = Card("error", error.text, error.hint or "")
        return Answered(_seen("", "", card, only_for=as_) if card else None)

    async def cancel(self, on: Seen, *, as_: str = "Ada") -> Answered:
        wished = self._invoked[on.id.partition("/")[0]]
        assert wished.user == as_, "nobody else sits at that terminal"
        await cancel(self._client, wished)
        return Answered()

    async def transcript(self, *, as_: str = "Ada") -> list[Seen]:
        kept: list[StoredMessage] = []
        for channel, wished in self._invoked.items():
            if wished.user == as_:
                files = sorted((self._channels / channel).glob("*.json"), key=_age)
                kept += [message_from_json(path.read_bytes()) for path in files]
        return [_message_seen(message) for message in kept]

    async def until(self, condition: Callable[[Seen], bool], *, as_: str = "Ada") -> Seen:
        news = asyncio.Queue[Seen]()
        channels = [channel for channel, wished in self._invoked.items() if wished.user == as_]
        following = [asyncio.create_task(self._follow(channel, news)) for channel in channels]
        try:
            async with asyncio.timeout(LIMIT_S):
                while not condition(seen := await news.get()):
                    pass
                return seen
        finally:
            for task in following:
                task.cancel()
            await asyncio.wait(following)

    async def open(self, address: str, *, as_: str = "Ada") -> bytes:
        try:
            return await self._client.picture(PictureId(address))
        except EaselError as error:
            raise LookupError(address) from error

    # Private

    async def _uploaded(self, file: File) -> Attachment:
        return Attachment(await self._client.upload(file.data), file.name, bytes_count=len(file.data), role=file.role)

    async def _follow(self, channel: str, news: asyncio.Queue[Seen]) -> None:
        async with aclosing(self._client.follow(channel)) as messages:
            async for message in messages:
                news.put_nowait(_message_seen(message))


def _age(path: Path) -> int:
    return path.stat().st_ctime_ns


def _message_seen(message: StoredMessage) -> Seen:
    return _seen(f"{message.place.channel}/{message.id}", message.place.audience or "", message.card)


def _seen(message: str, audience: str, card: Card, *, only_for: str | None = None) -> Seen:
    return Seen(
        id=message,
        author=None,
        only_for=only_for or audience or None,
        tone=card.tone,
        title=card.title,
        text=card.text,
        quote=card.quote,
        fields={each.label: each.value for each in card.fields},
        notes=card.notes,
        code=card.code,
        pictures=tuple(
            PictureSeen(shown.label, shown.alt, shown.picture.format, shown.picture.id) for shown in card.pictures
        ),
        files={file.name: file.id for file in card.files},
        progress=card.progress,
    )
