"""One message on its way: with its files, to where it belongs, or to where it can be heard instead."""

from collections.abc import Mapping
from typing import Any, Final

import structlog

from adapters.discord import limits
from adapters.discord.filesize import FileSizes
from adapters.discord.ids import message_id, nonce_of, where
from adapters.discord.places import Places, Target
from adapters.discord.problems import (
    CANNOT_REPLY,
    CLOSED,
    TOKEN_EXPIRED,
    TOO_LARGE,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    DiscordRefused,
)
from adapters.discord.render import Rendered, Shown, flags
from adapters.discord.rest import Rest, Upload
from adapters.discord.tokens import Token, Tokens
from bot.domain.people import MessageRef, Place
from bot.errors import Transient
from bot.ports import PictureReader

_OF_CHANNEL: Final = "/channels/{channel_id}/messages"
_OF_TOKEN: Final = "/webhooks/{webhook_id}/{webhook_token}"  # noqa: S105 - an address
_GONE_TOKEN: Final = frozenset({TOKEN_EXPIRED, UNKNOWN_WEBHOOK})

_log = structlog.get_logger(__name__)


class Sending:
    """Methods raise DiscordRefused for what nobody here can get round."""

    def __init__(self, rest: Rest, places: Places, tokens: Tokens, pictures: PictureReader, sizes: FileSizes) -> None:
        self._rest = rest
        self._places = places
        self._tokens = tokens
        self._pictures = pictures
        self._sizes = sizes

    async def target(self, place: Place) -> Target:
        """Where a place's messages go. Raises as `Rest.call` where that is a DM."""
        thread = await self._places.thread_of(place)
        if thread is not None:
            return Target(thread)
        answering = where(place.thread)[1] if place.thread is not None else None
        if place.audience is not None:
            # What is answered to one person by an interaction could be changed for a quarter of an hour only.
            return Target(await self._rest.direct_channel(place.audience), answering)
        return Target(int(place.channel), answering)

    async def post(self, place: Place, rendered: Rendered, *, key: str, answering: Target | None) -> MessageRef:
        """Posts it; within some minutes the same key is the same message. `answering` are a person's own words."""
        target = await self.target(place)
        if answering is not None and answering.channel == target.channel:
            target = answering
        try:
            message = await self._post(place, target, rendered, key)
        except DiscordRefused as refused:
            return await self._otherwise(refused, place, target, rendered, key)
        await self._end_thinking(place, key)
        return message

    async def found(self, message: MessageRef, *, key: str) -> None:
        """It was posted by a process that died then: does what `post` does once a message is there."""
        await self._learn(message)
        await self._end_thinking(message.place, key)

    async def change(self, message: MessageRef, rendered: Rendered, *, keeps_files: bool = False) -> None:
        """Changes it; what files it had go, unless they are kept."""
        token = await self._tokens.behind(message)
        if token is not None:
            try:
                await self._change_by(token, message, rendered, keeps_files=keeps_files)
                return
            except DiscordRefused as refused:
                if refused.code not in _GONE_TOKEN:
                    raise
        channel, number = where(message.message)
        uploads = await self._uploads(message.place, rendered)
        await self._call(
            message.place,
            "PATCH",
            f"{_OF_CHANNEL}/{{message_id}}",
            _body(rendered, uploads, keeps_files=keeps_files),
            uploads,
            channel_id=channel,
            message_id=number,
        )

    async def filled(self, place: Place, rendered: Rendered) -> tuple[dict[str, Any], list[Upload]]:
        """The body of a message with the files that it brings along, for who sends it in another way."""
        uploads = await self._uploads(place, rendered)
        return _body(rendered, uploads), uploads

    # Private

    async def _post(self, place: Place, target: Target, rendered: Rendered, key: str) -> MessageRef:
        uploads = await self._uploads(place, rendered)
        body: dict[str, Any] = {
            **_body(rendered, uploads),
            "flags": flags(rendered, ephemeral=False),
            "nonce": nonce_of(key),
            "enforce_nonce": True,
        }
        if target.answering is not None:
            body["message_reference"] = {
                "message_id": target.answering,
                "channel_id": target.channel,
                "fail_if_not_exists": False,
            }
        sent = await self._call(place, "POST", _OF_CHANNEL, body, uploads, channel_id=target.channel)
        message = MessageRef(place, message_id(target.channel, int(sent["id"])))
        await self._learn(message)
        return message

    async def _learn(self, message: MessageRef) -> None:
        if await self._places.thread_of(message.place) != where(message.message)[0]:
            await self._places.learn_message(message)

    async def _otherwise(
        self, refused: DiscordRefused, place: Place, target: Target, rendered: Rendered, key: str
    ) -> MessageRef:
        """A second way: without the answer, beside a thread that is closed, or through the interaction."""
        if refused.code == CANNOT_REPLY:
            return await self._post(place, Target(target.channel), rendered, key)
        if refused.code not in CLOSED:
            raise refused
        if place.audience is None and str(target.channel) != place.channel:
            _log.info("thread.closed", thread=target.channel, reason=str(refused))
            if refused.code == UNKNOWN_CHANNEL:
                await self._places.forget_thread(target.channel)
            beside = Target(int(place.channel), target.channel)
            try:
                return await self._post(place, beside, rendered, key)
            except DiscordRefused as again:
                raise (again if refused.code == UNKNOWN_CHANNEL else refused) from again
        token = await self._tokens.of(key)
        if token is None or (place.audience is not None and not token.is_private):
            raise refused
        try:
            return await self._post_by(token, place, rendered, key)
        except DiscordRefused as silenced:
            raise (refused if silenced.code in _GONE_TOKEN else silenced) from silenced

    async def _post_by(self, token: Token, place: Place, rendered: Rendered, key: str) -> MessageRef:
        if token.answer and token.key == key:
            return MessageRef(place, token.answer)  # by a process that died before it could say so
        uploads = await self._uploads(place, rendered)
        sent = await self._in_place_of_thinking(token, place, rendered, uploads) if token.is_promised else None
        if sent is None:
            sent = await self._call(
                place,
                "POST",
                _OF_TOKEN,
                {**_body(rendered, uploads), "flags": flags(rendered, ephemeral=token.is_private)},
                uploads,
                repeatable=False,  # there is no nonce for it
                webhook_id=token.application,
                webhook_token=token.secret,
            )
        message = MessageRef(place, message_id(int(sent["channel_id"]), int(sent["id"])))
        await self._tokens.spoke(message, token)
        await self._tokens.kept_its_promise(key, token, message)
        return message

    async def _in_place_of_thinking(
        self, token: Token, place: Place, rendered: Rendered, uploads: list[Upload]
    ) -> Mapping[str, Any] | None:
        """None where that is not there any more."""
        try:
            return await self._call(
                place,
                "PATCH",
                f"{_OF_TOKEN}/messages/@original",
                _body(rendered, uploads),
                uploads,
                webhook_id=token.application,
                webhook_token=token.secret,
            )
        except DiscordRefused as refused:
            if refused.code == UNKNOWN_WEBHOOK and self._tokens.may_be_acknowledged(token):
                raise _not_yet() from refused
            if refused.code != UNKNOWN_MESSAGE:
                raise
            return None

    async def _end_thinking(self, place: Place, key: str) -> None:
        """Where something stands elsewhere, in a DM, nothing takes the place of "thinking…"."""
        token = await self._tokens.of(key) if place.audience is not None else None
        if token is None or not token.is_promised:
            return
        try:
            await self._rest.call(
                "DELETE",
                f"{_OF_TOKEN}/messages/@original",
                webhook_id=token.application,
                webhook_token=token.secret,
            )
        except DiscordRefused as refused:
            if refused.code == UNKNOWN_WEBHOOK and self._tokens.may_be_acknowledged(token):
                raise _not_yet() from refused
            _log.info("answer.not_deleted", reason=str(refused))
        await self._tokens.kept_its_promise(key, token)

    async def _change_by(self, token: Token, message: MessageRef, rendered: Rendered, *, keeps_files: bool) -> None:
        uploads = await self._uploads(message.place, rendered)
        await self._call(
            message.place,
            "PATCH",
            f"{_OF_TOKEN}/messages/{{message_id}}",
            _body(rendered, uploads, keeps_files=keeps_files),
            uploads,
            webhook_id=token.application,
            webhook_token=token.secret,
            message_id=where(message.message)[1],
        )

    async def _call(
        self,
        place: Place,
        method: str,
        path: str,
        body: Mapping[str, Any],
        uploads: list[Upload],
        *,
        query: Mapping[str, str] | None = None,
        repeatable: bool = True,
        **places: int | str,
    ) -> Any:
        try:
            return await self._rest.call(
                method, path, body=body, files=uploads, query=query, repeatable=repeatable, **places
            )
        except DiscordRefused as refused:
            if uploads and (refused.code == TOO_LARGE or refused.status == 413):
                largest = max(len(each.data) for each in uploads)
                raise self._sizes.refused(place.team, largest) from refused
            raise

    async def _uploads(self, place: Place, rendered: Rendered) -> list[Upload]:
        """Read anew for each try. What no conversion could make small enough is told in the card, and left out."""
        limit_bytes = self._sizes.limit_bytes(place.team)
        room_bytes = limits.MAX_REQUEST_BYTES
        uploads: list[Upload] = []
        for shown in rendered.files:
            data = await self._data(shown)
            if len(data) > limit_bytes or len(data) > room_bytes:
                _log.warning("file.left_out", name=shown.name, size_bytes=len(data))
                continue
            room_bytes -= len(data)
            uploads.append(Upload(shown.name, data, shown.alt))
        return uploads

    async def _data(self, shown: Shown) -> bytes:
        return shown.data if shown.stored is None else await self._pictures.read(shown.stored)


def _not_yet() -> Transient:
    """A command is acknowledged while its job begins: in a moment Discord knows its token."""
    return Transient("Discord knows nothing of that command yet.")


def _body(rendered: Rendered, uploads: list[Upload], *, keeps_files: bool = False) -> dict[str, Any]:
    body = dict(rendered.body)
    if uploads or not keeps_files:
        body["attachments"] = [
            {"id": index, "filename": each.name, **({"description": each.alt} if each.alt else {})}
            for index, each in enumerate(uploads)
        ]
    return body
