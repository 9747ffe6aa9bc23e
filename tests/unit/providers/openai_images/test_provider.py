"""GPT Image through the real client, against a service on the loopback address that is as strict as the real one."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest
from aiohttp import web
from PIL import Image as Pixels

from bot.domain.ids import ModelName
from bot.domain.pictures import Background, PictureFormat, Size
from bot.domain.requests import AppliedSettings
from bot.errors import EaselError, OutcomeUnknown, Refused, Transient
from bot.imaging.probe import probe
from bot.ports import Image, PaidWithoutImage, Progress
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from tests.builders import a_png, opened
from tests.emulators.openai import faults
from tests.emulators.openai.faults import AnyFault
from tests.unit.providers.image_provider import (
    ADA,
    FLARE,
    FREE,
    SIZE,
    VECTOR,
    Studio,
    a_request,
    an_edit,
    inputs,
    open_studio,
    served,
)

SNAPSHOT = ModelName("gpt-image-2-2026-04-21")


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with open_studio() as opened_studio:
        yield opened_studio


@pytest.mark.parametrize(
    ("format_", "background"), [("png", "transparent"), ("webp", "auto"), ("jpeg", "opaque"), ("png", "opaque")]
)
async def test_a_picture_is_drawn_as_ordered(studio: Studio, format_: PictureFormat, background: Background) -> None:
    """It has the size, the format and the background asked for, and comes with what it took."""
    compression = 80 if format_ != "png" else None
    request = a_request(format=format_, background=background, compression=compression)
    drawing, seen = await studio.draw(request)
    (picture,) = drawing.pictures
    assert (probe(picture).format, probe(picture).size) == (format_, SIZE)
    assert drawing.usage is not None
    assert drawing.usage.image_out > 100
    assert drawing.usage.text_in > 5
    assert (drawing.notes, drawing.svgs, drawing.others) == ((), (None,), {})
    assert seen == [Progress(1, 1.0)]
    (call,) = studio.openai.calls
    assert call.fields == {
        "model": "gpt-image-2.6-flare",
        "prompt": "a red fox",
        "n": 1,
        "size": "1024x640",
        "quality": "low",
        "background": background,
        "output_format": format_,
        "complexity": "low",
        "moderation": "low",
        "safety_identifier": SafetyIdentifiers(b"secret").for_person(ADA),
        **({"output_compression": 80} if compression else {}),
    }


async def test_the_original_bytes_are_kept(studio: Studio) -> None:
    """What the service drew is passed on unchanged, so that its signed provenance stays valid."""
    original = a_png(1024, 640, (1, 2, 3))
    studio.openai.draws(original)
    drawing, _ = await studio.draw(a_request())
    assert drawing.pictures == (original,)


async def test_a_snapshot_is_a_model_of_its_own(studio: Studio) -> None:
    """A pinned name reaches the service as it is, without what that model does not know."""
    await studio.draw(a_request(SNAPSHOT, effort=None, quality="medium"))
    assert studio.openai.calls[0].fields["model"] == SNAPSHOT
    assert "complexity" not in studio.openai.calls[0].fields


async def test_an_edit_brings_its_pictures_in_order(studio: Studio) -> None:
    """The base is first, then the references, each with a name and a type; a mask covers the base."""
    given = inputs(references=2, mask=True)
    drawing, _ = await studio.draw(an_edit(), given)
    (call,) = studio.openai.calls
    assert call.path.endswith("/images/edits")
    assert [(file.field, file.name, file.mime) for file in call.files] == [
        ("image[]", "image-1.png", "image/png"),
        ("image[]", "image-2.png", "image/png"),
        ("image[]", "image-3.png", "image/png"),
        ("mask", "mask.png", "image/png"),
    ]
    assert given.base is not None
    assert [file.data for file in call.files][:3] == [given.base.data, *(picture.data for picture in given.references)]
    assert call.fields["moderation"] == "low"
    assert drawing.usage is not None
    assert drawing.usage.image_in > 0


async def test_markup_is_laid_over_the_base(studio: Studio) -> None:
    """What was drawn on the picture goes along as a transparent PNG of its size."""
    drawn_on = Pixels.new("RGBA", (SIZE.width_px, SIZE.height_px), (0, 0, 0, 0))
    drawn_on.paste((255, 0, 0, 255), (10, 10, 200, 40))
    data = io.BytesIO()
    drawn_on.save(data, "PNG")
    markup = Image(data.getvalue(), "png", SIZE)
    await studio.draw(an_edit(), replace(inputs(), markup=markup))
    (file,) = studio.openai.calls[0].files_in("markup")
    assert file.data == markup.data


async def test_a_heavy_mask_is_made_light(studio: Studio) -> None:
    """Masks of 4 MB and more are refused by the service, so the picture under them is left out."""
    noise = Pixels.effect_noise((1536, 1024), 100).convert("RGBA")
    noise.putalpha(255)
    noise.paste((0, 0, 0, 0), (0, 0, 300, 300))
    data = io.BytesIO()
    noise.save(data, "PNG", compress_level=0)
    size = Size(1536, 1024)
    base = Image(a_png(1536, 1024), "png", size)
    given = replace(inputs(), base=base, mask=Image(data.getvalue(), "png", size))
    await studio.draw(an_edit(size=size), given)
    (mask,) = studio.openai.calls[0].files_in("mask")
    assert len(data.getvalue()) > 4 * 1024 * 1024 > len(mask.data)
    alpha = opened(mask.data).getchannel("A")
    assert (alpha.getpixel((10, 10)), alpha.getpixel((600, 600))) == (0, 255)


@pytest.mark.parametrize("is_edit", [False, True])
async def test_previews_come_before_the_picture(studio: Studio, is_edit: bool) -> None:
    """Each is a real picture, and brings the fraction forward; the last report is the finished one."""
    request = an_edit(partials=2) if is_edit else a_request(partials=2)
    drawing, seen = await studio.draw(request, inputs() if is_edit else None)
    assert [progress.fraction for progress in seen] == [1 / 3, 2 / 3, 1.0]
    previews = [progress.preview for progress in seen[:2]]
    assert all(preview is not None and opened(preview.data).size == (1024, 640) for preview in previews)
    assert seen[-1] == Progress(1, 1.0)
    assert drawing.usage is not None
    assert probe(drawing.pictures[0]).size == SIZE


async def test_several_pictures_are_never_streamed(studio: Studio) -> None:
    """Events do not tell which picture they are of."""
    drawing, _ = await studio.draw(a_request(n=3, partials=2))
    assert len(set(drawing.pictures)) == 3
    assert "stream" not in studio.openai.calls[0].fields


async def test_cached_tokens_are_counted(studio: Studio) -> None:
    """They are cheaper, so they are told apart by kind."""
    studio.openai.caches = True
    drawing, _ = await studio.draw(an_edit(), inputs())
    assert drawing.usage is not None
    assert drawing.usage.cached_image_in == drawing.usage.image_in // 2 > 0
    assert drawing.usage.cached_text_in == drawing.usage.text_in // 2 > 0


@pytest.mark.parametrize("partials", [0, 1])
async def test_what_was_applied_is_reported(studio: Studio, partials: int) -> None:
    """Where the service says what it really used."""
    studio.openai.applied = {"quality": "medium", "background": "opaque", "size": "1024x1024"}
    drawing, _ = await studio.draw(a_request(partials=partials))
    assert drawing.applied == AppliedSettings("medium", "opaque")
    assert probe(drawing.pictures[0]).size == Size(1024, 1024)


async def test_the_real_format_counts(studio: Studio) -> None:
    """A service that draws another format than asked for still drew a picture."""
    studio.openai.fail(faults.wrong_format)
    drawing, _ = await studio.draw(a_request())
    assert probe(drawing.pictures[0]).format == "jpeg"


async def test_an_animation_is_drawn(studio: Studio) -> None:
    """GIF is never streamed, and its bytes are the service's."""
    drawing, _ = await studio.draw(a_request(VECTOR, format="gif", size=Size(816, 816), partials=2))
    assert probe(drawing.pictures[0]).format == "gif"


