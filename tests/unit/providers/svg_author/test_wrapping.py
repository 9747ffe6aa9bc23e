"""Drawings of text models that come wrapped in something odd, and answers in another shape than OpenAI's."""

import html
import json
from collections.abc import Mapping, Sequence

import pybase64
import pytest
from aiohttp import web

from bot.providers.svg_author import chat_api as chat
from bot.providers.svg_author import responses_api as responses
from bot.providers.svg_author.conversation import Conversation, ModelCall, ModelReply, Turn
from bot.providers.svg_author.extraction import find_svg
from tests.unit.providers.image_provider import a_catalog, served
from tests.unit.providers.openai_api.test_clients import clients
from tests.unit.providers.svg_author.text_model import CODEX, FOX, LUNA

LINES = FOX.replace("><", ">\n<")


@pytest.mark.parametrize(
    "answer",
    [
        FOX,
        f"\ufeff{FOX}\r\n\r\n",
        f"```svg\n{FOX}\n```",
        f"```\n{FOX}",
        f"~~~xml\n{FOX}\n~~~",
        f'Here it is:\n\n```xml\n<?xml version="1.0"?>\n{FOX}\n```\nEnjoy!',
        json.dumps({"svg": FOX}),
        json.dumps({"title": "{x}", "result": {"parts": ["no", FOX]}}, indent=2),
        f"```json\n{json.dumps({'svg': FOX})}\n```",
        json.dumps(FOX),
        '{"svg": ' + json.dumps(FOX),
        html.escape(FOX),
        f"<pre><code>{html.escape(FOX)}</code></pre>",
        f"![fox](data:image/svg+xml;base64,{pybase64.b64encode(FOX.encode()).decode().rstrip('=')})",
        FOX.removesuffix(">"),
        FOX.removesuffix("g>"),
        f"```svg\n{FOX.removesuffix('>')}\n```",
        FOX.replace("</svg>", "</SVG >"),
    ],
)
def test_a_drawing_is_found_in_any_wrapping(answer: str) -> None:
    """Fences, JSON, entities, data URLs, and a last tag that lacks its end."""
    found = find_svg(answer)
    assert found is not None
    assert found.lower().replace(" >", ">") == FOX.lower()


def test_lines_survive_their_json() -> None:
    """What JSON writes as signs is what it stands for."""
    assert find_svg(json.dumps({"svg": LINES})) == LINES
    assert find_svg(f'{{"svg": {json.dumps(LINES)}') == LINES


def test_styles_are_no_json() -> None:
    """Braces within a drawing, or before it in prose, are none of its wrapping."""
    styled = FOX.replace("<rect", "<style>rect{fill:red}</style><rect")
    assert find_svg(styled) == styled
    assert find_svg(f"With {{braces}} around: {styled}") == styled


async def answered(body: str, content_type: str, *, api: str, hears: bool) -> ModelReply:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body, content_type=content_type)

    async def hear(text: str) -> None:
        assert text

    model = a_catalog().get(CODEX if api == "responses" else LUNA)
    assert model is not None
    question = ModelCall(model, Conversation("Draw.", (Turn("user", "a fox"),)), on_text=hear if hears else None)
    async with served(answer) as address, clients(address) as found:
        return await (responses if api == "responses" else chat).ask(found.for_model(model), question)


def chunk(delta: Mapping[str, object], finish: str | None = None) -> str:
    return f"data: {json.dumps({'choices': [{'delta': delta, 'finish_reason': finish}]})}"


def message(content: object, **more: object) -> str:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content, **more}}]})


ITEM = {"type": "message", "content": [{"type": "output_text", "text": FOX}], "phase": "epilogue"}
WHOLE = {"status": "completed", "output": [ITEM], "usage": {"input_tokens": "many"}, "error": None}
DELTA = f"data: {json.dumps({'type': 'response.output_text.delta', 'delta': FOX})}"
END = f"data: {json.dumps({'type': 'response.completed', 'response': WHOLE})}"
ANSWERS: Sequence[tuple[str, str]] = [
    ("chat", message(FOX)),
    ("chat", message([{"type": "text", "text": FOX[:30]}, {"type": "text", "text": FOX[30:]}])),
    ("chat", "\ufeff" + message(FOX, refusal=False)),
    ("chat", message(FOX)[:-1] + ', "usage": "much"}'),
    ("chat", f"{chunk({'content': FOX})}\n\n{chunk({}, 'stop')}"),
    ("chat", f"\ufeff: hi\r\n\r\n{chunk({'content': FOX})}\r\n\r\n{chunk({}, 'stop')}\r\n\r\ndata: [DONE]"),
    ("chat", f"{chunk({'content': FOX})}\n\ndata: ping\n\nevent: odd\ndata: {{}}\n\ndata: [DONE]\n\n"),
    ("chat", f"{chunk({'content': FOX[:9]})}\r\r{chunk({'content': FOX[9:]}, 'stop')}\r"),
    ("responses", json.dumps(WHOLE)),
    ("responses", f"{DELTA}\n\n{END}"),
    ("responses", f"{DELTA}\n\ndata: nothing\n\n: still here\n\n{END}\r\n"),
    ("responses", f"{DELTA}\n\n"),
    ("responses", END),
]


@pytest.mark.parametrize(("api", "body"), ANSWERS, ids=range(len(ANSWERS)))
@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", "text/plain"])
@pytest.mark.parametrize("hears", [True, False])
async def test_an_answer_is_read_in_any_shape(api: str, body: str, content_type: str, hears: bool) -> None:
    """Streamed or not, whatever was asked for and declared, and however it ends."""
    answer = await answered(body, content_type, api=api, hears=hears)
    assert answer.text == FOX
    assert not answer.refused
    assert not answer.cut_short
