"""One order, several calls: split where it must be, each tried again by itself, and what they made put together."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.domain.ids import EventKey, ModelName, PlatformName, ThreadId, job_id_for
from bot.domain.money import UsdMicros
from bot.domain.people import Place
from bot.domain.pictures import Size
from bot.domain.rate_limit import TokenBucket
from bot.domain.requests import AppliedSettings, Order, Request
from bot.domain.retries import Retry
from bot.domain.usage import Usage
from bot.errors import AdminError, EaselError, OutcomeUnknown, Refused, Transient
from bot.jobs.provider_calls import FirstCall, ProviderCalls, ProviderResult
from bot.ports import Drawing, Inputs, OnProgress, PaidWithoutImage, Progress
from bot.presentation.card import Preview
from tests.builders import ADA
from tests.clock import TODAY

MODELS = """
[models.many]
label = "Many at once"
provider = "openai_images"
api = "images"
base_url = "http://many.example/v1"
allow = ["n", "size"]
sizes = ["64x64"]
default_size = "64x64"
qualities = ["low"]
default_quality = "low"
backgrounds = ["auto"]
formats = ["png", "gif", "svg"]
n_max = 10
edits = true
masks = true
max_inputs = 4
max_partials = 3
prices = { text_in = "0", image_in = "0", image_out = "10", text_out = "5", source = "test", checked = 2026-11-22 }
output_tokens = { table = { low = { "64x64" = 100 } } }

[models.single]
label = "One at a time"
like = "many"
split_n = true

[models.writer]
label = "Writes the SVG of others"
like = "many"
prices = { text_in = "0", image_in = "0", image_out = "0", text_out = "7", source = "test", checked = 2026-11-22 }
"""
SERVICE = "http://many.example/v1"
FOX = Request("a fox", ModelName("single"), Size(64, 64), "low", n=3)
USAGE = Usage(image_out=100)
COST = 1000
BUSY = Transient("The model is overloaded.")
REFUSED = Refused("The safety system refused it: violence.")
ALSO_REFUSED = Refused("The safety system refused it: hate.")
LOST = OutcomeUnknown("The connection broke.")
EMPTY = PaidWithoutImage("It drew nothing.", usage=USAGE)
NO_KEY = AdminError("The key is not valid.")


class StillClock:
    """Time that passes only in `waits`."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    def monotonic_s(self) -> float:
        return 0.0

    async def sleep(self, delay_s: float) -> None:
        self.waits.append(round(delay_s, 3))
        await asyncio.sleep(0)


class Service:
    """Answers one call after the other as it was told, and draws when nothing is left to do otherwise.

    Args:
        holds: so many calls are held until `go`; `begun` is set when all of them have come.
    """

    def __init__(self, *answers: Drawing | EaselError, holds: int = 0) -> None:
        self.asked: list[Request] = []
        self.progress: list[OnProgress] = []
        self.stopped = 0
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self._answers = list(answers)
        self._holds = holds

    async def draw(self, request: Request, inputs: Inputs, *, asker: object, on_progress: OnProgress) -> Drawing:
        assert asker == ADA
        self.asked.append(request)
        self.progress.append(on_progress)
        answer = self._answers.pop(0) if self._answers else a_drawing(str(len(self.asked)), n=request.n)
        if self._holds:
            if len(self.asked) == self._holds:
                self.begun.set()
            try:
                await self.go.wait()
            except asyncio.CancelledError:
                self.stopped += 1
                raise
        if isinstance(answer, EaselError):
            raise answer
        return answer


def a_drawing(name: str, *, n: int = 1, usage: Usage | None = USAGE) -> Drawing:
    return Drawing(tuple(f"{name}{index}".encode() for index in range(n)), usage)


def busy_for(retry_after_s: float) -> Transient:
    return Transient(BUSY.text, retry_after_s=retry_after_s)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    models = tmp_path / "models.toml"
    models.write_text(MODELS)
    return Catalog.load(
        extra=models, unavailable_reason=lambda _: None, default_model="many", retired="refuse", today=lambda: TODAY
    )


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


