"""From a command to its card and the ledger, through a whole Easel and its real client, where a service is odd."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pybase64
import pytest
import pytest_asyncio
from aiohttp import web

from adapters.cli.attach import running_easel
from adapters.terminal.client import TerminalClient
from adapters.terminal.imagine import ImagineCommand, imagine, new_id
from adapters.terminal.render import CommandOutcome
from bot.presentation.card import Card
from bot.settings.reading import load_settings
from tests.builders import a_png
from tests.contract import books
from tests.unit.providers.image_provider import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

PNG = a_png(1024, 640)
IN_BASE64 = pybase64.b64encode(PNG).decode()
MODELS = """
[models.odd]
label = "Odd"
like = "gpt-image-2.6-flare"
base_url = "{address}"
max_partials = 0
"""


@dataclass
class Whole:
    """An Easel, and a service that gives `answers`, one each. `statuses` are the cards that were shown meanwhile."""

    client: TerminalClient
    data_dir: Path
    answers: list[web.Response]
    statuses: list[Card] = field(default_factory=list[Card])

    async def draw(self, words: str) -> CommandOutcome:
        self.statuses.clear()
        return await imagine(self.client, ImagineCommand(new_id(), "ada", words), self.statuses.append)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    answers: list[web.Response] = []

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=PNG) if request.method == "GET" else answers.pop(0)

    async with served(answer) as address:
        (folder / "models.toml").write_text(MODELS.format(address=address))
        env = {
            "EASEL_DATA_DIR": str(folder),
            "EASEL_MODELS_FILE": str(folder / "models.toml"),
            "OPENAI_API_KEY": "sk-1",
        }
        async with running_easel(load_settings(env, None)) as client:
            yield Whole(client, folder, answers)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"data":[{"b64_json":"","url":"/1.png"}]}', "application/json"),
        (f'{{"data":[{{"b64_json":"data:image/png;base64,{IN_BASE64}\\n"}}]}}', "text/plain"),
        (f'data: {{"type":"image_generation.completed","b64_json":"{IN_BASE64}"}}', "text/event-stream"),
    ],
)
async def test_an_oddly_wrapped_picture_is_drawn(whole: Whole, body: str, content_type: str) -> None:
    """It is on the card, and paid."""
    whole.answers.append(web.Response(text=body, content_type=content_type))
    outcome = await whole.draw("a fox --model odd --size 1024x640")
    assert (outcome.state, [drawn.data for drawn in outcome.drawn]) == ("delivered", [PNG])
    assert books.newest_entry(whole.data_dir).outcome == "settled"


async def test_a_service_that_is_busy_for_long_says_what_to_do(whole: Whole) -> None:
    """Nothing is promised, nothing is booked."""
    error = {"error": {"message": "Busy.", "code": "server_is_overloaded"}}
    whole.answers.append(web.json_response(error, status=503, headers={"Retry-After": "3600"}))
    outcome = await whole.draw("a fox --model odd")
    assert outcome.state == "failed"
    assert outcome.card.title == "Odd's service is overloaded."
    assert outcome.card.text == "The service says: Busy. The next try is possible in 60 minutes. Press Again to retry."
    assert books.newest_entry(whole.data_dir) == books.Entry("released", None)


async def test_a_retry_is_on_the_status_card(whole: Whole) -> None:
    """While it is waited for, with its reason; the picture comes after it."""
    error = {"error": {"message": "Busy.", "code": "server_is_overloaded"}}
    whole.answers.append(web.json_response(error, status=503, headers={"Retry-After": "1"}))
    whole.answers.append(web.json_response({"data": [{"b64_json": IN_BASE64}]}))
    assert (await whole.draw("a fox --model odd")).state == "delivered"
    titles = [card.title for card in whole.statuses]
    assert "Odd's service is overloaded. Retrying, attempt 2 of 5, in 1 s" in titles


async def test_a_proxy_that_wants_a_password_is_not_the_service(whole: Whole) -> None:
    """What it refuses has not been sent, and is no fault of the words."""
    whole.answers.append(web.Response(status=407, text="Proxy Authentication Required"))
    outcome = await whole.draw("a fox --model odd")
    assert outcome.card.title.endswith("requires a user and a password, so nothing was sent.")
    assert books.newest_entry(whole.data_dir) == books.Entry("released", None)
