"""Handles the events of all platforms with `Intake.handle`.

An accepted event is stored durably before `handle` returns. An event that is refused gets a private answer.
"""

from dataclasses import replace
from typing import assert_never

import structlog

from bot.domain.commands import BackTo, Defaults, Edit, Imagine, Show, Tree, Undo
from bot.domain.events import (
    ButtonPressed,
    CommandTyped,
    DefaultsChosen,
    Event,
    FormAsked,
    FormSubmitted,
    HomeOpened,
    MessagePosted,
    TeamLeft,
)
from bot.domain.jobs import Thread
from bot.domain.people import MessageRef
from bot.domain.pictures import Attachment
from bot.domain.requests import AttachmentSource, Order, PromptSpec, Source, VersionName
from bot.domain.thread_actions import ThreadAction
from bot.errors import EaselError
from bot.grammar.commands import parse_command, parse_move, parse_reply
from bot.grammar.prompt_specs import spec_from_form
from bot.grammar.talk import classify_reply, is_emoji_only
from bot.intake.buttons import Buttons
from bot.intake.edit_questions import EditQuestions
from bot.intake.order_builder import EventOrigin, OrderBuilder
from bot.intake.private_answers import PrivateAnswers
from bot.intake.text_files import TextFiles
from bot.intake.version_lookup import BaseVersion, VersionLookup
from bot.ports import Jobs, PrivateResponse
from bot.presentation import cards
from bot.store.threads import Threads
from bot.texts import command_errors

_NOTHING = PrivateResponse()
_IGNORED_TALK = PrivateResponse(reaction=True)
"""The response to a message between people: only a reaction, where the platform supports it."""

_log = structlog.get_logger(__name__)


