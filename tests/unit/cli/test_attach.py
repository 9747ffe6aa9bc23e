"""How commands reach Easel: words from the shell, the owner of the data directory, its health."""

import asyncio
import signal
from pathlib import Path

import pytest

from adapters.app.signals import on_interrupt
from adapters.cli.attach import running_easel
from adapters.cli.quoting import join_words
from adapters.terminal.announcement import Announcement, write_announcement
from adapters.terminal.health import fetch_health
from bot.errors import AdminError
from bot.settings.reading import load_settings
from bot.store.lock import DirectoryLock


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["a red fox"], "a red fox"),
        (["a", "red", "fox"], "a red fox"),
        (["a fox", "--size", "512x512", "-q", "high"], "a fox --size 512x512 -q high"),
        (["a fox", "--no", "people, cars", "in snow"], 'a fox --no "people, cars" in snow'),
        (["a fox", "--model=GPT Image 2"], 'a fox --model="GPT Image 2"'),
        (["--private", "a red fox"], "--private a red fox"),
        (["--no", 'the word "stop"', "a fox"], '--no the word "stop" a fox'),
        (["a fox = a dog", "--siez", "two words"], "a fox = a dog --siez two words"),
        ([], ""),
    ],
)
def test_what_the_shell_split_is_one_text_again(words: list[str], text: str) -> None:
    """Values of flags keep together what the shell's quotes kept together; prompts stay as they are."""
    assert join_words(words) == text


async def test_a_silent_owner_is_named(tmp_path: Path) -> None:
    """When a process holds the data directory and does not answer, the command says so and touches nothing."""
    settings = load_settings({"EASEL_DATA_DIR": str(tmp_path)}, None)
    with DirectoryLock(tmp_path), pytest.raises(AdminError, match="holds this data directory and does not answer"):
        async with running_easel(settings, patience_s=0):
            pytest.fail("there is nothing to attach to")
    assert names(tmp_path) == ["easel.lock"]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_another_program_on_the_port_is_not_easel(tmp_path: Path) -> None:
    """After a crash the announced port may belong to anyone: only the right answer counts as healthy."""

    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        write_announcement(tmp_path, Announcement(f"http://127.0.0.1:{port}", "t", 1))
        assert not await asyncio.get_running_loop().run_in_executor(None, fetch_health, tmp_path)


def test_nobody_answers_where_nobody_is(tmp_path: Path) -> None:
    """No announcement, or one of a process that is no more, is not healthy."""
    assert fetch_health(tmp_path) is None
    write_announcement(tmp_path, Announcement("http://127.0.0.1:1", "t", 1))
    assert fetch_health(tmp_path) is None


async def test_two_signals_at_once_are_one_wish_to_stop() -> None:
    """Supervisors signal a process and its group: the second signal must not turn a graceful stop into a kill."""
    loop = asyncio.get_running_loop()
    stops: list[str] = []
    handled = asyncio.Event()
    on_interrupt(lambda: stops.append("stop"))
    loop.add_signal_handler(signal.SIGUSR1, handled.set)
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        signal.raise_signal(each)
    await handled.wait()
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        loop.remove_signal_handler(each)
    assert stops == ["stop"]
