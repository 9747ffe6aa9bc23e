"""The private answers: help, models, usage, defaults, details and forms."""

from dataclasses import replace
from datetime import datetime

from bot.catalog.catalog import Catalog
from bot.domain.commands import Defaults, Show
from bot.domain.jobs import Version
from bot.domain.people import Person
from bot.domain.requests import Order, Wish
from bot.grammar.flags import FLAGS
from bot.grammar.wishes import copyable
from bot.options import SUBCOMMANDS, command_options
from bot.ports import Answer, Clock
from bot.presentation import cards, forms
from bot.presentation.card import Card, Choice, Field
from bot.presentation.cards import Spent
from bot.store.ledger import Ledger, Spending
from bot.store.preferences import Preferences


class Answers:
    def __init__(self, catalog: Catalog, ledger: Ledger, preferences: Preferences, clock: Clock) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._preferences = preferences
        self._clock = clock
        self._options = {option.name: option for option in command_options(catalog)}

    async def show(self, command: Show, person: Person) -> Answer:
        match command.topic:
            case "help":
                flags = [Field(f"--{flag.name} {flag.value}".strip(), flag.summary) for flag in FLAGS]
                questions = [Field(f"/imagine {question.name}", question.summary) for question in SUBCOMMANDS]
                return Answer(cards.help_card(flags, questions))
            case "models":
                rows = [Field(choice.value, choice.label) for choice in self._choices("model")]
                return Answer(cards.models(rows, self._catalog.default.name))
            case "usage":
                return Answer(await self._usage(person))

    async def defaults(self, command: Defaults, person: Person) -> Answer:
        """Saves, clears or shows what applies to a person where their command is silent.

        Raises:
            BadCommand: no model could honour them.
        """
        if command.clear:
            await self._preferences.clear(person.key)
            return Answer(cards.defaults((), changed=True))
        saved = await self._preferences.get(person.key)
        if command.wish == Wish(prompt=""):
            return Answer(cards.defaults(_said(saved) if saved else (), changed=False))
        # Completing a trial wish finds what is illegal now, rather than at the next command.
        self._catalog.complete(
            replace(command.wish, prompt="trial"), defaults=Wish(prompt=""), base=None, inputs=0, partials=0
        )
        await self._preferences.set(person.key, command.wish)
        return Answer(cards.defaults(_said(command.wish), changed=True))

    def details(self, version: Version) -> Answer:
        label = self._catalog.label(version.request.model)
        return Answer(cards.details(version, model_label=label, command=copyable(version.request)))

    def edit_form(self, version: Version) -> Answer:
        form = forms.edit_form(
            version, models=self._choices("model"), qualities=self._choices("quality"), sizes=self._choices("size")
        )
        return Answer(form=form)

    def retry_form(self, order: Order) -> Answer:
        form = forms.retry_form(
            order, models=self._choices("model"), qualities=self._choices("quality"), sizes=self._choices("size")
        )
        return Answer(form=form)

    async def _usage(self, person: Person) -> Card:
        now = self._clock.now()
        since = datetime(now.year, now.month, 1, tzinfo=now.tzinfo)
        mine = await self._ledger.by_model(since=since, person=person.key)
        team = await self._ledger.spent(since=since, team=(person.platform, person.team))
        return cards.usage(
            f"{now:%B %Y}", [_spent(row.model, row.spending) for row in mine], _spent("Everyone here", team)
        )

    def _choices(self, option: str) -> tuple[Choice, ...]:
        return self._options[option].choices


def _spent(name: str, spending: Spending) -> Spent:
    return Spent(name, spending.pictures, spending.settled, spending.unknown_count)


def _said(wish: Wish) -> tuple[Field, ...]:
    said = {
        "model": wish.model,
        "size": wish.size,
        "ar": f"{wish.ratio[0]}:{wish.ratio[1]}" if wish.ratio else None,
        "quality": wish.quality,
        "effort": wish.effort,
        "n": wish.n,
        "background": wish.background,
        "format": wish.format,
        "compression": wish.compression,
        "no": wish.exclude,
        "private": "yes" if wish.private else None,
    }
    return tuple(Field(f"--{name}", str(value)) for name, value in said.items() if value is not None)
