"""Builds private answers: help, models, usage, defaults, details, forms and the home page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.catalog.catalog import Catalog
from bot.domain.commands import Defaults, Show
from bot.domain.ids import PlatformName
from bot.domain.jobs import Version
from bot.domain.people import Person
from bot.domain.requests import Order, PromptSpec
from bot.domain.spending import Spending, start_of_month
from bot.errors import BadCommand, EaselError
from bot.grammar.flags import FLAGS
from bot.grammar.prompt_specs import command_line, spec_from_form
from bot.options import CommandOptions
from bot.ports import Clock, PrivateResponse
from bot.presentation import cards, forms
from bot.presentation.capabilities import Capabilities, Support
from bot.presentation.card import Card, Choice, Field, Form, FormField
from bot.presentation.cards import UsageLine
from bot.presentation.home import home_page
from bot.presentation.options import SUBCOMMANDS
from bot.store.ledger import Ledger
from bot.store.preferences import Preferences
from bot.store.versions import Versions

_RECENT = 6
"""How many pictures the home page shows."""


class PrivateAnswers:
    """Builds private answers.

    Args:
        capabilities: of each platform, so that the help describes what works there.
    """

    def __init__(
        self,
        catalog: Catalog,
        ledger: Ledger,
        preferences: Preferences,
        versions: Versions,
        clock: Clock,
        *,
        capabilities: Mapping[PlatformName, Capabilities],
    ) -> None:
        self._capabilities = capabilities
        self._versions = versions
        self._catalog = catalog
        self._ledger = ledger
        self._preferences = preferences
        self._clock = clock
        self._options = CommandOptions(catalog)

    async def show(self, command: Show, person: Person) -> PrivateResponse:
        match command.topic:
            case "help":
                return PrivateResponse(self._help(person))
            case "models":
                rows = [Field(choice.value, choice.label) for choice in self._choices("model")]
                return PrivateResponse(cards.models(rows, self._catalog.default.name))
            case "usage":
                return PrivateResponse(await self._usage(person))

    async def defaults(self, command: Defaults, person: Person) -> PrivateResponse:
        """Saves, clears or shows a person's default settings.

        Raises:
            BadCommand: no model supports them.
        """
        if command.clear:
            await self._preferences.clear(person.key)
            return PrivateResponse(cards.defaults((), changed=True))
        saved = await self._preferences.get(person.key)
        if command.spec == PromptSpec(prompt=""):
            return PrivateResponse(cards.defaults(_spec_text(saved) if saved else (), changed=False))
        await self._save(command.spec, person)
        return PrivateResponse(cards.defaults(_spec_text(command.spec), changed=True))

    async def home(self, person: Person, *, notice: Card | None = None) -> PrivateResponse:
        """Returns the person's home page: newest pictures, usage, defaults and help."""
        recent = await self._versions.newest_of(person.key, limit=_RECENT)
        saved = await self._preferences.get(person.key) or PromptSpec(prompt="")
        usage, form = await self._usage(person), self._form(forms.defaults_form, saved)
        return PrivateResponse(
            home=home_page(recent, usage=usage, defaults=form, help_card=self._help(person), notice=notice)
        )

    async def choose_defaults(self, values: Mapping[str, str], person: Person) -> PrivateResponse:
        """Saves defaults chosen on the home page. If no model supports them, shows an error there and saves nothing."""
        saved = await self._preferences.get(person.key) or PromptSpec(prompt="")
        try:
            chosen = spec_from_form({"prompt": "", **values}, allow_empty_prompt=True)
            said = {name: getattr(chosen, name) for name in ("model", "quality", "size") if name in values}
            if "size" in said:
                said["ratio"] = chosen.ratio
            await self._save(replace(saved, **said), person)
        except EaselError as problem:
            return await self.home(person, notice=cards.error(problem))
        return await self.home(person)

    def details(self, version: Version) -> PrivateResponse:
        label = self._catalog.label(version.request.model)
        return PrivateResponse(cards.details(version, model_label=label, command=command_line(version.request)))

    def edit_form(self, version: Version) -> PrivateResponse:
        return PrivateResponse(form=self._form(forms.edit_form, version))

    def retry_form(self, order: Order) -> PrivateResponse:
        return PrivateResponse(form=self._form(forms.retry_form, order))

    def picture_form(self, names: Sequence[str]) -> PrivateResponse:
        return PrivateResponse(form=self._form(forms.picture_form, names))

    def create_form(self) -> PrivateResponse:
        return PrivateResponse(form=self._form(forms.create_form))

    def _form(self, make: Callable[..., Form], *about: object) -> Form:
        form = make(
            *about, models=self._choices("model"), qualities=self._choices("quality"), sizes=self._choices("size")
        )
        return replace(form, fields=tuple(map(self._with_served_model, form.fields)))

    def _with_served_model(self, field: FormField) -> FormField:
        """Returns the field; if its model was shut down, with the successor selected."""
        if field.name != "model" or not field.value:
            return field
        try:
            return replace(field, value=self._catalog.resolve(field.value)[0].name)
        except BadCommand:
            return field  # submitting the form returns the error

    def _help(self, person: Person) -> Card:
        flags = [Field(f"--{flag.name} {flag.value}".strip(), flag.summary) for flag in FLAGS]
        questions = [Field(f"/imagine {question.name}", question.summary) for question in SUBCOMMANDS]
        in_threads = self._capabilities[person.platform].commands_in_threads is Support.FULL
        return cards.help_card(flags, questions, commands_in_threads=in_threads)

    async def _save(self, spec: PromptSpec, person: Person) -> None:
        # Completing a test prompt finds unsupported settings now, rather than at the next command.
        self._catalog.complete(
            replace(spec, prompt="trial"), defaults=PromptSpec(prompt=""), base=None, inputs=0, partials=0
        )
        await self._preferences.set(person.key, spec)

    async def _usage(self, person: Person) -> Card:
        now = self._clock.now()
        since = start_of_month(now)
        mine = await self._ledger.by_model(since=since, person=person.key)
        team = None
        if person.is_in_team:
            spending = await self._ledger.spent(since=since, team=(person.platform, person.team))
            team = _usage_line(cards.EVERYONE, spending)
        return cards.usage(f"{now:%B %Y}", [_usage_line(row.model, row.spending) for row in mine], team)

    def _choices(self, option: str) -> tuple[Choice, ...]:
        return next(each.choices for each in self._options() if each.name == option)


def _usage_line(name: str, spending: Spending) -> UsageLine:
    return UsageLine(name, spending.pictures, spending.settled, spending.unknown_count)


def _spec_text(spec: PromptSpec) -> tuple[Field, ...]:
    said = {
        "model": spec.model,
        "size": spec.size,
        "ar": f"{spec.ratio[0]}:{spec.ratio[1]}" if spec.ratio else None,
        "quality": spec.quality,
        "effort": spec.effort,
        "n": spec.n,
        "background": spec.background,
        "format": spec.format,
        "compression": spec.compression,
        "no": spec.exclude,
        "private": "yes" if spec.private else None,
    }
    return tuple(Field(f"--{name}", str(value)) for name, value in said.items() if value is not None)