async def test_what_a_native_svg_cannot_say_here_is_on_the_card(studio: Studio) -> None:
    """Its words are drawn in any script; a character that no typeface has is left out and named."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><text y="30">{}</text></svg>'
    notes: list[tuple[str, ...]] = []
    for words in ("初雪 שלום", "初雪\U0010fffe"):
        studio.openai.draws(svg.format(words).encode())
        drawing, _ = await studio.draw(a_request(VECTOR, format="svg"))
        assert words.encode() in (drawing.svgs[0] or b"")
        notes.append(drawing.notes)
    assert notes[0] == ()
    assert "U+10FFFE" in notes[1][0]


async def test_a_native_svg_becomes_a_picture_and_its_drawing(studio: Studio) -> None:
    """Its author is named to the service, and what that took is counted under the author's name in the catalog."""
    drawing, _ = await studio.draw(a_request(VECTOR, format="svg"))
    (picture,), (svg,) = drawing.pictures, drawing.svgs
    assert (probe(picture).format, probe(picture).size) == ("png", SIZE)
    assert svg is not None
    assert svg.startswith(b"<svg")
    assert studio.openai.calls[0].fields["svg"] == {"model": "gpt-6-luna", "reasoning": {"effort": "low"}}
    assert set(drawing.others) == {"gpt-6-luna"}
    assert drawing.others["gpt-6-luna"].text_out > 0


