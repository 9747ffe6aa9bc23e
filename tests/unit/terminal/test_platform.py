"""The terminal's two ends, over a real socket and a real disk, with a scripted core behind them."""

import asyncio
import io
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from adapters.shared.health import Health
from adapters.terminal.announcement import Announcement, read_announcement, remove_announcement, write_announcement
from adapters.terminal.client import TerminalClient, find_client
from adapters.terminal.health import fetch_health
from adapters.terminal.imagine import ImagineCommand, InputFile, cancel, imagine
from adapters.terminal.limits import KEEP_DAYS, TERMINAL
from adapters.terminal.platform import TerminalPlatform
from adapters.terminal.progress import ProgressLine
from adapters.terminal.render import CommandOutcome, PictureData
from bot.domain.events import ButtonPressed, CommandTyped, Event
from bot.domain.ids import EventKey, PictureId, job_id_for
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment, Picture, Size
from bot.domain.spending import Spending, UsageBy, UsageReport, UsageRow
from bot.errors import AdminError, BadPicture, NotFound, Transient
from bot.jobs.clock import SystemClock
from bot.ports import PrivateResponse
from bot.presentation.card import Card, CardPicture, Preview
from tests.clock import now_s

PLACE = Place(TERMINAL, "local", "c1")
DATA = b"\x89PNG the picture"
SHOWN = CardPicture(Picture(PictureId("ab" * 32), "png", Size(8, 8), len(DATA)), "v1", "A fox.")
SVG = PictureId("ef" * 32)
WORKING = Card("working", "Drawing 00:01", progress=0.5)
DONE = Card("done", "v1 for ada", pictures=(SHOWN,))
MONTH = datetime(2026, 11, 1, tzinfo=UTC)


class FewPictures:
    """A picture store with one picture in it, and the SVG of another."""

    async def read(self, picture: PictureId) -> bytes:
        kept = {SHOWN.picture.id: DATA, SVG: b"<svg/>"}
        if picture not in kept:
            raise NotFound("Image no longer available.")
        return kept[picture]


@dataclass
class Core:
    """Stands for the core: notes events, and does what `then` says with the first of each key."""

    platform: TerminalPlatform
    then: Callable[["Core", Event], Awaitable[PrivateResponse]]
    events: list[Event] = field(default_factory=list[Event])

    async def handle(self, event: Event) -> PrivateResponse:
        self.events.append(event)
        return await self.then(self, event)


async def draws_at_once(core: Core, event: Event) -> PrivateResponse:
    ref = await core.platform.post(event.place, WORKING, key=f"{job_id_for(event.key)}:status")
    await core.platform.update(ref, DONE)
    return PrivateResponse()


class LittleUsage:
    """Implements `bot.ports.UsageReader`."""

    async def this_month(self, by: UsageBy) -> UsageReport:
        return UsageReport(by, MONTH, [UsageRow("sketch", "sketch", Spending(pictures=2, jobs=1))])


async def is_away() -> Health:
    return Health(ready=False, details={"slack": "not connected"})


def a_platform(data_dir: Path) -> TerminalPlatform:
    return TerminalPlatform(
        data_dir=data_dir, pictures=FewPictures(), health=is_away, usage=LittleUsage(), clock=SystemClock()
    )


@pytest.fixture
def platform(tmp_path: Path) -> TerminalPlatform:
    return a_platform(tmp_path)


@pytest.fixture
def core(platform: TerminalPlatform) -> Core:
    return Core(platform, draws_at_once)


@pytest.fixture
async def client(platform: TerminalPlatform, core: Core, tmp_path: Path) -> AsyncIterator[TerminalClient]:
    """A client of the listening platform, whose core is `core`."""
    listening = asyncio.create_task(platform.run(core.handle))
    await platform.started.wait()
    async with find_client(tmp_path) as client:
        assert client is not None
        yield client
    listening.cancel()
    await asyncio.wait([listening])


def wished(text: str = "a fox", **more: object) -> ImagineCommand:
    return replace(ImagineCommand("c1", "ada", text), **more)


def ignore(_: Card) -> None:
    """For tests that do not look at the progress."""