class Table:
    """Where one order after the other is drawn by a service."""

    def __init__(self, catalog: Catalog, clock: StillClock) -> None:
        self.catalog = catalog
        self.clock = clock
        self.seen: list[Progress] = []
        self.retries: list[Retry | None] = []

    def calls(self, service: Service, bucket: TokenBucket | None = None) -> ProviderCalls:
        buckets = {SERVICE: bucket} if bucket is not None else {}
        providers = {"openai_images": service, "sketch": service}
        return ProviderCalls(catalog=self.catalog, providers=providers, buckets=buckets, clock=self.clock)

    async def draw(self, service: Service, request: Request = FOX, bucket: TokenBucket | None = None) -> ProviderResult:
        model = self.catalog.get(request.model)
        assert model is not None
        calls = self.calls(service, bucket)
        return await calls.draw(
            model, request, Inputs(), asker=ADA, on_progress=self.seen.append, on_retry=self.retries.append
        )


@pytest.fixture
def table(catalog: Catalog, clock: StillClock) -> Table:
    return Table(catalog, clock)


@pytest.mark.parametrize(
    ("request_", "per_minute", "asked"),
    [
        pytest.param(replace(FOX, model=ModelName("many")), None, [3], id="all at once where that is possible"),
        pytest.param(FOX, None, [1, 1, 1], id="a service that draws one"),
        pytest.param(replace(FOX, model=ModelName("many"), partials=2), None, [1, 1, 1], id="streamed"),
        pytest.param(replace(FOX, model=ModelName("many"), format="gif"), None, [1, 1, 1], id="animated"),
        pytest.param(replace(FOX, model=ModelName("many"), format="svg"), None, [1, 1, 1], id="as SVG"),
        pytest.param(replace(FOX, model=ModelName("many")), 2, [1, 1, 1], id="more than a minute's worth"),
        pytest.param(replace(FOX, model=ModelName("many")), 3, [3], id="a minute's worth"),
        pytest.param(replace(FOX, model=ModelName("sketch"), partials=2), 2, [3], id="drawn here"),
    ],
)
async def test_orders_are_split_where_they_must_be(
    table: Table, request_: Request, per_minute: int | None, asked: list[int]
) -> None:
    """Single calls where the service, its streaming, its format or its limit demand it; else one call for all."""
    bucket = TokenBucket(per_minute, table.clock) if per_minute is not None else None
    service = Service()
    made = await table.draw(service, request_, bucket)
    assert [each.n for each in service.asked] == asked
    assert len(made.pictures) == len(made.svgs) == 3


async def test_pictures_keep_the_order_of_their_calls(table: Table) -> None:
    """Whoever is drawn first, and however often a call is tried again."""
    made = await table.draw(Service(a_drawing("a"), busy_for(0.5), a_drawing("c"), a_drawing("b")))
    assert made.pictures == (b"a0", b"b0", b"c0")


async def test_a_call_is_tried_again_by_itself(table: Table) -> None:
    """Its siblings are not asked a second time, and it waits twice as long each time, or as long as it is told."""
    service = Service(a_drawing("a"), BUSY, a_drawing("c"), BUSY, busy_for(0.5), a_drawing("b"))
    made = await table.draw(service)
    assert made.pictures == (b"a0", b"b0", b"c0")
    assert (len(service.asked), table.clock.waits) == (6, [1, 2, 0.5])
    assert (made.cost, made.notes) == (3 * COST, ())
    assert table.retries[0] == Retry(BUSY.text, attempt=2, attempts=5, delay_s=1, is_all=False)
    assert Retry(BUSY.text, attempt=4, attempts=5, delay_s=0.5, is_all=False) in table.retries
    assert table.retries[-1] is None, "nothing waits any longer"


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        (BUSY, "Easel tried 5 times. Press Again to retry."),
        (busy_for(3600), "The next try is possible in 60 minutes. Press Again to retry."),
        (busy_for(9000), "The next try is possible in 2 hours. Press Again to retry."),
        (
            Transient("No.", hint="The service says: no."),
            "The service says: no. Easel tried 5 times. Press Again to retry.",
        ),
        (REFUSED, None),
    ],
)
async def test_what_failed_for_good_says_what_to_do(table: Table, problem: EaselError, advice: str | None) -> None:
    """Nobody waits for a try that will not come."""
    with pytest.raises(EaselError) as caught:
        await table.draw(Service(*[problem] * 9), replace(FOX, n=1))
    assert caught.value.hint == advice


