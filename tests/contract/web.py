"""The playground as its page uses it: a session cookie, JSON requests, uploads and server-sent events."""

import asyncio
import io
import json
import mimetypes
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from bot.presentation.capabilities import Capabilities
from tests.contract.driver import LIMIT_S, Ability, Answered, Driver, File, FormSeen, PictureSeen, Seen
from tests.contract.running import Running

_CHANNEL = "studio"
_Json = dict[str, Any]


class _UploadRefused(Exception):
    """The composer shows why, and nothing is sent."""

    def __init__(self, answered: Answered) -> None:
        super().__init__(answered)
        self.answered = answered


class WebDriver(Driver):
    abilities = frozenset(Ability) - {Ability.SHORTCUTS}

    def __init__(self, running: Running, session: aiohttp.ClientSession, state: _Json) -> None:
        self._capabilities = running.web.capabilities
        self._session = session
        self._people = {person["name"]: person["id"] for person in state["people"]}
        self._since = state["revision"]
        self._left_alone: list[bool] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, running: Running) -> AsyncGenerator[Self]:
        # unsafe: the jar otherwise keeps no cookie of a host that has no name.
        async with aiohttp.ClientSession(
            running.web.address, cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Sec-Fetch-Site": "same-origin"}
        ) as session:
            async with session.get(running.web.address) as page:
                assert page.status == 200, await page.text()
            async with session.get("/api/state") as state:
                yield cls(running, session, await state.json())

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def command(
        self, text: str, *, images: Sequence[File] = (), as_: str = "Ada", below: Seen | None = None, times: int = 1
    ) -> Answered:
        return await self._speak(f"/imagine {text}", images, as_, below=below, times=times)

    async def say(self, text: str, *, to_us: bool = False, as_: str = "Ada") -> Answered:
        return await self._speak(_called(text, to_us), (), as_)

    async def reply(
        self,
        to: Seen,
        text: str,
        *,
        images: Sequence[File] = (),
        as_: str = "Ada",
        to_us: bool = False,
        pointing_at: Seen | None = None,
        times: int = 1,
    ) -> Answered:
        return await self._speak(_called(text, to_us), images, as_, below=to, pointing_at=pointing_at, times=times)

    async def press(self, on: Seen, label: str, *, as_: str = "Ada", times: int = 1) -> Answered:
        body = {"message": on.id, **json.loads(on.buttons[label])}
        return await self._act("/api/buttons", body, as_, times=times)

    async def reacted(self, text: str, *, as_: str = "Ada") -> bool:
        return self._left_alone[-1]

    async def submit(
        self, form: FormSeen, values: Mapping[str, str], *, images: Sequence[File] = (), as_: str = "Ada"
    ) -> Answered:
        attachments = await self._uploaded(images, as_)
        return await self._act(
            "/api/forms", {**form.address, "values": {**form.values, **values}, "attachments": attachments}, as_
        )

    async def transcript(self, *, as_: str = "Ada") -> list[Seen]:
        viewer = await self._id_of(as_)
        seen: list[Seen] = []
        for root in await self._history({"channel": _CHANNEL, "person": viewer}):
            seen.append(_seen(root, as_))
            if root["replies"]:
                seen += [_seen(one, as_) for one in await self._history({"thread": root["id"], "person": viewer})]
        return seen

    async def until(self, condition: Callable[[Seen], bool], *, as_: str = "Ada") -> Seen:
        query = {"person": await self._id_of(as_), "after": str(self._since)}
        async with asyncio.timeout(LIMIT_S), self._session.get("/api/events", params=query) as stream:
            async for line in stream.content:
                if line.startswith(b"data: ") and condition(seen := _seen(json.loads(line[6:]), as_)):
                    return seen
        raise AssertionError("the stream ended")

    async def open(self, address: str, *, as_: str = "Ada") -> bytes:
        path, _, query = address.partition("?")
        mine = {**dict(pair.split("=") for pair in query.split("&")), "person": await self._id_of(as_)}
        async with self._session.get(path, params=mine) as response:
            if response.status == 404:
                raise LookupError(address)
            assert response.status == 200, await response.text()
            return await response.read()

    # Private

    async def _speak(
        self,
        text: str,
        images: Sequence[File],
        as_: str,
        *,
        below: Seen | None = None,
        pointing_at: Seen | None = None,
        times: int = 1,
    ) -> Answered:
        try:
            attachments = await self._uploaded(images, as_)
        except _UploadRefused as refused:
            return refused.answered
        body = {
            "channel": _CHANNEL,
            "text": text,
            "thread": (below.thread or below.id) if below else None,
            "replied_to": pointing_at.id if pointing_at else None,
            "attachments": attachments,
        }
        return await self._act("/api/messages", body, as_, times=times)

    async def _act(self, path: str, body: _Json, as_: str, *, times: int = 1) -> Answered:
        query = {"person": await self._id_of(as_)}
        said, answered = {"key": str(uuid.uuid4()), **body}, Answered()
        for _ in range(times):
            async with self._session.post(path, params=query, json=said) as response:
                assert response.status < 500, await response.text()
                told = await response.json()
                self._left_alone.append(told.get("is_left_alone", False))
                answered = _answered(told, as_)
        return answered

    async def _uploaded(self, files: Sequence[File], as_: str) -> list[_Json]:
        uploaded: list[_Json] = []
        for file in files:
            query = {"person": await self._id_of(as_)}
            async with self._session.post("/api/uploads", params=query, data=io.BytesIO(file.data)) as response:
                if response.status != 200:
                    raise _UploadRefused(_answered(await response.json(), as_))
                uploaded.append({**await response.json(), "name": file.name, "mime": _mime(file), "role": file.role})
        return uploaded

    async def _id_of(self, name: str) -> str:
        if name not in self._people:
            async with self._session.post("/api/people", json={"name": name}) as response:
                self._people[name] = (await response.json())["id"]
        return self._people[name]

    async def _history(self, query: Mapping[str, str]) -> list[_Json]:
        async with self._session.get("/api/messages", params=query) as response:
            assert response.status == 200, await response.text()
            return [message for message in (await response.json())["messages"] if self._is_new(message)]

    def _is_new(self, message: _Json) -> bool:
        return message["revision"] > self._since


