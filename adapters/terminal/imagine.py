"""Runs one `easel imagine`: sends the command, follows its progress, and downloads the pictures."""

import uuid
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from adapters.terminal import render
from adapters.terminal.client import TerminalClient
from adapters.terminal.limits import TEAM, TERMINAL
from adapters.terminal.render import CommandOutcome, PictureData
from bot.domain.events import ButtonPressed, CommandTyped
from bot.domain.ids import EventKey, JobId, job_id_for
from bot.domain.people import Person, Place
from bot.domain.pictures import Attachment, Picture, Role
from bot.domain.surrogates import replace_surrogates
from bot.presentation.card import Card

OnStatus = Callable[[Card], None]


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file given with the command."""

    name: str
    data: bytes
    role: Role = "picture"


@dataclass(frozen=True, slots=True)
class ImagineCommand:
    """A command. `id` identifies its event and its channel, so that sending it again is safe.

    `user`, `text` and file names may contain surrogates, since arguments from a shell may be any bytes.
    """

    id: str
    user: str
    text: str
    images: tuple[InputFile, ...] = ()

    @property
    def key(self) -> EventKey:
        return EventKey(f"{TERMINAL}:{self.id}")

    @property
    def job(self) -> JobId:
        return job_id_for(self.key)

    @property
    def person(self) -> Person:
        """The local user. An admin, since access to the data directory allows everything anyway."""
        user = replace_surrogates(self.user)
        return Person(TERMINAL, TEAM, user, user, is_admin=True)

    @property
    def place(self) -> Place:
        return Place(TERMINAL, TEAM, self.id)


def new_id() -> str:
    return uuid.uuid4().hex


async def imagine(client: TerminalClient, command: ImagineCommand, on_status: OnStatus) -> CommandOutcome:
    """Runs the command to its end. Idempotent: after Transient, call it again with the same `command`.

    Raises:
        Transient: the Easel process is gone.
        AdminError: Easel refused the request.
    """
    event = CommandTyped(
        key=command.key,
        person=command.person,
        place=command.place,
        text=replace_surrogates(command.text),
        attachments=tuple([await _upload_file(client, image) for image in command.images]),
    )
    sent = await client.send(event)
    if sent.answer.card:
        state = "failed" if sent.answer.card.tone == "error" else "answered"
        return CommandOutcome(sent.job, state, sent.answer.card)
    card = await _wait_for_final_card(client, command.place.channel, on_status)
    drawn = tuple([await _download_picture(client, shown.picture) for shown in card.pictures])
    return CommandOutcome(sent.job, render.final_state(card), card, drawn)


async def cancel(client: TerminalClient, command: ImagineCommand) -> None:
    """Cancels the job of the command; its card then becomes final."""
    key = EventKey(f"{TERMINAL}:{new_id()}")
    await client.send(
        ButtonPressed(key=key, person=command.person, place=command.place, action="cancel", target=command.job)
    )


async def _download_picture(client: TerminalClient, picture: Picture) -> PictureData:
    svg = await client.picture(picture.svg) if picture.svg is not None else None
    return PictureData(await client.picture(picture.id), svg)


async def _upload_file(client: TerminalClient, image: InputFile) -> Attachment:
    ref = await client.upload(image.data)
    return Attachment(ref, replace_surrogates(image.name), bytes_count=len(image.data), role=image.role)


async def _wait_for_final_card(client: TerminalClient, channel: str, on_status: OnStatus) -> Card:
    async with aclosing(client.follow(channel)) as messages:
        async for message in messages:
            on_status(message.card)
            if render.is_final(message.card):
                return message.card
    raise AssertionError("a channel is followed until it breaks")
