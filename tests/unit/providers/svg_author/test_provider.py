"""Text models as painters: the real client against a service on the loopback address."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest

from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.usage import Usage
from bot.errors import BadCommand
from bot.imaging.probe import probe
from bot.ports import Inputs, Progress
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from tests.builders import opened
from tests.clock import PATIENCE_S
from tests.emulators.openai import faults
from tests.unit.providers.svg_author.text_model import (
    ASKER,
    BLANK,
    CODEX,
    FOX,
    LUNA,
    OSS,
    SIZE,
    Studio,
    a_drawing,
    a_request,
    open_studio,
    said,
)


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with open_studio(tmp_path) as studio:
        yield studio


async def test_several_are_drawn_one_after_another(studio: Studio) -> None:
    """Each with its own SVG, and all of them are counted."""
    drawing, seen = await studio.draw(a_request(n=2))
    assert (len(drawing.pictures), len(drawing.svgs)) == (2, 2)
    assert drawing.usage is not None
    assert drawing.usage.text_in > sum(len(said(call.fields)) for call in studio.openai.calls) / 4
    assert [progress.done for progress in seen] == [1, 2]


@pytest.mark.parametrize(
    ("model", "path", "sent"),
    [
        (CODEX, "responses", {"reasoning": {"effort": "xhigh"}, "max_output_tokens": 0, "store": False}),
        (LUNA, "chat/completions", {"reasoning_effort": "xhigh", "max_completion_tokens": 0}),
        (OSS, "chat/completions", {"reasoning_effort": "high", "max_tokens": 0}),
    ],
)
async def test_a_drawing_is_a_picture_and_its_svg(
    studio: Studio, model: ModelName, path: str, sent: dict[str, object]
) -> None:
    """Of exactly the size asked for. The service is sent what its entry allows, under the names it knows."""
    drawing, seen = await studio.draw(a_request(model, effort="high" if model == OSS else "xhigh"))
    (picture,), (svg,) = drawing.pictures, drawing.svgs
    assert (probe(picture).format, probe(picture).size) == ("png", SIZE)
    assert svg is not None
    assert svg.startswith(b"<svg")
    assert drawing.notes == ()
    assert drawing.usage is not None
    assert drawing.usage.text_in > 500
    assert drawing.usage.text_out > 0
    assert seen == [Progress(done=1, fraction=1.0)]

    (call,) = studio.service(model).calls
    assert call.path.endswith(path)
    fields = call.without("model", "input", "messages", "instructions", "stream")
    (limit,) = [name for name in fields if "tokens" in name]
    assert int(str(fields[limit])) >= 16_000, "thinking counts too"
    identifier = {} if model == OSS else {"safety_identifier": SafetyIdentifiers(b"secret").for_person(ASKER)}
    assert {**fields, limit: 0} == {**sent, **identifier}


@pytest.mark.parametrize("model", [CODEX, LUNA])
@pytest.mark.parametrize("partials", [0, 1])
async def test_half_a_character_costs_no_drawing(studio: Studio, model: ModelName, partials: int) -> None:
    """A drawing that was paid for is shown although a text in it, or in its stream, holds half a character."""
    studio.openai.answer(FOX.replace("Fox", "Fox \ud83d 🦊"))
    drawing, _ = await studio.draw(a_request(model, partials=partials))
    (svg,) = drawing.svgs
    assert svg is not None
    assert "Fox \ufffd 🦊" in svg.decode()
    assert drawing.notes == ()


async def test_small_flaws_cost_no_second_turn(studio: Studio) -> None:
    """They are repaired here, and what is no drawing is left out."""
    flawed = (
        FOX.replace(' xmlns="http://www.w3.org/2000/svg"', ' width="100%" height="100%"')
        .replace("Fox", "Fox & friends")
        .replace("</svg>", '<script>alert("canary")</script><image href="/canary.png"/></svg>')
    )
    studio.openai.answer(f"A sketch first: {BLANK}\n```svg\n{flawed}\n```\nEnjoy!")
    drawing, _ = await studio.draw(a_request())
    assert opened(drawing.pictures[0]).convert("RGB").getpixel((96, 64)) == (0xCC, 0x44, 0x22)
    assert drawing.svgs[0] is not None
    assert b"Fox &amp; friends" in drawing.svgs[0]
    assert b"canary" not in drawing.svgs[0]
    assert len(studio.openai.calls) == 1


async def test_usage_that_is_not_reported_is_unknown(studio: Studio) -> None:
    """Also where it is missing from one of two turns only."""
    studio.openai.answer("A red circle.")
    studio.openai.fail(faults.missing_usage(), path="")
    drawing, _ = await studio.draw(a_request())
    assert len(studio.openai.calls) == 2
    assert drawing.usage is None


@pytest.mark.parametrize("model", [CODEX, OSS])
async def test_cached_input_is_counted_as_such(studio: Studio, model: ModelName) -> None:
    """It is cheaper; all of it is text, pictures too."""
    studio.service(model).caches = True
    drawing, _ = await studio.draw(a_request(model))
    assert drawing.usage is not None
    assert drawing.usage == Usage(
        text_in=drawing.usage.text_in,
        text_out=drawing.usage.text_out,
        cached_text_in=drawing.usage.text_in // 2,
    )


@pytest.mark.parametrize("model", [CODEX, LUNA, OSS])
async def test_an_edit_starts_from_the_drawing(studio: Studio, model: ModelName) -> None:
    """The model gets its SVG back with the wish, so that what was not meant stays as it is."""
    service = studio.service(model)
    drawing, _ = await studio.draw(a_request(model, "make the sky green"), Inputs(a_drawing(FOX.encode())))
    (call,) = service.calls
    assert json.dumps(FOX)[1:-1] in said(call.fields)
    assert "make the sky green" in said(call.fields)
    assert ("data:image/jpeg;base64," in said(call.fields)) is (model != OSS)
    assert drawing.svgs[0] is not None
    assert b'cx="96"' in drawing.svgs[0], "what was there stays"
    assert drawing.svgs[0].count(b"<rect") > FOX.count("<rect"), "and what was asked for is there"


async def test_a_model_that_sees_redraws_a_picture_that_has_no_drawing(studio: Studio) -> None:
    """It gets the picture and the references, in order, and no drawing; one too long to send back counts as none."""
    long = a_drawing(FOX.replace("</svg>", "<g/>" * 50_001 + "</svg>").encode())
    for base in (a_drawing(), long):
        await studio.draw(a_request(), Inputs(base, (a_drawing(size=Size(64, 64)),)))
        call = studio.openai.calls[-1]
        assert said(call.fields).count("data:image/jpeg;base64,") == 2
        assert said(call.fields).index("Image 1") < said(call.fields).index("Image 2")
        assert "<drawing>" not in said(call.fields)


@pytest.mark.parametrize(
    "inputs",
    [Inputs(a_drawing()), Inputs(a_drawing(FOX.encode()), (a_drawing(),)), Inputs(a_drawing(b" " * 200_001))],
    ids=["photograph", "reference", "too long"],
)
async def test_a_model_that_reads_text_only_does_not_pretend_to_see(studio: Studio, inputs: Inputs) -> None:
    """It says so, and nothing is sent."""
    with pytest.raises(BadCommand) as refused:
        await studio.draw(a_request(OSS), inputs)
    assert "reads text only" in refused.value.text
    assert studio.oss.calls == []


@pytest.mark.parametrize(("background", "corner"), [("transparent", 0), ("opaque", 255)])
async def test_the_background_is_kept(
    studio: Studio, background: Literal["transparent", "opaque"], corner: int
) -> None:
    """What a drawing leaves empty is transparent where that was asked for."""
    studio.openai.answer(FOX.replace("<rect", "<desc/><!--").replace('fill="#89a"/>', "-->"))
    drawing, _ = await studio.draw(a_request(background=background))
    assert opened(drawing.pictures[0]).convert("RGBA").getpixel((2, 2))[3] == corner


@pytest.mark.parametrize("model", [CODEX, LUNA, OSS])
async def test_cancelling_hangs_up(studio: Studio, model: ModelName) -> None:
    """At once, so that the service can stop too."""
    held = studio.service(model).hold("")
    drawing = asyncio.create_task(studio.draw(a_request(model)))
    await held.begun.wait()
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    await asyncio.wait_for(held.dropped.wait(), PATIENCE_S)


@pytest.mark.parametrize("model", [CODEX, LUNA])
async def test_a_drawing_is_watched_while_it_is_written(studio: Studio, model: ModelName) -> None:
    """What is complete so far is shown small, as often as was asked for; then comes the whole."""
    studio.service(model).answer(FOX.replace("</svg>", '<circle cx="9" cy="9" r="4" fill="#fff"/>\n' * 100 + "</svg>"))
    drawing, seen = await studio.draw(a_request(model, size=Size(1536, 1024), partials=2))
    previews = [progress.preview for progress in seen if progress.preview is not None]
    assert [probe(preview.data).size for preview in previews] == [Size(512, 341)] * 2
    fractions = [progress.fraction for progress in seen if progress.fraction is not None]
    assert fractions == sorted(fractions)
    assert seen[-1] == Progress(done=1, fraction=1.0)
    assert probe(drawing.pictures[0]).size == Size(1536, 1024)
    assert drawing.usage is not None
