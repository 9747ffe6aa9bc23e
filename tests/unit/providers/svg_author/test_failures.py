"""What text models do wrong, and what becomes of it: repaired once, refused, or reported with what it cost."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.ids import ModelName
from bot.errors import AdminError, EaselError, OutcomeUnknown, Refused, Transient
from bot.imaging.probe import probe
from bot.ports import PaidWithoutImage
from tests.emulators.openai import faults
from tests.unit.providers.svg_author.text_model import (
    BLANK,
    BROKEN,
    CODEX,
    FOX,
    LUNA,
    OSS,
    SIZE,
    Studio,
    a_request,
    open_studio,
    said,
)

LONG = FOX.replace("</svg>", '<circle cx="9" cy="9" r="3" fill="#a40"/>' * 40 + "</svg>")


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with open_studio(tmp_path) as studio:
        yield studio


@pytest.mark.parametrize(
    ("model", "answer"),
    [(CODEX, "A red circle on grey."), (CODEX, BROKEN), (OSS, BLANK)],
    ids=["no drawing", "broken", "blank"],
)
async def test_a_drawing_that_cannot_be_shown_is_repaired_once(studio: Studio, model: ModelName, answer: str) -> None:
    """In the same conversation, with the reason; both turns are counted, and the person is told."""
    service = studio.service(model)
    service.answer(answer)
    service.answer(FOX)
    drawing, _ = await studio.draw(a_request(model))
    first, second = service.calls
    assert drawing.notes == ("The model's first SVG could not be shown; this is its second.",)
    assert said(first.fields)[:-1] in said(second.fields), "what was said first is said again"
    assert json.dumps(answer) in said(second.fields)
    assert "Your drawing cannot be shown." in said(second.fields)
    assert drawing.usage is not None
    assert drawing.usage.text_in > len(said(second.fields)) / 4


@pytest.mark.parametrize(("model", "fault"), [(CODEX, faults.length()), (OSS, faults.empty())])
async def test_an_answer_that_ended_too_early_is_asked_for_anew(
    studio: Studio, model: ModelName, fault: faults.Fault
) -> None:
    """Not continued: with a word about its length, and with less thinking."""
    service = studio.service(model)
    service.fail(fault, path="")
    drawing, _ = await studio.draw(a_request(model, effort="high"))
    first, second = service.calls
    efforts = [call.fields.get("reasoning_effort") or call.fields.get("reasoning") for call in (first, second)]
    assert efforts in (["high", "medium"], [{"effort": "high"}, {"effort": "medium"}])
    assert "ended before its drawing was complete" in said(second.fields)
    assert "assistant" not in said(second.fields)
    assert drawing.notes == ("The model's first SVG was cut off; this is a simpler one.",)


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ((BROKEN, "No."), "GPT-5.3 Codex wrote no SVG that can be shown."),
        ((BLANK, BLANK), "GPT-5.3 Codex wrote no SVG that can be shown."),
        (("", ""), "GPT-5.3 Codex stopped before its SVG was complete."),
    ],
)
async def test_two_turns_are_all(studio: Studio, answers: tuple[str, str], text: str) -> None:
    """After that the person is told, and what both turns took is known."""
    for answer in answers:
        if answer:
            studio.openai.answer(answer)
        else:
            studio.openai.fail(faults.empty(), path="responses")
    with pytest.raises(PaidWithoutImage) as failed:
        await studio.draw(a_request())
    assert failed.value.text == text
    assert failed.value.hint
    assert len(studio.openai.calls) == 2
    assert failed.value.usage is not None
    assert failed.value.usage.text_in > sum(len(said(call.fields)) for call in studio.openai.calls) / 4


@pytest.mark.parametrize(("model", "partials"), [(CODEX, 0), (CODEX, 2), (LUNA, 0), (LUNA, 2), (OSS, 0)])
async def test_a_refusal_is_a_refusal(studio: Studio, model: ModelName, partials: int) -> None:
    """Whether it is an item of its own or an apology; nobody argues with it."""
    studio.service(model).fail(faults.refusal(), path="")
    with pytest.raises(Refused) as refused:
        await studio.draw(a_request(model, partials=partials))
    assert "declined to draw this" in refused.value.text
    assert len(studio.service(model).calls) == 1


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        (CODEX, faults.rate_limited(3), Transient),
        (CODEX, faults.overloaded(), Transient),
        (CODEX, faults.dropped(), OutcomeUnknown),
        (OSS, faults.dropped(), Transient),
        (OSS, faults.string_error(), Transient),
        (OSS, faults.Refusal(200, "<html>Welcome to nginx</html>", content_type="text/html"), AdminError),
        (CODEX, faults.Refusal(200, {"hello": "world"}), OutcomeUnknown),
        (CODEX, faults.Refusal(200, {"output": [], "error": {"code": "server_error", "message": "x"}}), Transient),
        (CODEX, faults.Refusal(200, {"output": [], "error": {"code": "bio_policy", "message": "x"}}), Refused),
    ],
)
async def test_one_attempt_is_made(
    studio: Studio, model: ModelName, fault: faults.Fault, error: type[EaselError]
) -> None:
    """A failure of the service is reported as what it is, and tried again by others."""
    studio.service(model).fail(fault, path="")
    with pytest.raises(error):
        await studio.draw(a_request(model))
    assert len(studio.service(model).calls) == 1


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        (CODEX, faults.overloaded(), PaidWithoutImage),
        (CODEX, faults.refusal(), PaidWithoutImage),
        (CODEX, faults.dropped(), OutcomeUnknown),
        (OSS, faults.overloaded(), Transient),
        (OSS, faults.refusal(), Refused),
    ],
)
async def test_a_failure_of_the_second_turn_does_not_forget_the_first(
    studio: Studio, model: ModelName, fault: faults.Fault, error: type[EaselError]
) -> None:
    """Where that was paid for, it is not silently paid again; where it was free, all may be tried again."""
    service = studio.service(model)
    service.answer("A red circle.")
    service.fail(faults.stream_ignored(), path="")  # nothing, where nothing is streamed
    service.fail(fault, path="")
    with pytest.raises(error) as failed:
        await studio.draw(a_request(model))
    assert len(service.calls) == 2
    if isinstance(failed.value, PaidWithoutImage):
        assert failed.value.usage is not None
        assert failed.value.usage.text_out > 0


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        (CODEX, faults.dropped_stream(), OutcomeUnknown),
        (LUNA, faults.dropped_stream(), OutcomeUnknown),
        (CODEX, faults.error_in_stream(faults.overloaded), Transient),
        (LUNA, faults.error_in_stream(faults.overloaded), Transient),
    ],
)
async def test_a_stream_that_breaks_is_no_drawing(
    studio: Studio, model: ModelName, fault: faults.Fault, error: type[EaselError]
) -> None:
    """Without its end nobody knows whether it was paid for, and what the service says of itself is believed."""
    studio.openai.answer(LONG)
    studio.openai.fail(fault, path="")
    with pytest.raises(error):
        await studio.draw(a_request(model, partials=2))
    assert len(studio.openai.calls) == 1


@pytest.mark.parametrize(
    ("model", "fault", "calls"),
    [
        (CODEX, faults.stream_ignored(), 1),
        (CODEX, faults.no_completed_event(), 1),
        (LUNA, faults.no_completed_event(), 1),
        (LUNA, faults.length(), 2),
    ],
)
async def test_an_answer_counts_however_it_comes(
    studio: Studio, model: ModelName, fault: faults.Fault, calls: int
) -> None:
    """All at once although a stream was asked for, without its usage, or cut short and then asked for anew."""
    studio.openai.fail(fault, path="")
    drawing, _ = await studio.draw(a_request(model, partials=2))
    assert probe(drawing.pictures[0]).size == SIZE
    assert len(studio.openai.calls) == calls
    assert (drawing.usage is None) is (fault == faults.no_completed_event())
