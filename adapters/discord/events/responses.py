"""Discord interaction responses: acknowledged within 3 s, then a card, a modal, autocomplete choices or nothing.

A card is an ephemeral message, in place of "thinking…" where the interaction was deferred. Without a card, a command's
"thinking…" is deleted, and a button stays as it is.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, TypeVar

import discord
import structlog

from adapters.discord import errors
from adapters.discord.errors import ALREADY_ACKNOWLEDGED, DiscordRefused
from adapters.discord.ids import made_at_s, place_at
from adapters.discord.payloads.interactions import Interaction
from adapters.discord.payloads.rest_responses import InteractionResponseResult
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.rendering import modals
from adapters.discord.rendering.cards import EPHEMERAL, flags, panel
from adapters.discord.rendering.cards import message as plain_message
from adapters.discord.rendering.components import Json
from adapters.discord.rest import DiscordRest, MultipartFile
from bot.domain.people import Place
from bot.errors import EaselError
from bot.presentation.card import Card, Form
from bot.presentation.cards import error, internal_error

_CALLBACK: Final = "/interactions/{webhook_id}/{webhook_token}/callback"
_WEBHOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL: Final = f"{_WEBHOOK}/messages/@original"
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
"""Types of interaction callbacks."""

_EXPIRES_S: Final = 2.5
"""Discord waits 3 s, and then tells the person that the app did not respond."""
_DEFER_AFTER_S: Final = 1.5
"""Leaves the rest of the 3 s to the network."""

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class InteractionResponse:
    """To one interaction. No method raises for Discord's refusals: the work itself was done or refused before."""

    def __init__(self, rest: DiscordRest, multipart: MultipartSender, interaction: Interaction) -> None:
        self._rest = rest
        self._multipart = multipart
        self._interaction = interaction
        self._deferred: int | None = None
        """The type of the callback that deferred it."""
        self.is_lost = False
        """Whether Discord takes no response: the interaction has expired, or its thread is locked."""

    async def is_too_late(self) -> bool:
        """Whether the interaction has expired. After a reconnect Discord sends interactions that failed meanwhile.

        An old one, by Discord's clock, is deferred: whether Discord accepts that is the answer.
        """
        if self._rest.time.now_s() - made_at_s(self._interaction.id) < _EXPIRES_S:
            return False
        await self.defer()
        if self.is_lost:
            _log.info("interaction.too_late", kind=self._interaction.type.name)
        return self.is_lost

    async def defer(self) -> None:
        """Acknowledges it. For a command, its user sees "thinking…" until there is a response."""
        kind = self._deferred_type
        data = {"flags": EPHEMERAL} if kind == _DEFERRED_MESSAGE else None
        if await self._callback(kind, data) is not None:
            self._deferred = kind

    async def defer_if_slow(self, work: Awaitable[_T], *, after_s: float = _DEFER_AFTER_S) -> _T:
        """The result of `work`; the interaction is deferred where that takes longer than `after_s`.

        So as a rule an acknowledgement means that the work is stored, and it never comes too late.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait((task,), timeout=after_s)
            if not task.done():
                await self.defer()
            return await task
        finally:
            task.cancel()

    async def promise_followup(self, *, is_private: bool) -> None:
        """Shows "thinking…", which the job's post replaces later: Easel cannot post it in another way."""
        if self._deferred is None:
            await self._callback(_DEFERRED_MESSAGE, {"flags": EPHEMERAL} if is_private else None)

    async def nothing(self) -> None:
        """Acknowledges it without a message: the result is posted in the channel or sent as a DM."""
        if self._deferred is None:
            await self.defer()
        # Deletes "thinking…", or the ephemeral question that was answered. The message of a card stays.
        if self._deferred == _DEFERRED_MESSAGE or self._is_on_ephemeral_panel:
            await self._send("DELETE", _ORIGINAL)

    async def card(self, card: Card, *, dismiss_label: str = "") -> int | None:
        """Shows it in an ephemeral message; returns the message's id where Discord says it.

        Args:
            dismiss_label: of a further button that only deletes the message; "" for none.
        """
        rendered = panel(card, dismiss_label=dismiss_label)
        try:
            body, uploads = await self._multipart.fit_to_limit(self._place, rendered)
        except EaselError as problem:
            rendered = panel(error(problem))
            body, uploads = dict(rendered.body), []
        # An edit of an ephemeral message keeps it ephemeral.
        private = {**body, "flags": flags(rendered, ephemeral=True)}
        changed = {**body, "flags": flags(rendered, ephemeral=False)}
        if self._deferred == _DEFERRED_MESSAGE:
            sent = await self._send("PATCH", _ORIGINAL, changed, uploads)
        elif self._deferred is not None:
            sent = await self._send("POST", _WEBHOOK, private, uploads)
        elif self._is_on_ephemeral_panel and not uploads:
            sent = await self._callback(_UPDATE, changed)
        else:
            sent = await self._callback(_MESSAGE, private, uploads)
        return sent.message_id if sent is not None else None

    async def replace(self, card: Card) -> None:
        """Shows it in place of the message whose button was pressed."""
        message = self._interaction.message
        is_panel = message is not None and message.is_components_v2
        rendered = panel(card) if is_panel else plain_message(card)
        body = {**rendered.body, "flags": flags(rendered, ephemeral=False)}
        if self._deferred is None:
            await self._callback(_UPDATE, body)
        else:
            await self._send("PATCH", _ORIGINAL, body)

    async def form(self, form: Form, custom_id: str) -> None:
        """Opens it as a modal, which Discord only allows as the first response."""
        if self._deferred is None:
            await self._callback(_MODAL, modals.modal(form, custom_id))
        else:
            await self.card(error(errors.too_slow()))

    async def choices(self, choices: Sequence[Mapping[str, Json]]) -> None:
        await self._callback(_CHOICES, {"choices": choices})

    async def internal_error(self) -> None:
        """Says that Easel failed; autocomplete has no place for such a text."""
        if self._interaction.type is discord.InteractionType.autocomplete:
            await self.choices(())
        else:
            await self.card(internal_error())

    # Private

    @property
    def _place(self) -> Place:
        """Whose file limits apply."""
        return place_at(self._interaction.guild_id, self._interaction.channel_id)

    @property
    def _deferred_type(self) -> int:
        """A command, and a modal that one opened, belong to no message that could be updated."""
        return _DEFERRED_UPDATE if self._interaction.message is not None else _DEFERRED_MESSAGE

    @property
    def _is_on_ephemeral_panel(self) -> bool:
        """Whether a button was pressed on an ephemeral panel, such as a question. An ephemeral image is none."""
        message = self._interaction.message
        is_press = self._interaction.type is discord.InteractionType.component
        return is_press and message is not None and message.is_ephemeral and message.is_components_v2

    async def _callback(
        self, kind: int, data: Mapping[str, Json] | None, uploads: Sequence[MultipartFile] = ()
    ) -> InteractionResponseResult | None:
        """None where Discord did not take it."""
        body: Mapping[str, Json] = {"type": kind, "data": data} if data is not None else {"type": kind}
        try:
            answer = await self._rest.call(
                "POST",
                _CALLBACK,
                body=body,
                files=uploads,
                query={"with_response": "true"} if kind in (_MESSAGE, _UPDATE) else None,
                webhook_id=self._interaction.id,
                webhook_token=self._interaction.token,
            )
        except DiscordRefused as refused:
            if refused.code == ALREADY_ACKNOWLEDGED:  # by a try whose answer was lost
                return InteractionResponseResult()
            self.is_lost = True
            _log.warning("interaction.not_answered", reason=str(refused))
            return None
        except EaselError as problem:
            _log.warning("interaction.not_answered", reason=problem.text)
            return None
        return InteractionResponseResult.parse(answer)

    async def _send(
        self, method: str, path: str, body: Mapping[str, Json] | None = None, uploads: Sequence[MultipartFile] = ()
    ) -> InteractionResponseResult | None:
        """None where Discord did not take it."""
        try:
            answer = await self._rest.call(
                method,
                path,
                body=body,
                files=uploads,
                repeatable=method != "POST",
                webhook_id=self._interaction.application_id,
                webhook_token=self._interaction.token,
            )
        except EaselError as problem:
            _log.info("answer.not_shown", reason=str(problem))
            return None
        return InteractionResponseResult.parse(answer)