class Intake:
    """Turns events into jobs and private answers.

    Args:
        model_words: names of models that commands recognise.
        mentions_only: whether Easel reads messages in its threads only if they mention it.
    """

    def __init__(
        self,
        *,
        jobs: Jobs,
        version_lookup: VersionLookup,
        orders: OrderBuilder,
        answers: PrivateAnswers,
        buttons: Buttons,
        edit_questions: EditQuestions,
        text_files: TextFiles,
        threads: Threads,
        model_words: frozenset[str],
        mentions_only: bool,
    ) -> None:
        self._jobs = jobs
        self._version_lookup = version_lookup
        self._orders = orders
        self._answers = answers
        self._buttons = buttons
        self._edit_questions = edit_questions
        self._text_files = text_files
        self._threads = threads
        self._model_words = model_words
        self._mentions_only = mentions_only

    async def handle(self, event: Event) -> PrivateResponse:
        """Accepts, answers or ignores an event. An event that is delivered twice is accepted once."""
        try:
            match event:
                case CommandTyped():
                    return await self._handle_command(event)
                case MessagePosted():
                    return await self._handle_message(event)
                case ButtonPressed(action="draw" | "leave"):
                    return await self._handle_answer(event)
                case ButtonPressed():
                    return await self._buttons.handle(event)
                case FormAsked():
                    return await self._open_form(event)
                case FormSubmitted():
                    return await self._handle_form(event)
                case HomeOpened():
                    return await self._answers.home(event.person)
                case DefaultsChosen():
                    return await self._answers.choose_defaults(event.values, event.person)
                case TeamLeft():
                    return await self._cancel_all(event)
                case _:
                    assert_never(event)
        except EaselError as problem:
            if await self._jobs.knows(event.key):
                # A redelivery: it fails because the first delivery was done, such as `undo` of v2.
                return _NOTHING
            _log.info("event.refused", kind=type(problem).__name__, key=event.key)
            return PrivateResponse(cards.error(problem))

    async def _handle_command(self, event: CommandTyped) -> PrivateResponse:
        event = await self._text_files.read(event)
        if event.about_thread:
            return await self._handle_thread_command(event)
        match parse_command(event.text, self._model_words):
            case Imagine(spec):
                return await self._imagine(event, spec)
            case Show() as show:
                return await self._answers.show(show, event.person)
            case Defaults() as defaults:
                return await self._answers.defaults(defaults, event.person)
            case other:
                raise AssertionError(f"a typed command is never {other}")

    async def _imagine(self, event: CommandTyped | MessagePosted | FormSubmitted, spec: PromptSpec) -> PrivateResponse:
        """Draws a new picture, or edits the attached pictures or the version that --on names."""
        origin = EventOrigin(event.key, event.person, event.place)
        thread = await self._threads.find(event.place) if event.place.thread is not None else None
        base = None
        if spec.on is not None:
            if thread is None:
                raise command_errors.version_outside_thread(str(spec.on))
            base = await self._version_lookup.base(thread, named=spec.on, replied_to=None)
        others = _attachment_sources(event.attachments)
        await self._jobs.submit(await self._orders.from_spec(origin, spec, thread=thread, base=base, others=others))
        return _NOTHING

    async def _handle_message(self, event: MessagePosted) -> PrivateResponse:
        if event.to_others and not event.to_us:
            return _NOTHING
        thread = await self._version_lookup.thread_at(event.place, event.replied_to)
        if not event.to_us and (thread is None or not await self._reads_replies(thread, event.replied_to)):
            return _NOTHING
        event = await self._text_files.read(event)
        if thread is None:
            return await self._handle_mention(event)
        return await self._handle_reply(event, thread, replied_to=event.replied_to)

    async def _reads_replies(self, thread: Thread, replied_to: MessageRef | None) -> bool:
        """Whether a message needs no mention: in Easel's own threads, and in replies to one of its pictures."""
        if self._mentions_only:
            return False
        return thread.is_ours or (replied_to is not None and await self._version_lookup.shows_version(replied_to))

    async def _handle_thread_command(self, event: CommandTyped) -> PrivateResponse:
        """Handles a command about a thread, such as /edit. Outside of a thread, it edits the attached images."""
        thread = await self._threads.find(event.place)
        if thread is not None:
            return await self._handle_reply(event, thread, replied_to=None)
        if not event.attachments:
            raise command_errors.not_a_thread_with_image()
        return await self._handle_command(replace(event, about_thread=False))

    async def _handle_reply(
        self, event: MessagePosted | CommandTyped, thread: Thread, *, replied_to: MessageRef | None
    ) -> PrivateResponse:
        is_called = isinstance(event, CommandTyped) or event.to_us
        has_attachments = bool(event.attachments)
        match parse_reply(event.text, self._model_words, has_attachments=has_attachments, mentions_us=is_called):
            case None if isinstance(event, CommandTyped):
                raise command_errors.change_missing()
            case None:
                return _IGNORED_TALK if is_emoji_only(event.text) else _NOTHING
            case Edit(sense="talk") if isinstance(event, MessagePosted):
                return _IGNORED_TALK
            case Edit(spec, sense="again"):
                return await self._again(event, thread, spec, replied_to=replied_to)
            case Edit(spec, sense="unclear") if isinstance(event, MessagePosted):
                return await self._ask_or_edit(event, thread, spec)
            case Edit(spec):
                return await self._edit(event, thread, spec, replied_to=replied_to)
            case Undo():
                back = (await self._version_lookup.undo_target(thread)).id
                await self._jobs.submit(ThreadAction(event.key, "back", event.person, thread.place, thread.id, back))
            case BackTo(name):
                back = (await self._version_lookup.by_name(thread, name)).id
                await self._jobs.submit(ThreadAction(event.key, "back", event.person, thread.place, thread.id, back))
            case Tree():
                await self._jobs.submit(ThreadAction(event.key, "tree", event.person, thread.place, thread.id))
            case Show() as show:
                return await self._answers.show(show, event.person)
            case Defaults() as defaults:
                return await self._answers.defaults(defaults, event.person)
            case Imagine(spec):
                return await self._imagine(event, spec)
        return _NOTHING

    async def _handle_mention(self, event: MessagePosted) -> PrivateResponse:
        """Handles a mention or direct message outside of Easel's threads, like the text of `/imagine`.

        Raises:
            NotFound: the text is "undo", "back" or "again", which need a thread.
        """
        sense = "edit" if event.attachments else classify_reply(event.text)
        if sense == "talk" and event.text.strip():
            return _IGNORED_TALK
        if sense == "again":
            raise command_errors.nothing_to_repeat_outside_thread()
        if isinstance(parse_move(event.text), Undo | BackTo):
            raise command_errors.nothing_to_undo_outside_thread()
        typed = CommandTyped(
            key=event.key, person=event.person, place=event.place, text=event.text, attachments=event.attachments
        )
        return await self._handle_command(typed)

    async def _edit(
        self,
        event: MessagePosted | CommandTyped | FormSubmitted,
        thread: Thread,
        spec: PromptSpec,
        *,
        replied_to: MessageRef | None,
    ) -> PrivateResponse:
        _, order = await self._edit_order(event, thread, spec, replied_to=replied_to)
        await self._jobs.submit(order)
        return _NOTHING

    async def _edit_order(
        self,
        event: MessagePosted | CommandTyped | FormSubmitted,
        thread: Thread,
        spec: PromptSpec,
        *,
        replied_to: MessageRef | None,
    ) -> tuple[BaseVersion | None, Order]:
        """Returns the base version and the order. The base comes first, then the attached images in their order."""
        base = await self._version_lookup.base(thread, named=spec.on, replied_to=replied_to)
        others = _attachment_sources(event.attachments)
        if base is None and not others:
            raise command_errors.nothing_to_edit()
        origin = EventOrigin(event.key, event.person, event.place)
        return base, await self._orders.from_spec(origin, spec, thread=thread, base=base, others=others)

    async def _again(
        self, event: MessagePosted | CommandTyped, thread: Thread, spec: PromptSpec, *, replied_to: MessageRef | None
    ) -> PrivateResponse:
        """Repeats the job of a version like the button Again, with the changes that flags specify."""
        base = await self._version_lookup.base(thread, named=spec.on, replied_to=replied_to)
        if base is None:
            raise command_errors.nothing_to_repeat()
        row = await self._version_lookup.job(base.job, person=event.person, place=thread.place)
        origin = EventOrigin(event.key, event.person, event.place)
        if replace(spec, prompt="", on=None) == PromptSpec(""):
            order = self._orders.again(origin, row.order, thread=thread, request=row.request)
        else:
            order = await self._orders.again_with(origin, spec, row.order, thread=thread, request=row.request)
        await self._jobs.submit(order)
        return _NOTHING

    async def _ask_or_edit(self, event: MessagePosted, thread: Thread, spec: PromptSpec) -> PrivateResponse:
        """Handles a message that may be an edit: a free model draws it at once, otherwise the author is asked."""
        base, order = await self._edit_order(event, thread, spec, replied_to=event.replied_to)
        if self._orders.is_billed(order) and not await self._jobs.knows(event.key):
            return await self._edit_questions.ask(event, base, order)
        await self._jobs.submit(order)
        return _NOTHING

    async def _handle_answer(self, event: ButtonPressed) -> PrivateResponse:
        """Handles the answer to a question. The edit has the message's key, so it is drawn once per message."""
        question = await self._edit_questions.load(event)
        if event.action != "draw":
            return self._edit_questions.settled_card(question, await self._edit_questions.settle(question, "leave"))
        message = question.message
        thread = await self._version_lookup.thread_at(message.place, message.replied_to)
        edit = parse_reply(message.text, self._model_words, mentions_us=message.to_us)
        if thread is None or not isinstance(edit, Edit):
            raise command_errors.thread_gone()
        spec = replace(edit.spec, on=edit.spec.on or question.version)
        _, order = await self._edit_order(message, thread, spec, replied_to=message.replied_to)
        answer = await self._edit_questions.settle(question, "draw")
        if answer == "draw":
            await self._jobs.submit(order)
        return self._edit_questions.settled_card(question, answer)

    async def _open_form(self, event: FormAsked) -> PrivateResponse:
        """Returns a form: to edit the version that a message shows, or the pictures in a message, or to create one."""
        shown = await self._version_lookup.shown_by(event.message, event.person) if event.message is not None else None
        if shown is not None:
            return self._answers.edit_form(shown)
        if event.attachments:
            return self._answers.picture_form([attachment.name for attachment in event.attachments])
        if event.message is not None:
            raise command_errors.no_image_in_message()
        return self._answers.create_form()

    async def _handle_form(self, event: FormSubmitted) -> PrivateResponse:
        """Handles a submitted form: creates a picture, edits a result, or retries a failed job with changes."""
        event = await self._text_files.read(event)
        if not event.target:
            spec = spec_from_form(event.values, models=self._model_words, allow_empty_prompt=len(event.attachments) > 1)
            return await self._imagine(event, spec)
        row = await self._version_lookup.job(event.target, person=event.person, place=event.place)
        thread = await self._version_lookup.thread_of(row.order)
        version = await self._version_lookup.version_of(row.order.job)
        spec = spec_from_form(event.values, models=self._model_words, allow_empty_prompt=bool(event.attachments))
        if version is not None:
            named = spec.on or VersionName(version.number)
            return await self._edit(event, thread, replace(spec, on=named), replied_to=None)
        origin = EventOrigin(event.key, event.person, event.place)
        others = _attachment_sources(event.attachments)
        await self._jobs.submit(await self._orders.retry(origin, spec, row.order, thread=thread, others=others))
        return _NOTHING

    async def _cancel_all(self, event: TeamLeft) -> PrivateResponse:
        # Newest first: otherwise each cancelled drawing would free its slot for a waiting job.
        for job in await self._version_lookup.unfinished_of(event.platform, event.team):
            await self._jobs.cancel(job)
        return _NOTHING


def _attachment_sources(attachments: tuple[Attachment, ...]) -> tuple[Source, ...]:
    return tuple(AttachmentSource(attachment) for attachment in attachments)
