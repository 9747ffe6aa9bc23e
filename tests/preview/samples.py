"""One card, form or page of every kind that people meet, as the core makes it, with real pictures by the sketch."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.ids import EventKey, JobId, ModelName, PictureId, PlatformName, ThreadId, VersionId
from bot.domain.jobs import Version
from bot.domain.money import FREE, usd_micros
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Picture, PictureFormat, Size
from bot.domain.requests import Order, PromptSpec, Request
from bot.errors import BadCommand
from bot.grammar.flags import FLAGS
from bot.imaging.convert import convert_to_fit, encode
from bot.imaging.decode import decode
from bot.imaging.pool import ImagingPool
from bot.imaging.tree_image import TreeNode, draw_tree
from bot.options import command_options
from bot.ports import Inputs
from bot.presentation import cards, forms, questions
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card, Field, Form, Home, Preview
from bot.presentation.cards import DeliveredImages, UsageLine
from bot.presentation.home import home_page
from bot.presentation.options import SUBCOMMANDS
from bot.providers.sketch.provider import SketchProvider
from bot.texts import command_errors, model_errors, service_errors
from tests.catalogs import a_catalog

PLATFORM = PlatformName("chat")
ADA = Person(PLATFORM, "T1", "U1", "Ada Lovelace")
PLACE = Place(PLATFORM, "T1", "C1", thread="C1:1")
NOON = datetime(2026, 11, 22, 12, 3, tzinfo=UTC)
LIGHTHOUSE = "a lighthouse on a cliff at dusk, with a fishing boat and three gulls, as an old travel poster"
LONG = (
    "A vintage travel poster of Lisbon seen from the river at golden hour: yellow trams climbing between pastel "
    "houses, laundry over the street, the bridge behind, gulls, a ferry, warm paper, visible brush strokes, large "
    "calm sky for a headline, no text at all; keep the palette to ochre, teal and a little coral. Leave the lower "
    "third quiet so that the event's details can be set there later, and let the tram be the only red thing."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """`private` is what only one person sees."""

    name: str
    shows: Card | Form | Home
    private: bool = False


@dataclass(frozen=True, slots=True)
class Samples:
    all: tuple[Sample, ...]
    files: Mapping[PictureId, bytes]


async def samples(capabilities: Capabilities) -> Samples:
    """What a platform with these capabilities would be given to show."""
    files: dict[PictureId, bytes] = {}
    pool = ImagingPool()
    try:
        sketch = SketchProvider(pool)
        drawn = await _drawn(sketch, files)
        shown = [*_jobs(drawn, files, capabilities), *_answers(drawn), *_forms(drawn), *_homes(drawn, capabilities)]
    finally:
        pool.close()
    return Samples(tuple(shown), files)


async def _drawn(sketch: SketchProvider, files: dict[PictureId, bytes]) -> Mapping[str, Version]:
    wide = await _version(sketch, files, 1, LIGHTHOUSE, Size(1152, 768))
    four = await _version(sketch, files, 2, "a red fox in a snowy forest, four ideas", Size(640, 640), n=4)
    tall = await _version(sketch, files, 3, LONG, Size(640, 960))
    webp = await _version(sketch, files, 4, "now make it night", Size(960, 640), image_format="webp")
    return {"wide": wide, "four": four, "tall": tall, "webp": webp}


async def _version(
    sketch: SketchProvider,
    files: dict[PictureId, bytes],
    number: int,
    words: str,
    size: Size,
    *,
    n: int = 1,
    image_format: PictureFormat = "png",
) -> Version:
    request = Request(words, ModelName("sketch"), size, "high", n=n, format=image_format)
    drawing = await sketch.draw(request, Inputs(), asker=ADA, on_progress=lambda _: None)
    pictures = tuple(_kept(data, image_format, size, files) for data in drawing.pictures)
    return Version(
        id=VersionId(f"version{number}"),
        thread=ThreadId("thread"),
        number=number,
        parent=None,
        job=JobId(f"job{number}aaaaaaaaaaaaaaa"),
        author=ADA,
        request=request,
        typed=words,
        notes=("1000x680 is not a multiple of 16: using 1152x768.",) if number == 1 else (),
        pictures=pictures,
        cost=FREE if number == 1 else usd_micros(Decimal(52_700) * n),
        seconds=0.4 if number == 1 else 41.7,
        created_at=NOON,
        message=MessageRef(PLACE, f"C1:{number}"),
    )


def _kept(data: bytes, image_format: PictureFormat, size: Size, files: dict[PictureId, bytes]) -> Picture:
    picture = Picture(PictureId(hashlib.sha256(data).hexdigest()), image_format, size, len(data))
    files[picture.id] = data
    return picture


def _order(words: str, model: str, *, n: int = 1) -> Order:
    request = Request(words, ModelName(model), Size(1536, 1024), "high", n=n)
    return Order(
        job=JobId("job0aaaaaaaaaaaaaaaa"),
        key=EventKey("key"),
        kind="imagine",
        person=ADA,
        place=PLACE,
        thread=ThreadId("thread"),
        request=request,
        typed=words,
        accepted_at=NOON,
        estimate=usd_micros(Decimal(52_700)),
    )


def _jobs(drawn: Mapping[str, Version], files: dict[PictureId, bytes], can: Capabilities) -> list[Sample]:
    wide, four, tall, webp = (drawn[name] for name in ("wide", "four", "tall", "webp"))
    order = _order(LIGHTHOUSE, "gpt-image-2.6-sunburst")
    label = "GPT Image 2.6 Sunburst"
    preview = Preview(files[wide.pictures[0].id], "png")
    fitted = convert_to_fit(files[webp.pictures[0].id], max_bytes=can.max_image_bytes, formats=can.formats)
    converted = _kept(fitted.data, fitted.format, fitted.size, files)
    shown_webp = DeliveredImages((converted,), (fitted.note or "",))
    nodes = [
        TreeNode(each.name, parent, each.typed, "Ada", each is webp, False, _thumbnail(each, files))
        for each, parent in zip((wide, tall, webp), (None, "v1", "v1"), strict=True)
    ]
    tree = _kept(draw_tree(nodes), "png", Size(900, 900), files)

    def drawing(done: float, **more: object) -> Card:
        return cards.drawing(order, model_label=label, since=NOON, elapsed_s=17, fraction=done, **more)

    def result(
        version: Version, model_label: str, parent: str | None, shown: DeliveredImages, *, private: bool = False
    ) -> Card:
        return cards.result(version, model_label=model_label, parent=parent, shown=shown, private=private)

    refused = service_errors.refused(label, reasons=("violence",))
    unknown = service_errors.connection_lost_paid(label)
    return [
        Sample("queued", cards.queued(order, model_label=label, place=3)),
        Sample("drawing, with progress", drawing(0.42)),
        Sample("drawing, with a preview", drawing(0.75, preview=preview)),
        Sample("result, one picture", result(wide, "sketch: offline, no AI", None, DeliveredImages(wide.pictures))),
        Sample("result, long words, upright", result(tall, label, "v1", DeliveredImages(tall.pictures))),
        Sample("result, four pictures", result(four, label, None, DeliveredImages(four.pictures))),
        Sample("result, converted from webp", result(webp, label, "v2b", shown_webp)),
        Sample(
            "result, private", result(wide, label, None, DeliveredImages(wide.pictures), private=True), private=True
        ),
        Sample("failed", cards.failed(order, unknown.text, unknown.hint, again=True)),
        Sample("refused", cards.failed(order, refused.text, refused.hint, again=False)),
        Sample("error, to the asker alone", cards.error(_bad_size()), private=True),
        Sample("cancelled", cards.cancelled(order)),
        Sample(
            "question",
            questions.is_this_an_edit(order.job, "nice hat", version="v2", estimate=usd_micros(Decimal(52_700))),
            private=True,
        ),
        Sample("deleted", cards.deleted(wide, "Grace")),
        Sample("undo", cards.moved_head(wide, DeliveredImages(wide.pictures))),
        Sample("tree", cards.tree(tree, ("v1", "v2", "v3"), "v3")),
    ]


def _thumbnail(version: Version, files: Mapping[PictureId, bytes]) -> bytes:
    image = decode(files[version.pictures[0].id])
    image.thumbnail((300, 300))
    return encode(image, "png")


def _bad_size() -> BadCommand:
    return model_errors.size_not_possible(
        "'5000x100'",
        model_errors.too_elongated(is_wide=True, limit="3:1"),
        nearest="3840x1280",
        name="gpt-image-2.6-sunburst",
        summary="up to 3840 pixels a side",
    )


def _answers(drawn: Mapping[str, Version]) -> list[Sample]:
    rows = [Field(choice.value, choice.label) for choice in _offered()["model"]]
    saved = (Field("--quality", "high"), Field("--size", "landscape"))
    wide, tall = drawn["wide"], drawn["tall"]
    command = f"/imagine {tall.typed} --model gpt-image-2.6-sunburst --size 640x960 --quality high"
    return [
        Sample("help", _help(), private=True),
        Sample("models", cards.models(rows, "sketch"), private=True),
        Sample("usage", _usage(), private=True),
        Sample("usage, nothing yet", cards.usage("November 2026", (), UsageLine("team", 0, FREE)), private=True),
        Sample("defaults", cards.defaults(saved, changed=True), private=True),
        Sample("defaults, none", cards.defaults((), changed=False), private=True),
        Sample("details", cards.details(tall, model_label="GPT Image 2.6 Sunburst", command=command), private=True),
        Sample("broken", cards.internal_error(), private=True),
        Sample("wrong name", cards.error(command_errors.version_not_in_thread("v7", current="v4")), True),
        Sample("what a vandal types", replace(cards.deleted(wide, "<!channel>"), quote=_VANDAL), private=False),
    ]


_VANDAL = "<!channel> <@U1> *bold* _it_ `code` :fire: <https://evil.example|click> &amp; @here ~x~\n> quoted"


def _usage() -> Card:
    mine = (UsageLine("gpt-image-2.6-sunburst", 12, usd_micros(Decimal(632_400))), UsageLine("sketch", 31, FREE))
    return cards.usage("November 2026", mine, UsageLine("Everyone here", 212, usd_micros(Decimal(14_310_000)), 2))


def _help() -> Card:
    flags = [Field(f"--{flag.name} {flag.value}".strip(), flag.summary) for flag in FLAGS]
    questions = [Field(f"/imagine {question.name}", question.summary) for question in SUBCOMMANDS]
    return cards.help_card(flags, questions, commands_in_threads=False)


def _offered() -> dict[str, tuple[object, ...]]:
    return {option.name: option.choices for option in command_options(a_catalog())}


def _forms(drawn: Mapping[str, Version]) -> list[Sample]:
    order = _order(LONG, "gpt-image-2.6-sunburst")
    offered = _offered()
    lists = {"models": offered["model"], "qualities": offered["quality"], "sizes": offered["size"]}
    return [
        Sample("form: edit one picture", forms.edit_form(drawn["wide"], **lists)),
        Sample("form: edit one of four", forms.edit_form(drawn["four"], **lists)),
        Sample("form: edit a picture from elsewhere", forms.picture_form(("logo.png",), **lists)),
        Sample("form: create", forms.create_form(**lists)),
        Sample("form: try again", forms.retry_form(order, **lists)),
    ]


def _homes(drawn: Mapping[str, Version], can: Capabilities) -> list[Sample]:
    offered = _offered()
    lists = {"models": offered["model"], "qualities": offered["quality"], "sizes": offered["size"]}
    saved = PromptSpec(prompt="", model="gpt-image-2.6-sunburst", quality="high")
    recent = [replace(drawn[name], pictures=drawn[name].pictures) for name in ("tall", "four", "wide")]
    notice = cards.error(BadCommand("sketch draws at most 2048x2048.", hint="Choose another size or model first."))
    full = home_page(recent, usage=_usage(), defaults=forms.defaults_form(saved, **lists), help_card=_help())
    return [
        Sample("home, full", full),
        Sample("home, after an impossible choice", replace(full, notice=notice, recent=full.recent[:1])),
        Sample(
            "home, empty",
            home_page(
                (),
                usage=cards.usage("November 2026", (), UsageLine("team", 0, FREE)),
                defaults=forms.defaults_form(PromptSpec(prompt=""), **lists),
                help_card=_help(),
            ),
        ),
    ]
