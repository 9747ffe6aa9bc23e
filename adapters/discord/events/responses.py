"""What Discord is answered to one interaction: within three seconds something, and in the end nothing or a card.

The ways differ by what was pressed. Nothing to say: a command's "thinking…" is taken away, a button just springs back.
Something to say: a message that only this person sees, in place of "thinking…" where there is one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
import structlog

from adapters.discord.errors import ALREADY_ACKNOWLEDGED, DiscordRefused
from adapters.discord.ids import made_at_s, place_at
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.rendering import modals
from adapters.discord.rendering.cards import EPHEMERAL, flags, panel
from adapters.discord.rendering.cards import message as plain_message
from adapters.discord.rest import DiscordRest, MultipartFile
from bot.domain.people import Place
from bot.errors import EaselError, Transient
from bot.presentation.card import Card, Form
from bot.presentation.cards import error, internal_error

_CALLBACK: Final = "/interactions/{webhook_id}/{webhook_token}/callback"
_HOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL: Final = f"{_HOOK}/messages/@original"
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9

_OLD_S: Final = 2.5
"""Discord waits for three seconds, and then tells the person that nobody answered."""

_log = structlog.get_logger(__name__)


class InteractionResponse:
    """To one interaction. No method raises: what was asked for has been done, or was refused, by then."""

    def __init__(self, rest: DiscordRest, multipart: MultipartSender, interaction: discord.Interaction) -> None:
        self._rest = rest
        self._multipart = multipart
        self._interaction = interaction
        self._deferred: int | None = None
        self.is_lost = False
        """Whether Discord takes no answer: it does not know the interaction any more, or its thread is locked."""

    async def is_too_late(self) -> bool:
        """Whether nobody waits for what was asked: after a break Discord tells again of what has failed by then.

        Its age, by Discord's own clock, only gives the reason to ask Discord.
        """
        if self._rest.time.now_s() - made_at_s(self._interaction.id) < _OLD_S:
            return False
        await self.defer()
        if self.is_lost:
            _log.info("interaction.too_late", kind=self._interaction.type.name)
        return self.is_lost

    async def defer(self) -> None:
        """Says that it takes longer: nobody sees more of it than "thinking…", and only who asked."""
        kind = self._silent
        data = {"flags": EPHEMERAL} if kind == _DEFERRED_MESSAGE else None
        if await self._call_back(kind, data) is not None:
            self._deferred = kind

    async def promise_followup(self, *, is_private: bool) -> None:
        """Something will stand in place of "thinking…": what is posted cannot be in any other way."""
        if self._deferred is None:
            await self._call_back(_DEFERRED_MESSAGE, {"flags": EPHEMERAL} if is_private else None)

    async def nothing(self) -> None:
        """It was accepted: what comes of it everybody sees, or will be sent."""
        if self._deferred is None:
            await self.defer()
        # The question that was answered goes, as does "thinking…"; the message of a card stays.
        if self._deferred == _DEFERRED_MESSAGE or self._is_on_question:
            await self._attempt("DELETE", _ORIGINAL)

    async def card(self, card: Card, *, or_not: str = "") -> int | None:
        """Shows it to this person alone; returns the id of the message that does, where that is known.

        Args:
            or_not: the label of a further button, which only takes the card away.
        """
        rendered = panel(card, or_not=or_not)
        try:
            body, uploads = await self._multipart.fit_to_limit(self._place, rendered)
        except EaselError as problem:
            rendered = panel(error(problem))
            body, uploads = dict(rendered.body), []
        # A message that is there already is for this person alone, and stays so.
        private = {**body, "flags": flags(rendered, ephemeral=True)}
        changed = {**body, "flags": flags(rendered, ephemeral=False)}
        if self._deferred == _DEFERRED_MESSAGE:
            sent = await self._attempt("PATCH", _ORIGINAL, changed, uploads)
        elif self._deferred is not None:
            sent = await self._attempt("POST", _HOOK, private, uploads)
        elif self._is_on_question and not uploads:
            sent = await self._call_back(_UPDATE, changed)
        else:
            sent = await self._call_back(_MESSAGE, private, uploads)
        return _message_in(sent)

    async def replace(self, card: Card) -> None:
        """Shows it in place of the message whose button was pressed."""
        message = self._interaction.message
        is_panel = message is not None and message.flags.components_v2
        rendered = panel(card) if is_panel else plain_message(card)
        body = {**rendered.body, "flags": flags(rendered, ephemeral=False)}
        if self._deferred is None:
            await self._call_back(_UPDATE, body)
        else:
            await self._attempt("PATCH", _ORIGINAL, body)

    async def form(self, form: Form, custom_id: str) -> None:
        """Opens it; nothing can be opened after the first answer."""
        if self._deferred is None:
            await self._call_back(_MODAL, modals.modal(form, custom_id))
        else:
            await self.card(error(Transient("That took too long for Discord.", hint="Press it once more.")))

    async def choices(self, choices: Sequence[Mapping[str, Any]]) -> None:
        await self._call_back(_CHOICES, {"choices": choices})

    async def internal_error(self) -> None:
        """A defect of ours kept it from being dealt with; suggestions have no words to say so."""
        if self._interaction.type is discord.InteractionType.autocomplete:
            await self.choices(())
        else:
            await self.card(internal_error())

    # Private

    @property
    def _place(self) -> Place:
        """Where the answer stands."""
        return place_at(self._interaction.guild_id, self._interaction.channel_id or 0)

    @property
    def _silent(self) -> int:
        """The first answer that says nothing: a command, and a form that one opened, stand on no message."""
        is_on_message = self._interaction.type is not discord.InteractionType.application_command
        return _DEFERRED_UPDATE if is_on_message and self._interaction.message is not None else _DEFERRED_MESSAGE

    @property
    def _is_on_question(self) -> bool:
        """Or on another panel for this person alone. A private picture that only they are shown is none: it stays."""
        message = self._interaction.message
        is_press = self._interaction.type is discord.InteractionType.component
        return is_press and message is not None and message.flags.ephemeral and message.flags.components_v2

    async def _call_back(
        self, kind: int, data: Mapping[str, Any] | None, uploads: Sequence[MultipartFile] = ()
    ) -> Mapping[str, Any] | None:
        body: dict[str, Any] = {"type": kind} | ({"data": data} if data is not None else {})
        try:
            answer: Mapping[str, Any] | None = await self._rest.call(
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
                return {}
            self.is_lost = True
            _log.warning("interaction.not_answered", reason=str(refused))
            return None
        except EaselError as problem:
            _log.warning("interaction.not_answered", reason=problem.text)
            return None
        return answer or {}

    async def _attempt(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, uploads: Sequence[MultipartFile] = ()
    ) -> Mapping[str, Any] | None:
        try:
            return await self._rest.call(
                method,
                path,
                body=body,
                files=uploads,
                repeatable=method != "POST",
                webhook_id=self._interaction.application_id,
                webhook_token=self._interaction.token,
            )
        except DiscordRefused as refused:
            _log.info("answer.not_shown", reason=str(refused))
        except EaselError as problem:
            _log.info("answer.not_shown", reason=problem.text)
        return None


def _message_in(answer: Mapping[str, Any] | None) -> int | None:
    if answer is None:
        return None
    resource: Mapping[str, Any] = answer.get("resource") or {}
    told: Mapping[str, Any] = resource.get("message") or answer
    return int(told["id"]) if "id" in told else None