@pytest.mark.parametrize("model", [FLARE, FREE])
async def test_a_service_that_ignores_streams_is_read_all_the_same(studio: Studio, model: ModelName) -> None:
    """The picture is there, so it is not asked for, and paid, a second time."""
    studio.openai.fail(faults.stream_ignored)
    drawing, seen = await studio.draw(a_request(model, partials=2))
    assert len(drawing.pictures) == len(studio.openai.calls) == 1
    assert seen == [Progress(1, 1.0)]


async def test_a_free_stream_without_its_picture_is_asked_again_without_one(studio: Studio) -> None:
    """Once, and plainly."""
    studio.openai.fail(faults.no_completed_event)
    drawing, _ = await studio.draw(a_request(FREE, partials=1))
    assert len(drawing.pictures) == 1
    assert [call.fields.get("stream") for call in studio.openai.calls] == [True, None]


async def test_missing_usage_is_not_guessed(studio: Studio) -> None:
    """The cost is then unknown."""
    studio.openai.fail(faults.missing_usage)
    drawing, _ = await studio.draw(a_request())
    assert drawing.usage is None


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><html><body>Sign in</body></html>",
        b"\x00\x01 nothing",
        a_png(1024, 640)[:-40],
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    ],
)
async def test_what_cannot_be_shown_is_paid_and_said(studio: Studio, data: bytes) -> None:
    """It cost what it cost: its usage is in the error, and no web page is ever passed on as a picture."""
    studio.openai.draws(data)
    with pytest.raises(PaidWithoutImage) as caught:
        await studio.draw(a_request())
    assert caught.value.usage is not None
    assert caught.value.usage.image_out > 0
    assert caught.value.text == "GPT Image 2.6 Flare answered, but without an image that can be shown."


async def test_the_good_ones_of_several_are_kept(studio: Studio) -> None:
    """A damaged picture among them is reported."""
    studio.openai.draws(b"nothing")
    drawing, _ = await studio.draw(a_request(n=3))
    assert len(drawing.pictures) == len(drawing.svgs) == 2
    assert drawing.notes == ("1 of 3 images arrived damaged and cannot be shown.",)


