"""The catalog of models: finds a model by name and completes a `PromptSpec` into a `Request` for it."""

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
from bot.catalog.pricing import DisplayPrice, describe_price_change, price_per_picture
from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec, Request
from bot.domain.text import closest_match, fold, quote_typed
from bot.errors import BadCommand
from bot.texts import model_errors
from bot.texts import notes as notes_texts

RetiredPolicy = Literal["successor", "refuse"]


class Catalog:
    """All known models, and which of them are available here. Immutable; create it with `load`."""

    def __init__(
        self,
        models: Mapping[str, Model],
        retired: Mapping[str, Retired],
        *,
        unavailable_reason: Callable[[Model], str | None],
        default_model: str,
        retired_policy: RetiredPolicy,
        today: Callable[[], date],
    ) -> None:
        self._models = models
        self._unavailable_reason = unavailable_reason
        self._default_model = default_model
        self._retired_policy = retired_policy
        self._today = today
        self._by_folded_name: dict[str, Model | Retired] = {}
        for entry in (*retired.values(), *models.values()):
            for word in (entry.name, entry.label, *entry.aliases):
                self._by_folded_name[fold(word)] = entry

    @classmethod
    def load(
        cls,
        *,
        extra: Path | None,
        unavailable_reason: Callable[[Model], str | None],
        default_model: str,
        retired: RetiredPolicy,
        today: Callable[[], date],
    ) -> "Catalog":
        """Loads the built-in models, and merges the administrator's file into them.

        Args:
            extra: the administrator's TOML file.
            unavailable_reason: returns None for a model that can draw here, else one sentence for the administrator:
                what to set so that it can. Such models are known, but not offered.
            default_model: the model to use when a person names none, by any of its names.
            retired: what happens when someone names a model that was shut down.
            today: returns the current date; called each time, since models are shut down while Easel runs.

        Raises:
            AdminError: the file or the default model is wrong; the text lists all problems.
        """
        entries = load_entries(extra)
        catalog = cls(
            entries.models,
            entries.retired,
            unavailable_reason=unavailable_reason,
            default_model=default_model,
            retired_policy=retired,
            today=today,
        )
        try:
            catalog.resolve(default_model)
        except BadCommand as error:
            known = catalog._by_folded_name.get(fold(default_model))
            lacks = unavailable_reason(known) if isinstance(known, Model) else None
            hint = " ".join(words for words in (lacks, error.hint) if words)
            raise model_errors.default_model(error.text, hint=hint) from error
        return catalog

    @property
    def known_names(self) -> frozenset[str]:
        """All names, labels and aliases of models, folded by `bot.domain.text.fold`, for the grammar."""
        return frozenset(self._by_folded_name)

    @property
    def default(self) -> Model:
        """The model to use when a person names none.

        Raises:
            BadCommand: it was shut down while Easel was running, and has no available successor.
        """
        return self._find(self._default_model)[0]

    def all(self) -> tuple[Model, ...]:
        """All known models, available or not, newest family first."""
        return tuple(self._models.values())

    def served(self) -> tuple[Model, ...]:
        """The models that are not shut down, connected or not."""
        return tuple(model for model in self._models.values() if not self._is_shut_down(model))

    def models(self) -> tuple[Model, ...]:
        """The models that can draw here now, the default model first."""
        try:
            default = self.default
        except BadCommand:
            return tuple(self._available_models())
        return tuple(sorted(self._available_models(), key=lambda model: model is not default))

    def get(self, name: ModelName) -> Model | None:
        """The entry of exactly this name, available or not; None if the catalog has none."""
        return self._models.get(name)

    def unavailable_reason(self, model: Model) -> str | None:
        """What an administrator has to set before the model can draw here, in one sentence; None if it can."""
        return self._unavailable_reason(model)

    def label(self, name: ModelName) -> str:
        """The model's label, or its name if it is no longer in the catalog."""
        model = self._models.get(name)
        return name if model is None else model.label

    def resolve(self, name: str) -> tuple[Model, tuple[str, ...]]:
        """The available model that `name` means, and notes: if it is a successor, one says so and gives its price.

        Raises:
            BadCommand: the name is unknown, or the model is not connected here, or was shut down and has no available
                successor.
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
        """Completes `spec` into a legal request; each adjustment is reported as a note.

        Args:
            spec: what the person typed.
            defaults: the person's saved defaults, for what `spec` leaves open; a note says if one does not fit.
            base: the size of the picture to edit; None if there is none, or it is not known yet.
            inputs: the number of input pictures, base and references together; more than 0 makes it an edit.
            partials: how many partial images to request; the model may support fewer.
            like: the model that drew the base: used if `spec` names none.
            mask, markup: whether the base has a mask, or marks drawn over it.
            seen_inputs: how many inputs the model must look at (a base with its SVG does not count); None: all.

        Raises:
            BadCommand: a value that cannot be adjusted; the hint suggests the nearest possible one.
        """
        model, ended, notes = self._choose_model(spec, like, defaults)
        if mask and markup:
            raise model_errors.mask_and_markup()
        self._check_inputs(
            model, InputNeeds(inputs, inputs if seen_inputs is None else seen_inputs, mask=mask, markup=markup)
        )
        complete_for = partial(
            complete, spec=spec, defaults=defaults, base=base, inputs=inputs, partials=partials, mask=mask
        )
        completed = complete_for(model)
        if ended is not None:
            notes = (*notes, _successor_note(ended, model, complete_for))
        return replace(completed, notes=(*notes, *completed.notes))

    def require_vision(self, name: ModelName, seen_inputs: int) -> None:
        """Checks that the model can look at pictures, once a job has loaded its inputs and knows which have an SVG.

        Raises:
            BadCommand: the model reads text only.
        """
        self._check_inputs(self._models[name], InputNeeds(seen_inputs, seen_inputs))

    def fit_to_base(self, request: Request, base: Size) -> tuple[Request, tuple[str, ...]]:
        """The request with the legal size nearest to its base, and a note if that is not the base's size."""
        return fit_to_base(self._models[request.model], request, base)

    def _find(self, name: str) -> tuple[Model, Model | Retired | None]:
        """The available model that `name` means, and the model that it replaces if that was shut down.

        Raises:
            BadCommand: as `resolve`.
        """
        found = self._by_folded_name.get(fold(name))
        if found is None:
            raise self._unknown_model(name)
        if self._is_shut_down(found):
            return self._find_successor(found), found
        model = self._models[found.name]
        if self._unavailable_reason(model) is not None:
            raise model_errors.not_connected(model.name, connected=self._list_connected())
        return model, None

    def _choose_model(
        self, spec: PromptSpec, like: ModelName | None, defaults: PromptSpec
    ) -> tuple[Model, Model | Retired | None, tuple[str, ...]]:
        """As `_find`, for the first available of: the typed model, the base's model, the person's default, the default.

        The third value holds a note if a model was skipped.
        """
        if spec.model is not None:
            return *self._find(spec.model), ()
        problem = ""
        for name, whose in ((like, ""), (defaults.model, notes_texts.OWN_DEFAULT)):
            if name is None:
                continue
            try:
                model, ended = self._find(name)
                break
            except BadCommand as error:
                problem = problem or f"{whose}{error.text}"
        else:
            model, ended = self._find(self._default_model)
        return model, ended, (notes_texts.using(problem, model.name),) if problem else ()

    def _check_inputs(self, model: Model, needs: InputNeeds) -> None:
        if (unmet := needs.unmet_reason(model)) is None:
            return
        # Suggest a model of the same kind first: another one that writes SVG, or another image model.
        alike = sorted(self.models(), key=lambda other: other.provider != model.provider)
        able = next((other for other in alike if needs.unmet_reason(other) is None), None)
        raise model_errors.cannot_use_inputs(unmet, able=able.name if able else None, less=needs.advice_for(model))

    def _find_successor(self, gone: Model | Retired) -> Model:
        text = _shutdown_text(gone)
        entry: Model | Retired = gone
        while self._is_shut_down(entry):
            if entry.successor is None:
                raise model_errors.shut_down(text, connected=self._list_connected())
            entry = self._by_folded_name[fold(entry.successor)]
        successor = self._models[entry.name]
        if self._unavailable_reason(successor) is not None:
            raise model_errors.successor_not_connected(text, successor.name, connected=self._list_connected())
        if self._retired_policy == "refuse":
            raise model_errors.use_successor(text, successor.name)
        return successor

    def _unknown_model(self, name: str) -> BadCommand:
        words = {
            word: model.name for model in self._available_models() for word in (model.name, model.label, *model.aliases)
        }
        near = closest_match(name, words)
        return model_errors.unknown_model(
            quote_typed(name), nearest=words[near] if near else None, connected=self._list_connected()
        )

    def _list_connected(self) -> str:
        return model_errors.connected(model.name for model in self._available_models())

    def _available_models(self) -> list[Model]:
        return [model for model in self.served() if self._unavailable_reason(model) is None]

    def _is_shut_down(self, entry: Model | Retired) -> bool:
        if isinstance(entry, Retired):
            return True  # only its name is known
        return entry.shutdown is not None and self._today() >= entry.shutdown


def _shutdown_text(gone: Model | Retired) -> str:
    return model_errors.shutdown(gone.name, gone.shutdown)


def _successor_note(gone: Model | Retired, model: Model, complete_for: Callable[[Model], Completed]) -> str:
    """Says that `model` draws instead of `gone`, with the prices of both for this request."""
    price = describe_price_change(
        price_per_picture(model, complete_for(model).request), _previous_price(gone, complete_for)
    )
    return notes_texts.successor_used(_shutdown_text(gone), model.name, price=price)


def _previous_price(gone: Model | Retired, complete_for: Callable[[Model], Completed]) -> DisplayPrice | None:
    if isinstance(gone, Retired):
        return None
    try:
        return price_per_picture(gone, complete_for(gone).request)
    except BadCommand:  # the old model could never draw this
        return None