async def test_imagine_returns_the_result(client: TerminalClient, core: Core) -> None:
    """A wish becomes one command of the user, who is an admin, and comes back as card and bytes."""
    seen: list[Card] = []
    outcome = await imagine(client, wished("a fox --n 1"), seen.append)
    assert outcome == CommandOutcome(job_id_for(EventKey("terminal:c1")), "delivered", DONE, (PictureData(DATA),))
    person = Person(TERMINAL, "local", "ada", "ada", is_admin=True)
    assert core.events == [CommandTyped(key=EventKey("terminal:c1"), person=person, place=PLACE, text="a fox --n 1")]
    assert seen[-1] == DONE


async def test_half_characters_of_a_shell_are_replaced(client: TerminalClient, core: Core) -> None:
    """Bytes that are no UTF-8, as a shell hands them over in words and names, do not end the command."""
    spec = ImagineCommand("c1", "zo\udceb", "a caf\udce9", (InputFile("f\udcff.png", b"fox"),))
    outcome = await imagine(client, spec, ignore)
    assert outcome.state == "delivered"
    (command,) = core.events
    assert isinstance(command, CommandTyped)
    assert (command.text, command.person.name, command.person.id) == ("a caf\ufffd", "zo\ufffd", "zo\ufffd")
    assert [each.name for each in command.attachments] == ["f\ufffd.png"]


async def test_the_svg_comes_with_its_picture(client: TerminalClient, core: Core) -> None:
    """A picture that a model wrote as SVG brings that SVG along."""
    written = replace(SHOWN, picture=replace(SHOWN.picture, svg=SVG))

    async def draws(core: Core, event: Event) -> PrivateResponse:
        await core.platform.post(event.place, replace(DONE, pictures=(written,)), key="k")
        return PrivateResponse()

    core.then = draws
    assert (await imagine(client, wished(), ignore)).drawn == (PictureData(DATA, b"<svg/>"),)


async def test_progress_arrives_while_it_draws(client: TerminalClient, core: Core) -> None:
    """Each change of the status card reaches whoever follows it, in order, before the next one is made."""
    seen: asyncio.Queue[Card] = asyncio.Queue()

    async def accepts(core: Core, event: Event) -> PrivateResponse:
        return PrivateResponse()

    core.then = accepts
    drawing = asyncio.create_task(imagine(client, wished(), seen.put_nowait))
    ref = await core.platform.post(PLACE, Card("working", "Number 2 in the queue"), key="k")
    assert (await seen.get()).title == "Number 2 in the queue"
    for percent in range(3):
        await core.platform.update(ref, replace(WORKING, title=f"Drawing {percent}"))
        assert (await seen.get()).title == f"Drawing {percent}"
    await core.platform.update(ref, Card("error", "It failed."))
    assert (await drawing).state == "failed"


async def test_a_private_answer_is_the_outcome(client: TerminalClient, core: Core) -> None:
    """What the core answers at once ends the invocation: an error has failed, anything else is an answer."""

    async def answers(_: Core, event: Event) -> PrivateResponse:
        assert isinstance(event, CommandTyped)
        return PrivateResponse(Card("error" if "--" in event.text else "info", event.text))

    core.then = answers
    assert (await imagine(client, wished("usage"), ignore)).state == "answered"
    assert (await imagine(client, wished("a --siez 1"), ignore)).state == "failed"


async def test_attachments_can_be_fetched(client: TerminalClient, core: Core, platform: TerminalPlatform) -> None:
    """Pictures and mask arrive with their names and roles, and their bytes stay for the job to fetch."""
    images = (InputFile("fox.png", b"fox"), InputFile("logo.png", b"logo"), InputFile("m.png", b"mask", role="mask"))
    await imagine(client, wished(images=images), ignore)
    command = core.events[0]
    assert isinstance(command, CommandTyped)
    assert [(one.name, one.role) for one in command.attachments] == [
        ("fox.png", "picture"),
        ("logo.png", "picture"),
        ("m.png", "mask"),
    ]
    assert [await platform.fetch(one, max_bytes=4) for one in command.attachments] == [b"fox", b"logo", b"mask"]


async def test_attachments_outlive_the_process(client: TerminalClient, tmp_path: Path) -> None:
    """A job that resumes after a crash still finds what was attached."""
    ref = await client.upload(b"fox")
    later = a_platform(tmp_path)
    assert await later.fetch(Attachment(ref, "fox.png"), max_bytes=3) == b"fox"