def _called(text: str, to_us: bool) -> str:
    return f"@easel {text}" if to_us else text


def _mime(file: File) -> str:
    """As browsers say it: by the name's ending."""
    return mimetypes.guess_type(file.name)[0] or ""


def _answered(body: _Json, as_: str) -> Answered:
    if "error" in body:
        text, hint = body["error"]["text"], body["error"]["hint"] or ""
        return Answered(Seen(id="", author=None, only_for=as_, tone="error", title=text, text=hint))
    message, form = body["message"], body["form"]
    return Answered(_seen(message, as_) if message else None, _form(form) if form else None)


def _form(form: _Json) -> FormSeen:
    fields = [each for each in form["fields"] if each["kind"] != "pictures"]
    return FormSeen(
        title=form["title"],
        values={each["name"]: each["value"] for each in fields},
        choices={each["name"]: tuple(choice["value"] for choice in each["choices"]) for each in fields},
        address={"message": form["message"], "target": form["target"]},
    )


def _seen(message: _Json, viewer: str) -> Seen:
    only_for = viewer if message["is_private"] else None
    card = message["card"]
    if card is None:
        return Seen(message["id"], message["author"], message["thread"], only_for, text=message["text"])
    return Seen(
        id=message["id"],
        author=None,
        thread=message["thread"],
        only_for=only_for,
        tone=card["tone"],
        title=card["title"],
        text=card["text"],
        quote=card["quote"],
        fields={each["label"]: each["value"] for each in card["fields"]},
        notes=tuple(card["notes"]),
        code=card["code"],
        pictures=tuple(
            PictureSeen(picture["label"], picture["alt"], picture["format"], picture["url"])
            for picture in card["pictures"]
        ),
        files={file["name"]: file["url"] for file in card["files"]},
        preview=card["preview"],
        progress=card["progress"],
        buttons={
            button["label"]: json.dumps({"action": button["action"], "target": button["target"]})
            for button in card["buttons"]
        },
    )
