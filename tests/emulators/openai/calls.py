"""What a client sent: read from the wire once, kept for the tests to look at."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import BodyPartReader, web

from tests.emulators.openai.problems import ApiProblem

Json = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a form."""

    field: str
    name: str
    mime: str
    data: bytes = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    `fields` is its JSON body, or the text fields of its form, all of them strings; `query` what follows the `?`.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = dataclasses.field(repr=False)
    fields: Json
    files: list[Upload]
    is_form: bool

    @property
    def prompt(self) -> str:
        return str(self.fields.get("prompt", ""))

    @property
    def bearer(self) -> str | None:
        """The key in the Authorization header."""
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" and key.strip() else None

    def without(self, *names: str) -> Json:
        """The fields but for these: what a test compares with what it expects."""
        return {name: value for name, value in self.fields.items() if name not in names}

    def files_in(self, *fields: str) -> list[Upload]:
        return [upload for upload in self.files if upload.field in fields]


async def read_call(request: web.Request) -> Call:
    """Reads the whole request.

    Raises:
        ApiProblem: the body is neither JSON nor a form.
    """
    is_form = request.content_type == "multipart/form-data"
    fields: Json = {}
    files: list[Upload] = []
    if is_form:
        fields, files = await _read_form(request)
    elif request.can_read_body:
        fields = _read_json(await request.read())
    return Call(request.method, request.path, dict(request.query), request.headers.copy(), fields, files, is_form)


def _read_json(body: bytes) -> Json:
    try:
        content = json.loads(body)
    except ValueError as error:
        text = "We could not parse the JSON body of your request."
        raise ApiProblem(400, text) from error
    if not isinstance(content, dict):
        raise ApiProblem(400, "We could not parse the JSON body of your request: expected an object.")
    return content


async def _read_form(request: web.Request) -> tuple[Json, list[Upload]]:
    fields: Json = {}
    files: list[Upload] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name = part.name or ""
        data = bytes(await part.read(decode=True))
        if part.filename is not None:
            files.append(Upload(name, part.filename, part.headers.get("Content-Type", ""), data))
        elif name in fields:
            raise ApiProblem(400, f"Duplicate parameter: '{name}'.", param=name, code="duplicate_parameter")
        else:
            fields[name] = data.decode()
    return fields, files


class Script(Generic[T]):
    """What was arranged for coming calls: each entry serves the first calls whose path contains its own."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, T]] = []

    def add(self, entry: T, *, path: str, times: int = 1) -> None:
        self._entries += [(path, entry)] * times

    def take(self, path: str) -> T | None:
        for index, (wanted, entry) in enumerate(self._entries):
            if wanted in path:
                del self._entries[index]
                return entry
        return None