@pytest.mark.parametrize("ref", ["0" * 64, "../terminal.json", "", "."])
async def test_only_attachments_can_be_fetched(platform: TerminalPlatform, ref: str) -> None:
    """A reference that names no attachment is a picture that is gone, and never another file."""
    with pytest.raises(BadPicture, match="no longer available"):
        await platform.fetch(Attachment(ref, "x"), max_bytes=100)


async def test_too_large_an_attachment_is_refused(client: TerminalClient, platform: TerminalPlatform) -> None:
    """The limit is the caller's, and the answer says it."""
    ref = await client.upload(b"x" * 2_000_001)
    with pytest.raises(BadPicture, match="larger than 2 MB"):
        await platform.fetch(Attachment(ref, "x"), max_bytes=2_000_000)


async def test_a_key_is_one_message_even_after_a_restart(platform: TerminalPlatform, tmp_path: Path) -> None:
    """Posting the same key again changes nothing, in this process and in the next."""
    first = await platform.post(PLACE, WORKING, key="k")
    done = await platform.update(first, DONE)
    later = a_platform(tmp_path)
    assert await platform.post(PLACE, WORKING, key="k") == first == done
    assert await later.post(PLACE, WORKING, key="k") == first
    assert await later.post(PLACE, WORKING, key="other") != first
    assert len(list((tmp_path / "terminal" / "channels" / "c1").iterdir())) == 2


async def test_a_message_that_is_gone_is_posted_anew(platform: TerminalPlatform, client: TerminalClient) -> None:
    """Updating a message that was pruned in between brings the result all the same."""
    await platform.update(MessageRef(PLACE, "f" * 32), DONE)
    async with aclosing(client.follow("c1")) as messages:
        assert (await anext(messages)).card == DONE


async def test_previews_are_not_kept(platform: TerminalPlatform, client: TerminalClient) -> None:
    """Unfinished pictures are not written to the disk: a terminal shows none."""
    await platform.post(PLACE, replace(WORKING, preview=Preview(b"x", "png")), key="k")
    async with aclosing(client.follow("c1")) as messages:
        assert (await anext(messages)).card == WORKING


async def test_following_begins_with_what_is_there(platform: TerminalPlatform, client: TerminalClient) -> None:
    """Whoever comes late sees every message of the channel once, and none of another channel."""
    await platform.post(replace(PLACE, channel="c2"), DONE, key="elsewhere")
    for key in ("a", "b"):
        await platform.post(PLACE, Card("info", key), key=key)
    async with aclosing(client.follow("c1")) as messages:
        assert [(await anext(messages)).card.title for _ in range(2)] == ["a", "b"]


async def test_cancel_presses_the_button(client: TerminalClient, core: Core) -> None:
    """Ctrl-C becomes a press of Cancel on the job of this wish."""

    async def accepts(core: Core, event: Event) -> PrivateResponse:
        return PrivateResponse()

    core.then = accepts
    await cancel(client, wished())
    pressed = core.events[0]
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.action, pressed.target) == ("cancel", job_id_for(EventKey("terminal:c1")))


async def test_a_stopped_process_is_transient(platform: TerminalPlatform, core: Core, tmp_path: Path) -> None:
    """When the process that draws goes away, whoever follows learns at once that it did, and can look for the next."""

    async def accepts(core: Core, event: Event) -> PrivateResponse:
        return PrivateResponse()

    core.then = accepts
    listening = asyncio.create_task(platform.run(core.handle))
    await platform.started.wait()
    async with find_client(tmp_path) as client:
        assert client is not None
        seen = asyncio.Event()
        await platform.post(PLACE, WORKING, key="k")
        drawing = asyncio.create_task(imagine(client, wished(), lambda _: seen.set()))
        await seen.wait()
        listening.cancel()
        with pytest.raises(Transient):
            await drawing
        with pytest.raises(Transient):
            await client.upload(b"x")
        assert not await client.is_healthy()


async def test_a_missing_picture_is_said(client: TerminalClient) -> None:
    """What the core refuses arrives in its own words."""
    with pytest.raises(AdminError, match="Image no longer available"):
        await client.picture(PictureId("cd" * 32))


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer ü"}])
@pytest.mark.parametrize("path", ["/health", "/channels/c1", f"/pictures/{'ab' * 32}", "/nothing"])
async def test_only_with_the_token(client: TerminalClient, tmp_path: Path, path: str, headers: dict[str, str]) -> None:
    """Other programs and web pages on this machine learn nothing from the listener."""
    there = read_announcement(tmp_path)
    assert there is not None
    async with aiohttp.ClientSession() as session, session.get(there.address + path, headers=headers) as response:
        assert response.status == 401


