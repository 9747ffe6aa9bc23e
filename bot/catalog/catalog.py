"""The models people can choose from: finding the one they mean, and completing their wishes for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from bot.catalog.completion import Completed, complete, fit_to_base
from bot.catalog.loading import load_entries
from bot.catalog.model import Model, Retired
from bot.catalog.needs import InputNeeds
from bot.catalog.pricing import Rate, compared, rate
from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec, Request
from bot.domain.text import folded, nearest, quoted
from bot.errors import AdminError, BadCommand

RetiredPolicy = Literal["successor", "refuse"]


class Catalog:
    """Every known model, and which of them are connected here. Immutable; build it with `load`."""

    def __init__(
        self,
        models: Mapping[str, Model],
        retired: Mapping[str, Retired],
        *,
        lacking: Callable[[Model], str | None],
        default_model: str,
        retired_policy: RetiredPolicy,
        today: Callable[[], date],
    ) -> None:
        self._models = models
        self._lacking = lacking
        self._default_model = default_model
        self._retired_policy = retired_policy
        self._today = today
        self._by_word: dict[str, Model | Retired] = {}
        for entry in (*retired.values(), *models.values()):
            for word in (entry.name, entry.label, *entry.aliases):
                self._by_word[folded(word)] = entry

    @classmethod
    def load(
        cls,
        *,
        extra: Path | None,
        lacking: Callable[[Model], str | None],
        default_model: str,
        retired: RetiredPolicy,
        today: Callable[[], date],
    ) -> "Catalog":
        """The built-in models, with the administrator's file `extra` laid over them.

        Args:
            lacking: None for a model that can draw here, else one sentence for the administrator: what to set so that
                it can. Such models are known, but not offered.
            default_model: what draws when nobody says otherwise, by any of its names.
            retired: what happens when someone names a model that was shut down.
            today: the date, asked anew each time, since models are shut down while Easel runs.

        Raises:
            AdminError: the file or the default model is wrong; its text lists every problem.
        """
        entries = load_entries(extra)
        catalog = cls(
            entries.models,
            entries.retired,
            lacking=lacking,
            default_model=default_model,
            retired_policy=retired,
            today=today,
        )
        try:
            catalog.resolve(default_model)
        except BadCommand as error:
            known = catalog._by_word.get(folded(default_model))
            lacks = lacking(known) if isinstance(known, Model) else None
            hint = " ".join(words for words in (lacks, error.hint) if words)
            raise AdminError(f"EASEL_DEFAULT_MODEL: {error.text}", hint=hint) from error
        return catalog

    @property
    def words(self) -> frozenset[str]:
        """Every folded name by which a model is known, for the grammar."""
        return frozenset(self._by_word)

    @property
    def default(self) -> Model:
        """What draws when nobody says otherwise.

        Raises:
            BadCommand: it was shut down while Easel runs, without a way on.
        """
        return self._find(self._default_model)[0]

    def all(self) -> tuple[Model, ...]:
        """Every known model, connected or not, shut down or not, newest family first."""
        return tuple(self._models.values())

    def served(self) -> tuple[Model, ...]:
        """Those of them that were not shut down, connected or not."""
        return tuple(model for model in self._models.values() if not self._is_shut_down(model))

    def models(self) -> tuple[Model, ...]:
        """The models that can draw here and now, the default first."""
        try:
            default = self.default
        except BadCommand:
            return tuple(self._offered())
        return tuple(sorted(self._offered(), key=lambda model: model is not default))

    def get(self, name: ModelName) -> Model | None:
        """The entry of exactly this name, whatever its state; None for a model that is no longer in the catalog."""
        return self._models.get(name)

    def unavailable_reason(self, model: Model) -> str | None:
        """What an administrator has to set before the model can draw here, in one sentence; None where it can."""
        return self._lacking(model)

    def label(self, name: ModelName) -> str:
        """What people read for a model: its label, or its name where it is no longer in the catalog."""
        model = self._models.get(name)
        return name if model is None else model.label

    def resolve(self, name: str) -> tuple[Model, tuple[str, ...]]:
        """The offered model that a person means by `name`, and a note where it is a successor, which tells the price
        of what it usually draws.

        Raises:
            BadCommand: unknown, not connected here, or shut down without a way on.
        """
        model, ended = self._find(name)
        if ended is None:
            return model, ()
        usual = self.complete(PromptSpec("", model=name), defaults=PromptSpec(""), base=None, inputs=0, partials=0)
        return model, usual.notes

    def complete(
        self,
        spec: PromptSpec,
        *,
        defaults: PromptSpec,
        base: Size | None,
        inputs: int,
        partials: int,
        like: ModelName | None = None,
        mask: bool = False,
        markup: bool = False,
        seen_inputs: int | None = None,
    ) -> Completed:
        """The wish as a legal request, its adjustments reported as notes.

        Args:
            defaults: the person's saved wish, for what `wish` leaves open; where it does not fit, a note says so.
            base: the size of the picture to edit, None for none or where it is not known yet.
            inputs: how many pictures come along, base and references together; more than none makes it an edit.
            partials: how many unfinished pictures can be shown; fewer where the model streams fewer.
            like: the model that drew the base: it draws where `wish` names none.
            mask, markup: whether the base comes with a marked area, or with something drawn over it.
            seen_inputs: how many of the inputs have to be looked at; a base that has its SVG need not be. None: all.

        Raises:
            BadCommand: what no adjustment can honour; its hint names the nearest thing that can.
        """
        model, ended, notes = self._model_for(spec, like, defaults)
        if mask and markup:
            raise BadCommand("A picture is either marked or drawn on, not both.", hint="Leave one of the two out.")
        self._check(model, InputNeeds(inputs, inputs if seen_inputs is None else seen_inputs, mask=mask, markup=markup))
        complete_for = partial(
            complete, spec=spec, defaults=defaults, base=base, inputs=inputs, partials=partials, mask=mask
        )
        completed = complete_for(model)
        if ended is not None:
            notes = (*notes, _successor_note(ended, model, complete_for))
        return replace(completed, notes=(*notes, *completed.notes))

    def require_sight(self, name: ModelName, seen_inputs: int) -> None:
        """For a job that has gathered its pictures, and learnt how many of them have no SVG.

        Raises:
            BadCommand: the model reads text only.
        """
        self._check(self._models[name], InputNeeds(seen_inputs, seen_inputs))

    def fit_to_base(self, request: Request, base: Size) -> tuple[Request, tuple[str, ...]]:
        """The request at the size that following its base gives, with a note where that is not the base's own."""
        return fit_to_base(self._models[request.model], request, base)

    def _find(self, name: str) -> tuple[Model, Model | Retired | None]:
        """The offered model that is meant, and the one that it stands in for where that was shut down.

        Raises:
            BadCommand: as `resolve`.
        """
        found = self._by_word.get(folded(name))
        if found is None:
            raise self._unknown(name)
        if self._is_shut_down(found):
            return self._successor_of(found), found
        model = self._models[found.name]
        if self._lacking(model) is not None:
            raise BadCommand(f"{model.name} is known but not connected here.", hint=self._connected())
        return model, None

    def _model_for(
        self, spec: PromptSpec, like: ModelName | None, defaults: PromptSpec
    ) -> tuple[Model, Model | Retired | None, tuple[str, ...]]:
        """As `_find`, for the first model that was asked for and can draw; with a note where that is not the first."""
        if spec.model is not None:
            return *self._find(spec.model), ()
        problem = ""
        for name, whose in ((like, ""), (defaults.model, "Your default: ")):
            if name is None:
                continue
            try:
                model, ended = self._find(name)
                break
            except BadCommand as error:
                problem = problem or f"{whose}{error.text}"
        else:
            model, ended = self._find(self._default_model)
        return model, ended, (f"{problem} Using {model.name}.",) if problem else ()

    def _check(self, model: Model, needs: InputNeeds) -> None:
        if (unmet := needs.unmet_by(model)) is None:
            return
        # Whoever chose a model that writes SVG rather wants another of its kind than a painter.
        alike = sorted(self.models(), key=lambda other: other.provider != model.provider)
        able = next((other for other in alike if needs.unmet_by(other) is None), None)
        raise BadCommand(unmet, hint=f"{able.name} can: --model {able.name}" if able else needs.less_for(model))

    def _successor_of(self, gone: Model | Retired) -> Model:
        text = _shutdown_text(gone)
        entry: Model | Retired = gone
        while self._is_shut_down(entry):
            if entry.successor is None:
                raise BadCommand(f"{text}.", hint=self._connected())
            entry = self._by_word[folded(entry.successor)]
        successor = self._models[entry.name]
        if self._lacking(successor) is not None:
            raise BadCommand(f"{text}; its successor {successor.name} is not connected here.", hint=self._connected())
        if self._retired_policy == "refuse":
            raise BadCommand(f"{text}.", hint=f"Its successor: --model {successor.name}")
        return successor

    def _unknown(self, name: str) -> BadCommand:
        words = {word: model.name for model in self._offered() for word in (model.name, model.label, *model.aliases)}
        near = nearest(name, words)
        hint = f"Nearest: --model {words[near]}. " if near else ""
        return BadCommand(f"There is no model {quoted(name)} here.", hint=hint + self._connected())

    def _connected(self) -> str:
        return f"Connected: {', '.join(model.name for model in self._offered()) or 'none'}."

    def _offered(self) -> list[Model]:
        return [model for model in self.served() if self._lacking(model) is None]

    def _is_shut_down(self, entry: Model | Retired) -> bool:
        if isinstance(entry, Retired):
            return True  # nothing but its name is known, so that nothing could draw with it
        return entry.shutdown is not None and self._today() >= entry.shutdown


def _shutdown_text(gone: Model | Retired) -> str:
    return f"{gone.name} was shut down on {gone.shutdown}"


def _successor_note(gone: Model | Retired, model: Model, complete_for: Callable[[Model], Completed]) -> str:
    """Says that `model` draws instead of `gone`, and both prices: for the size and quality each makes of the wish."""
    price = compared(rate(model, complete_for(model).request), _old_rate(gone, complete_for))
    return f"{_shutdown_text(gone)}: drawing with {model.name} instead ({price})."


def _old_rate(gone: Model | Retired, complete_for: Callable[[Model], Completed]) -> Rate | None:
    if isinstance(gone, Retired):
        return None
    try:
        return rate(gone, complete_for(gone).request)
    except BadCommand:  # it could never draw this
        return None
