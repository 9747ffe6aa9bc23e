"""Calls the provider for an order: splits it into several calls if necessary, and retries each call separately.

A retry repeats one call only, so the others are not paid twice. If one call fails, the results of the others are kept.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.catalog.pricing import actual_cost, estimate_cost
from bot.domain.ids import ModelName
from bot.domain.money import UsdMicros
from bot.domain.people import Person
from bot.domain.rate_limit import TokenBucket
from bot.domain.requests import AppliedSettings, Order, Request
from bot.domain.retries import Retry
from bot.domain.usage import Usage, total_usage
from bot.errors import EaselError, OutcomeUnknown, Refused
from bot.jobs.retries import OnRetry, usual_delay_s, with_retries
from bot.observability import PROVIDER_ERRORS
from bot.ports import Clock, Drawing, Inputs, OnProgress, PaidWithoutImage, Progress, Provider
from bot.presentation.notes import Missing, missing_note
from bot.texts import job_errors


@dataclass(frozen=True, slots=True)
class ProviderResult:
    """The combined result of an order's calls.

    Attributes:
        pictures: the files, in the order of the calls.
        svgs: one entry per picture; None if it has no SVG.
        applied: the settings that the provider reported.
        cost: in millionths of a US dollar; None if unknown in part.
        notes: remarks for the result card.
    """

    pictures: tuple[bytes, ...]
    svgs: tuple[bytes | None, ...]
    applied: AppliedSettings
    cost: UsdMicros | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstCall:
    """What the first call of an order takes from a rate limit.

    Attributes:
        service: names the token bucket; empty for none.
        pictures: how many pictures it requests.
    """

    service: str
    pictures: int


class ProviderCalls:
    """Calls providers with retries.

    Args:
        catalog: the models.
        providers: by name.
        buckets: the rate limits of services in pictures per minute, shared with the scheduler.
        clock: for delays.
    """

    def __init__(
        self, *, catalog: Catalog, providers: Mapping[str, Provider], buckets: Mapping[str, TokenBucket], clock: Clock
    ) -> None:
        self._catalog = catalog
        self._providers = providers
        self._buckets = buckets
        self._clock = clock

    def first_call(self, order: Order) -> FirstCall:
        """Returns what must be free in the bucket before the job gets a slot. Later calls wait while it draws."""
        model = self._catalog.get(order.request.model)
        if model is None or order.kind == "share":
            return FirstCall("", 0)
        return FirstCall(model.service, self._split(model, order.request)[0])

    async def draw(
        self,
        model: Model,
        request: Request,
        inputs: Inputs,
        *,
        asker: Person,
        on_progress: OnProgress,
        on_retry: OnRetry,
    ) -> ProviderResult:
        """Draws the pictures of a request. Adds a note for each picture that failed.

        Args:
            model: the model.
            request: the completed request.
            inputs: the content of its input pictures.
            asker: the person who requested it.
            on_progress: gets the combined progress of all calls.
            on_retry: gets each retry before its delay, and None when the retry begins.

        Raises:
            EaselError: no picture was drawn; see `Provider.draw`.
        """
        calls = [_Call(model, replace(request, n=pictures), inputs, asker) for pictures in self._split(model, request)]
        shown = _CombinedProgress(len(calls), on_progress, on_retry)
        bucket = self._buckets.get(model.service)
        async with asyncio.TaskGroup() as group:
            asking: list[asyncio.Task[Drawing | EaselError]] = []
            for number, call in enumerate(calls):
                # The scheduler has taken the tokens of the first call.
                wait_s = bucket.reserve(call.request.n) if bucket is not None and number > 0 else 0.0
                asking.append(group.create_task(self._run_call(call, number, shown, wait_s)))
        ends = [(call, asked.result()) for call, asked in zip(calls, asking, strict=True)]
        drawings = [end for _, end in ends if isinstance(end, Drawing)]
        problems = [end for _, end in ends if isinstance(end, EaselError)]
        if not drawings:
            raise _worst_problem(problems)
        # Calls with the same note share it.
        remarks = dict.fromkeys(note for drawing in drawings for note in drawing.notes)
        return ProviderResult(
            pictures=tuple(picture for drawing in drawings for picture in drawing.pictures),
            svgs=tuple(svg for drawing in drawings for svg in drawing.svgs or (None,) * len(drawing.pictures)),
            applied=next(
                (drawing.applied for drawing in drawings if drawing.applied != AppliedSettings()), AppliedSettings()
            ),
            cost=self._cost(ends),
            notes=(*remarks, *_missing_notes(problems, request.n)),
        )

    # Private

    def _split(self, model: Model, request: Request) -> tuple[int, ...]:
        """How many pictures each call asks for."""
        bucket = self._buckets.get(model.service)
        one_by_one = (
            model.one_picture_per_call
            or request.partials > 0
            or request.format in ("gif", "svg")
            # A service always refuses a call for more pictures than its limit per minute.
            or (bucket is not None and request.n > bucket.capacity)
        )
        # The built-in models vary pictures by their position, so they draw them in one call.
        return (1,) * request.n if one_by_one and model.api != "none" else (request.n,)

    async def _run_call(
        self, call: "_Call", number: int, shown: "_CombinedProgress", wait_s: float
    ) -> Drawing | EaselError:
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        try:
            drawing = await with_retries(
                lambda: self._attempt(call, lambda progress: shown.progressed(number, progress)),
                clock=self._clock,
                on_retry=lambda retry: shown.retrying(number, retry),
                delay_for=lambda attempt, asked_s: self._delay_s(call, attempt, asked_s),
            )
        except EaselError as problem:
            shown.progressed(number, Progress(fraction=1.0))
            return problem
        shown.progressed(number, Progress(len(drawing.pictures), 1.0))
        return drawing

    async def _attempt(self, call: "_Call", on_progress: OnProgress) -> Drawing:
        provider = self._providers.get(call.model.provider)
        if provider is None:
            raise job_errors.model_disconnected(call.model.label)
        try:
            return await provider.draw(call.request, call.inputs, asker=call.asker, on_progress=on_progress)
        except EaselError as problem:
            PROVIDER_ERRORS.labels(call.model.provider, type(problem).__name__).inc()
            raise

    def _delay_s(self, call: "_Call", attempt: int, asked_s: float | None) -> float:
        bucket = self._buckets.get(call.model.service)
        if asked_s is None or bucket is None:
            return usual_delay_s(attempt, asked_s)
        # The service has fewer tokens left than our bucket: other clients may use the same limit.
        bucket.pause(asked_s)
        return max(asked_s, bucket.reserve(call.request.n))

    def _cost(self, ends: Sequence[tuple["_Call", Drawing | EaselError]]) -> UsdMicros | None:
        """Sums the costs. A call that failed costs nothing; one with an unknown outcome costs its estimate."""
        costs: list[UsdMicros | None] = []
        for call, end in ends:
            match end:
                case Drawing():
                    costs.append(actual_cost(call.model, end.usage))
                    costs += [self._usage_cost(name, usage) for name, usage in end.others.items()]
                case PaidWithoutImage():
                    costs.append(actual_cost(call.model, end.usage))
                case OutcomeUnknown():
                    costs.append(call.estimate)
                case _:
                    pass
        known = [cost for cost in costs if cost is not None]
        return UsdMicros(sum(known)) if len(known) == len(costs) else None

    def _usage_cost(self, name: str, usage: Usage) -> UsdMicros | None:
        model = self._catalog.get(ModelName(name))
        return actual_cost(model, usage) if model is not None else None


@dataclass(frozen=True, slots=True)
class _Call:
    """One call to a provider."""

    model: Model
    request: Request
    inputs: Inputs
    asker: Person

    @property
    def estimate(self) -> UsdMicros | None:
        used = (self.inputs.base, *self.inputs.references)
        return estimate_cost(self.model, self.request, [image.size for image in used if image is not None])


class _CombinedProgress:
    """Combines the progress and retries of several calls."""

    def __init__(self, calls: int, on_progress: OnProgress, on_retry: OnRetry) -> None:
        self._calls = [Progress()] * calls
        self._retries: dict[int, Retry] = {}
        self._on_progress = on_progress
        self._on_retry = on_retry

    def retrying(self, number: int, retry: Retry | None) -> None:
        """Reports the newest retry that is still waiting, or None."""
        self._retries.pop(number, None)
        if retry is not None:
            self._retries[number] = replace(retry, is_all=len(self._calls) == 1)
        self._on_retry(next(reversed(self._retries.values()), None))

    def progressed(self, number: int, progress: Progress) -> None:
        fraction = self._calls[number].fraction if progress.fraction is None else progress.fraction
        self._calls[number] = replace(progress, fraction=fraction)
        self._on_progress(Progress(sum(call.done for call in self._calls), self._fraction(), progress.preview))

    def _fraction(self) -> float | None:
        known = [call.fraction for call in self._calls if call.fraction is not None]
        return sum(known) / len(self._calls) if known else None


# If all calls fail, the error that may have cost money is reported.
_WORST_FIRST: tuple[tuple[type[EaselError], Missing], ...] = (
    (OutcomeUnknown, "unknown"),
    (PaidWithoutImage, "fruitless"),
    (Refused, "refused"),
    (EaselError, "failed"),
)


def _worst_problem(problems: Sequence[EaselError]) -> EaselError:
    gravest = next(problem for kind, _ in _WORST_FIRST for problem in problems if isinstance(problem, kind))
    if not isinstance(gravest, PaidWithoutImage):
        return gravest
    usages = [problem.usage for problem in problems if isinstance(problem, PaidWithoutImage)]
    return PaidWithoutImage(gravest.text, hint=gravest.hint, usage=total_usage(usages))


def _missing_notes(problems: Sequence[EaselError], n: int) -> list[str]:
    kinds: Counter[tuple[Missing, str]] = Counter()
    for problem in problems:
        why: Missing = next(why for kind, why in _WORST_FIRST if isinstance(problem, kind))
        kinds[why, problem.text if why in ("fruitless", "failed") else ""] += 1
    return [missing_note(count, n, why, reason) for (why, reason), count in kinds.items()]
