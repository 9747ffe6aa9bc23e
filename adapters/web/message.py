"""A message of the playground: as stored, and as JSON for one person's browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from adapters.web.render import AttachmentJson, ButtonJson, CardJson, FieldJson, FileJson, PictureJson, time_json
from bot.domain.people import Place


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message. `author` is None for Easel's cards; `revision` increases with every change of any message."""

    id: str
    place: Place
    author: str | None
    text: str
    attachments: tuple[AttachmentJson, ...]
    card: CardJson | None
    revision: int
    created_at: datetime

    @property
    def thread_place(self) -> Place:
        """The thread of this message: the one it is in, or the one below it."""
        return self.place if self.place.thread else self.place.in_thread(self.id)


@dataclass(frozen=True, slots=True)
class Replies:
    """A summary of the replies that the viewer may see. `authors` are in order of first appearance."""

    count: int
    authors: tuple[str | None, ...]
    last_at: datetime


class ShownPictureJson(TypedDict):
    url: str
    format: str
    width_px: int
    height_px: int
    bytes_count: int
    label: str
    alt: str


class ShownAttachmentJson(TypedDict):
    url: str
    name: str
    mime: str | None
    bytes_count: int | None


class ShownFileJson(TypedDict):
    """A file for download."""

    url: str
    name: str


class ShownCardJson(TypedDict):
    tone: str
    title: str
    text: str
    quote: str
    fields: list[FieldJson]
    notes: list[str]
    code: str
    pictures: list[ShownPictureJson]
    files: list[ShownFileJson]
    preview: str | None
    buttons: list[ButtonJson]
    since: str | None
    progress: float | None


class RepliesJson(TypedDict):
    count: int
    authors: list[str | None]
    last_at: str


class MessageJson(TypedDict):
    """A message for the browser. `thread` is its root message; `replies` summarises the thread it is in or starts."""

    id: str
    channel: str
    thread: str | None
    is_private: bool
    author: str | None
    text: str
    files: list[ShownAttachmentJson]
    card: ShownCardJson | None
    created_at: str
    revision: int
    replies: RepliesJson | None


def message_json(message: Message, *, viewer: str, preview: int | None, replies: Replies | None) -> MessageJson:
    """Converts a message for `viewer`. `preview` is the number of its newest preview, None if there is none."""
    return {
        "id": message.id,
        "channel": message.place.channel,
        "thread": message.place.thread,
        "is_private": message.place.audience is not None,
        "author": message.author,
        "text": message.text,
        "files": [
            _attachment_json(file, f"/attachments/{message.id}/{index}?person={viewer}")
            for index, file in enumerate(message.attachments)
        ],
        "card": _card_json(message.card, message.id, viewer, preview) if message.card else None,
        "created_at": time_json(message.created_at),
        "revision": message.revision,
        "replies": _replies_json(replies) if replies else None,
    }


def _card_json(card: CardJson, message: str, viewer: str, preview: int | None) -> ShownCardJson:
    return {
        "tone": card["tone"],
        "title": card["title"],
        "text": card["text"],
        "quote": card["quote"],
        "fields": card["fields"],
        "notes": card["notes"],
        "code": card["code"],
        "pictures": _pictures_json(card["pictures"], message, viewer),
        "files": _files_json(card.get("files", []), message, viewer),
        "preview": f"/previews/{message}?person={viewer}&r={preview}" if preview is not None else None,
        "buttons": card["buttons"],
        "since": card["since"],
        "progress": card["progress"],
    }


def _pictures_json(pictures: Sequence[PictureJson], message: str, viewer: str) -> list[ShownPictureJson]:
    # The URL changes with the picture, so that browsers can cache it forever.
    return [
        {
            "url": f"/pictures/{message}/{index}?person={viewer}&v={picture['id'][:12]}",
            "format": picture["format"],
            "width_px": picture["width_px"],
            "height_px": picture["height_px"],
            "bytes_count": picture["bytes_count"],
            "label": picture["label"],
            "alt": picture["alt"],
        }
        for index, picture in enumerate(pictures)
    ]


def _files_json(files: Sequence[FileJson], message: str, viewer: str) -> list[ShownFileJson]:
    return [
        {"url": f"/files/{message}/{index}?person={viewer}&v={file['id'][:12]}", "name": file["name"]}
        for index, file in enumerate(files)
    ]


def _attachment_json(file: AttachmentJson, url: str) -> ShownAttachmentJson:
    return {"url": url, "name": file["name"], "mime": file["mime"], "bytes_count": file["bytes_count"]}


def _replies_json(replies: Replies) -> RepliesJson:
    return {"count": replies.count, "authors": list(replies.authors), "last_at": time_json(replies.last_at)}
