"""A workspace with one person, one channel and an app that listens, for the tests of the emulator itself."""

from collections.abc import AsyncIterator

import pytest

from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import Listening, a_socket_app
from tests.emulators.slack.things import Channel


@pytest.fixture
async def slack() -> AsyncIterator[SlackEmulator]:
    """It tries again at once."""
    async with SlackEmulator() as running:
        running.retry_delays_s = (0, 0, 0)
        yield running


@pytest.fixture
def ada(slack: SlackEmulator) -> Person:
    return slack.add_person("Ada")


@pytest.fixture
def studio(slack: SlackEmulator, ada: Person) -> Channel:
    return slack.add_channel("studio", members=[ada])


@pytest.fixture
async def app(slack: SlackEmulator) -> AsyncIterator[Listening]:
    async with a_socket_app(slack) as listening:
        yield listening