@pytest.mark.parametrize(
    ("problems", "asked"),
    [([BUSY] * 9, 5), ([LOST], 1), ([REFUSED], 1), ([busy_for(3600)], 1)],
    ids=["busy", "unknown", "refused", "busy for an hour"],
)
async def test_nothing_is_tried_again_without_hope(table: Table, problems: list[EaselError], asked: int) -> None:
    """A busy service is asked five times; what was refused, may be paid or would take an hour is not repeated."""
    service = Service(*problems)
    with pytest.raises(EaselError, match=problems[0].text):
        await table.draw(service, replace(FOX, n=1))
    assert len(service.asked) == asked


async def test_later_calls_wait_for_their_place_in_the_bucket(table: Table) -> None:
    """The turn took the first call's picture; with 2 a minute the third comes after 30 s and the fourth after 60."""
    bucket = TokenBucket(2, table.clock)
    bucket.take(1)
    await table.draw(Service(), replace(FOX, n=4), bucket)
    assert table.clock.waits == [30, 60]


async def test_a_service_that_is_full_holds_up_everybody(table: Table) -> None:
    """Where it names a time, nobody draws there before, and those whom it turned away come one by one after that."""
    bucket = TokenBucket(6, table.clock)
    bucket.take(1)
    await table.draw(Service(busy_for(20), busy_for(20)), replace(FOX, n=2), bucket)
    assert table.clock.waits == [20, 30]
    assert bucket.wait_s(1) == pytest.approx(40)


@pytest.mark.parametrize(
    ("problems", "notes", "cost"),
    [
        ([REFUSED], ["1 of 3 images was refused by the model's safety system."], 2 * COST),
        ([REFUSED, ALSO_REFUSED], ["2 of 3 images were refused by the model's safety system."], COST),
        ([NO_KEY], ["1 of 3 images failed: The key is not valid."], 2 * COST),
        ([EMPTY], ["1 of 3 images failed, but was charged: It drew nothing."], 3 * COST),
        ([LOST], ["1 of 3 images never arrived. It may have been charged."], 3 * COST),
        ([LOST, LOST], ["2 of 3 images never arrived. They may have been charged."], 3 * COST),
        (
            [PaidWithoutImage("It drew nothing.", usage=None)],
            ["1 of 3 images failed, but was charged:"],
            None,
        ),
        (
            [REFUSED, LOST],
            [
                "1 of 3 images was refused by the model's safety system.",
                "1 of 3 images never arrived. It may have been charged.",
            ],
            2 * COST,
        ),
    ],
)
async def test_what_came_is_delivered_with_a_note_for_the_rest(
    table: Table, problems: list[EaselError], notes: list[str], cost: int | None
) -> None:
    """Pictures that could be had are, and the cost is of all that was or may have been paid."""
    # A lost call counts at the estimate of its own picture: 100 tokens, and the few of its prompt are free here.
    made = await table.draw(Service(*problems))
    assert len(made.pictures) == 3 - len(problems)
    assert [note[: len(start)] for note, start in zip(made.notes, notes, strict=True)] == notes
    assert made.cost == cost


@pytest.mark.parametrize(
    ("problems", "told"),
    [
        ([REFUSED, NO_KEY, LOST], LOST),
        ([NO_KEY, REFUSED, EMPTY], EMPTY),
        ([NO_KEY, REFUSED, NO_KEY], REFUSED),
        ([NO_KEY, NO_KEY, NO_KEY], NO_KEY),
    ],
)
async def test_the_gravest_is_told_where_nothing_came(
    table: Table, problems: Sequence[EaselError], told: EaselError
) -> None:
    """What may have been paid before what was, and that before what was free, so that the ledger tells the truth."""
    with pytest.raises(type(told), match=told.text):
        await table.draw(Service(*problems))