@pytest.mark.parametrize("where", ["/generated-images/1.png", "http://127.0.0.1:9/1.png"])
async def test_a_picture_may_come_as_an_address(where: str) -> None:
    """It is fetched from the server itself; anywhere else, the picture counts as one that cannot be shown."""
    picture = a_png(1024, 640)

    async def answer(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(body=picture)
        return web.json_response({"data": [{"url": where}]})

    async with served(answer) as address:
        entry = f'[models.flux]\nlabel = "Flux"\nlike = "free-flare"\nbase_url = "{address}"\n'
        async with open_studio(more=entry) as studio:
            if where.startswith("/"):
                drawing, _ = await studio.draw(a_request(ModelName("flux")))
                assert drawing.pictures == (picture,)
            else:
                with pytest.raises(PaidWithoutImage):
                    await studio.draw(a_request(ModelName("flux")))


# What fails, streamed or not, on a model that costs money: the error, words of it, and how long to wait.
FAULTS: list[tuple[AnyFault, int, type[EaselError], str, float | None]] = [
    (faults.rate_limited(), 0, Transient, "more requests than it allows", None),
    (faults.rate_limited(7), 0, Transient, "more requests", 7),
    (faults.rate_limited(0.25), 0, Transient, "more requests", 0.25),
    (faults.rate_limited("in_text"), 0, Transient, "more requests", 12),
    (faults.rate_limited("in_text", text_s=0.5), 0, Transient, "more requests", 0.5),
    (faults.slow_down, 0, Transient, "more requests", None),
    (faults.overloaded(3), 0, Transient, "is overloaded", 3),
    (faults.server_error, 0, Transient, "has a problem (500)", None),
    (faults.html_error, 0, Transient, "has a problem (502)", None),
    (faults.string_error, 0, Transient, "has a problem (500)", None),
    (faults.moderation_blocked("input", ["violence", "self-harm"]), 0, Refused, "refused this: violence, self-h", None),
    (faults.moderation_blocked("output"), 0, Refused, "blocked the finished image: sexual content", None),
    (faults.error_in_stream, 1, Refused, "refused this: sexual content", None),
    (faults.error_in_stream(faults.rate_limited("in_text")), 1, Transient, "more requests", 12),
    (faults.error_in_stream(faults.server_error), 1, Transient, "has a problem", None),
    (faults.dropped, 0, OutcomeUnknown, "image may have been charged", None),
    (faults.dropped, 1, OutcomeUnknown, "image may have been charged", None),
    (faults.dropped_stream, 1, OutcomeUnknown, "image may have been charged", None),
    (faults.no_completed_event, 1, OutcomeUnknown, "image may have been charged", None),
    (faults.truncated_base64, 0, PaidWithoutImage, "without an image", None),
    (faults.truncated_base64, 1, PaidWithoutImage, "without an image", None),
    (faults.empty, 0, PaidWithoutImage, "without an image", None),
]


@pytest.mark.parametrize(("fault", "partials", "kind", "words", "retry_after_s"), FAULTS)
async def test_a_fault_has_its_error(
    studio: Studio, fault: AnyFault, partials: int, kind: type[EaselError], words: str, retry_after_s: float | None
) -> None:
    """One attempt, one error of our own tree, in words that hold nothing of the raw answer."""
    studio.openai.fail(fault)
    with pytest.raises(EaselError) as caught:
        await studio.draw(a_request(partials=partials))
    problem = caught.value
    assert type(problem) is kind
    assert words in problem.text
    assert problem.text.startswith(("GPT Image 2.6 Flare", "The connection to GPT Image 2.6 Flare"))
    assert problem.retry_after_s == retry_after_s
    assert problem.outcome_known is (kind is not OutcomeUnknown)
    assert len(studio.openai.calls) == 1
    assert not any(raw in f"{problem.text} {problem.hint}" for raw in ("req_", "sk-", "<html", "org-4f1b", "{"))


@pytest.mark.parametrize(("fault", "partials"), [(faults.dropped, 0), (faults.dropped_stream, 1)])
async def test_a_free_model_can_simply_be_asked_again(studio: Studio, fault: AnyFault, partials: int) -> None:
    """A cut connection costs nothing there, so whoever splits calls may repeat it."""
    studio.openai.fail(fault)
    with pytest.raises(Transient):
        await studio.draw(a_request(FREE, partials=partials))


@pytest.mark.parametrize(("fault", "partials"), [(faults.stalled, 0), (faults.stalled_stream, 1)])
async def test_silence_ends_after_the_entrys_time(fault: AnyFault, partials: int) -> None:
    """What a paid service did meanwhile is unknown; a free one is simply asked again."""
    async with open_studio(timeout_s=0.3) as studio:
        for model, kind in ((FLARE, OutcomeUnknown), (FREE, Transient)):
            studio.openai.fail(fault)
            with pytest.raises(kind):
                await studio.draw(a_request(model, partials=partials))


@pytest.mark.parametrize("model", [FLARE, FREE])
async def test_a_request_that_never_went_out_is_tried_again(studio: Studio, model: ModelName) -> None:
    """Nobody listens, so nothing can have been paid."""
    await studio.openai.__aexit__(None, None, None)
    with pytest.raises(Transient, match="cannot be reached"):
        await studio.draw(a_request(model))
    await studio.openai.__aenter__()


def test_a_name_for_a_person_is_stable_and_says_nothing() -> None:
    """64 hex digits that differ between people, teams, platforms and installations."""
    people = [ADA, replace(ADA, id="ben"), replace(ADA, team="other"), replace(ADA, platform=cast("str", "slack"))]
    names = [SafetyIdentifiers(b"a").for_person(person) for person in people] + [
        SafetyIdentifiers(b"b").for_person(ADA)
    ]
    assert len(set(names)) == 5
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in names)
    assert SafetyIdentifiers(b"a").for_person(replace(ADA, name="Countess", is_admin=True)) == names[0]