async def test_the_announcement_is_private_and_withdrawn(
    platform: TerminalPlatform, core: Core, tmp_path: Path
) -> None:
    """Only the user can read the token, and after a stop nothing is announced."""
    listening = asyncio.create_task(platform.run(core.handle))
    await platform.started.wait()
    assert stat.S_IMODE((tmp_path / "terminal.json").stat().st_mode) == 0o600
    there = read_announcement(tmp_path)
    assert there is not None
    assert there.address.startswith("http://127.0.0.1:")
    assert there.pid == os.getpid()
    listening.cancel()
    await asyncio.wait([listening])
    assert read_announcement(tmp_path) is None
    assert not platform.started.is_set()


async def test_a_dead_owner_is_not_found(tmp_path: Path) -> None:
    """What a killed process left announced leads nowhere, and nobody is found."""
    write_announcement(tmp_path, Announcement("http://127.0.0.1:1", "t", 1))
    async with find_client(tmp_path) as client:
        assert client is None
    (tmp_path / "terminal.json").write_text("{half")
    async with find_client(tmp_path) as client:
        assert client is None


def test_a_later_owner_keeps_its_announcement(tmp_path: Path) -> None:
    """A process that ends late does not withdraw what the next one has announced."""
    first, second = Announcement("http://127.0.0.1:1", "a", 1), Announcement("http://127.0.0.1:2", "b", 2)
    write_announcement(tmp_path, first)
    write_announcement(tmp_path, second)
    remove_announcement(tmp_path, first)
    assert read_announcement(tmp_path) == second


async def test_old_channels_and_files_are_pruned(platform: TerminalPlatform, core: Core, tmp_path: Path) -> None:
    """At the start, what nobody touched for a month goes; the rest stays."""
    folder = tmp_path / "terminal"
    for channel in ("old", "new"):
        await platform.post(replace(PLACE, channel=channel), DONE, key=channel)
        (folder / "files" / channel).write_bytes(b"x")
    for name, days in (("old", KEEP_DAYS + 1), ("new", KEEP_DAYS - 1)):
        touched_s = now_s() - days * 86_400
        for path in (folder / "files" / name, folder / "channels" / name):
            os.utime(path, (touched_s, touched_s))
    listening = asyncio.create_task(platform.run(core.handle))
    await platform.started.wait()
    listening.cancel()
    await asyncio.wait([listening])
    assert [path.name for path in (folder / "files").iterdir()] == ["new"]
    assert [path.name for path in (folder / "channels").iterdir()] == ["new"]


async def test_a_disk_that_takes_nothing_is_said(platform: TerminalPlatform, tmp_path: Path) -> None:
    """A message that cannot be written is an error for whoever runs Easel, and nothing half is left."""
    channel = tmp_path / "terminal" / "channels" / "c1"
    channel.write_text("a file where the folder should be")
    with pytest.raises(AdminError, match="cannot write to its data directory"):
        await platform.post(PLACE, DONE, key="k")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_changing_line() -> None:
    """In a terminal the status line replaces itself, and is gone when the job ends."""
    screen = Screen()
    line = ProgressLine(screen)
    for card in (WORKING, replace(WORKING, title="Drawing 00:02"), DONE):
        line.show(card)
    assert screen.getvalue().split("\r\x1b[K") == [
        "",
        "[############............] Drawing 00:01",
        "[############............] Drawing 00:02",
        "",
    ]


def test_a_log_gets_a_line_only_for_news() -> None:
    """Where standard error is no terminal, the passing of time alone writes nothing."""
    log = io.StringIO()
    line = ProgressLine(log)
    for title in ("Number 3 in the queue", "Drawing 00:01", "Drawing 00:02"):
        line.show(Card("working", title))
    line.show(DONE)
    assert log.getvalue() == "Number 3 in the queue\nDrawing 00:01\n"


async def test_health_and_usage_are_asked_by_other_processes(client: TerminalClient, tmp_path: Path) -> None:
    """What the owner of the data knows of its readiness and its costs reaches `easel health` and `easel usage`."""
    assert await client.usage("person") == await LittleUsage().this_month("person")
    asking = asyncio.get_running_loop().run_in_executor(None, fetch_health, tmp_path)
    assert await asking == await is_away()