@pytest.mark.parametrize(
    ("usages", "together"),
    [([USAGE, USAGE, Usage(text_in=1)], Usage(text_in=1, image_out=200)), ([USAGE, None, USAGE], None)],
)
async def test_all_fruitless_answers_are_paid(table: Table, usages: list[Usage | None], together: Usage | None) -> None:
    """What several answers took that held no picture is added up, and unknown where one of them is."""
    with pytest.raises(PaidWithoutImage) as caught:
        await table.draw(Service(*(PaidWithoutImage("Nothing.", usage=usage) for usage in usages)))
    assert caught.value.usage == together


@pytest.mark.parametrize(
    ("drawing", "cost"),
    [
        (a_drawing("a"), COST),
        (a_drawing("a", usage=None), None),
        (replace(a_drawing("a"), others={"writer": Usage(text_out=3)}), COST + 21),
        (replace(a_drawing("a"), others={"nobody": Usage(text_out=3)}), None),
    ],
    ids=["counted", "not counted", "with a second model", "with a model that nobody knows"],
)
async def test_cost_is_of_everything_or_unknown(table: Table, drawing: Drawing, cost: int | None) -> None:
    """Further models that took part are paid too; what nobody counted makes the whole unknown."""
    made = await table.draw(Service(drawing), replace(FOX, n=2))
    assert made.cost == (None if cost is None else UsdMicros(cost + COST))


async def test_drawings_are_put_together(table: Table) -> None:
    """Each picture keeps its SVG, what every call remarks is said once, and what was applied is known from any."""
    drawn = Drawing((b"a",), USAGE, ("The prompt was revised.",), svgs=(b"<svg/>",))
    other = Drawing((b"b",), USAGE, ("The prompt was revised.", "It was late."), applied=AppliedSettings(quality="low"))
    made = await table.draw(Service(drawn, other), replace(FOX, n=2))
    assert made == ProviderResult(
        pictures=(b"a", b"b"),
        svgs=(b"<svg/>", None),
        applied=AppliedSettings(quality="low"),
        cost=UsdMicros(2 * COST),
        notes=("The prompt was revised.", "It was late."),
    )


async def test_progress_is_of_the_whole(table: Table) -> None:
    """Finished pictures are counted, fractions are those of the whole order, and the newest preview is passed on."""
    service = Service(holds=2)
    drawing = asyncio.create_task(table.draw(service, replace(FOX, n=2)))
    await service.begun.wait()
    service.progress[1](Progress(fraction=0.5, preview=Preview(b"rough", "png")))
    service.progress[0](Progress(fraction=0.25))
    service.progress[0](Progress(preview=Preview(b"better", "png")))
    service.go.set()
    await drawing
    assert table.seen == [
        Progress(0, 0.25, Preview(b"rough", "png")),
        Progress(0, 0.375),
        Progress(0, 0.375, Preview(b"better", "png")),
        Progress(1, 0.75),
        Progress(2, 1.0),
    ]


async def test_stopping_the_order_stops_every_call(table: Table) -> None:
    """Nothing goes on drawing for somebody who has cancelled."""
    service = Service(holds=3)
    drawing = asyncio.create_task(table.draw(service))
    await service.begun.wait()
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert service.stopped == 3


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, FirstCall(SERVICE, 1)),
        ({"request": replace(FOX, model=ModelName("many"))}, FirstCall(SERVICE, 3)),
        ({"request": replace(FOX, model=ModelName("sketch"))}, FirstCall("", 3)),
        ({"request": replace(FOX, model=ModelName("taken out"))}, FirstCall("", 0)),
        ({"kind": "share"}, FirstCall("", 0)),
    ],
    ids=["single", "together", "drawn here", "no such model", "nothing to draw"],
)
def test_a_turn_is_for_the_first_call(table: Table, changes: dict[str, object], first: FirstCall) -> None:
    """What an order takes from its service's bucket at once is what its first call asks for."""
    web, key = PlatformName("web"), EventKey("web:1")
    order = Order(
        job=job_id_for(key),
        key=key,
        kind="imagine",
        person=ADA,
        place=Place(web, "T1", "studio"),
        thread=ThreadId("thread"),
        request=FOX,
        typed="a fox",
        accepted_at=table.clock.now(),
        estimate=None,
    )
    assert table.calls(Service()).first_call(replace(order, **changes)) == first
