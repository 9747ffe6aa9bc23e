"""Calls to Slack: paced by what it says, and never repeated blindly."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from adapters.shared.deduplication import Deduplicator
from adapters.slack.errors import CLOSED, PASSING, REVOKED, ConnectionLost, SlackRefused, refusal
from adapters.slack.installations.workspaces import SingleWorkspace
from adapters.slack.web_api.client import SlackApi
from adapters.slack.web_api.rate_limits import RateLimits
from bot.errors import AdminError, EaselError, PlaceClosed, Transient
from tests.emulators.slack.faults import Fault, dropped_after, dropped_before, error, rate_limited, status
from tests.emulators.slack.server import SlackEmulator
from tests.unit.slack.connected_platform import HastyClock, an_emulator


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with an_emulator() as slack:
        yield slack


@pytest.fixture
async def api(slack: SlackEmulator) -> AsyncGenerator[SlackApi]:
    api = SlackApi(base_url=slack.api_url, workspaces=SingleWorkspace(slack.team.bot_token), clock=HastyClock())
    yield api
    await api.close()


@pytest.mark.parametrize("fault", [dropped_after(), dropped_before(), status(502), error("internal_error")])
async def test_message_is_never_sent_again_blindly(slack: SlackEmulator, api: SlackApi, fault: Fault) -> None:
    """Where Slack may have posted, nobody posts again: whoever asked is told that it is not known."""
    slack.fail("chat.postMessage", fault)
    with pytest.raises(ConnectionLost):
        await _post(slack, api)
    assert [call.method for call in slack.calls] == ["chat.postMessage"]


@pytest.mark.parametrize("fault", [dropped_after(), dropped_before(), status(503), error("fatal_error")])
async def test_what_may_be_repeated_is(slack: SlackEmulator, api: SlackApi, fault: Fault) -> None:
    """A call that does the same when it is made twice is made again, some times."""
    slack.fail("users.info", fault, times=2)
    (ada,) = slack.people
    answer = await api.call(slack.team.id, "users.info", user=ada)
    assert answer["user"]["id"] == ada
    assert len(slack.calls) == 3


async def test_refusal_is_not_repeated(slack: SlackEmulator, api: SlackApi) -> None:
    """What Slack says no to stays so, with its own word for why."""
    slack.fail("users.info", error("user_not_found"))
    with pytest.raises(SlackRefused, match="user_not_found"):
        await api.call(slack.team.id, "users.info", user="U1")
    assert len(slack.calls) == 1


async def test_limited_message_is_sent_after_its_time(slack: SlackEmulator, api: SlackApi) -> None:
    """A 429 means that nothing was done: even a message is then sent again, once, when Slack allows it."""
    slack.fail("chat.postMessage", rate_limited(7), times=2)
    await _post(slack, api)
    assert [call.status for call in slack.calls] == [429, 429, 200]
    assert len(slack.channel_named("studio").messages) == 1


async def test_limit_that_does_not_end_is_given_up(slack: SlackEmulator, api: SlackApi) -> None:
    """Who would have to wait for minutes is told that it will be tried again later."""
    slack.fail("chat.postMessage", rate_limited(50), times=9)
    with pytest.raises(Transient):
        await _post(slack, api)


async def test_limit_makes_one_line_of_all(slack: SlackEmulator, api: SlackApi) -> None:
    """A 429 holds up every call of that method in that workspace, and lets them go one after the other: no stampede."""
    slack.fail("chat.postMessage", rate_limited(5))
    await asyncio.gather(*(_post(slack, api) for _ in range(10)))
    assert [call.status for call in slack.calls].count(429) == 1
    assert len(slack.channel_named("studio").messages) == 10


def test_line_is_of_one_workspace_and_method() -> None:
    """Others are not held up, and a minute later nobody is."""
    clock = HastyClock()
    pacing = RateLimits(clock)
    pacing.hold("T1", "chat.update", 10)
    waits = [pacing.reserve("T1", "chat.update") for _ in range(3)]
    assert [round(wait_s) for wait_s in waits] == [10, 11, 12]
    assert (pacing.reserve("T2", "chat.update"), pacing.reserve("T1", "chat.postMessage")) == (0, 0)
    clock._skipped_s += 75
    assert [pacing.reserve("T1", "chat.update") for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, PlaceClosed) for code in sorted(CLOSED)),
        *((code, AdminError) for code in sorted(REVOKED)),
        *((code, Transient) for code in sorted(PASSING)),
        ("http_502", Transient),
        ("missing_scope", AdminError),
        ("storage_limit_reached", AdminError),
        ("file_deleted", EaselError),
        ("a_word_that_slack_invents_tomorrow", AdminError),
    ],
)
def test_every_refusal_is_told_in_our_words(code: str, kind: type[EaselError]) -> None:
    """Whatever Slack says becomes a sentence and what to do, without its own words for people."""
    problem = refusal("chat.update", code, needed="files:read")
    assert isinstance(problem, kind)
    assert problem.text.endswith(".")


async def test_once_is_once_even_at_once() -> None:
    """Several tellings of the same thing at the same time are handled once; one that fails leaves it to the next."""
    once: Deduplicator[int] = Deduplicator()
    done: list[int] = []

    async def work() -> int:
        await asyncio.sleep(0)
        if not done:
            done.append(0)
            raise OSError("the disk is full")
        done.append(1)
        return 7

    ends = await asyncio.gather(*(once.run_once("k", work) for _ in range(4)), return_exceptions=True)
    assert sorted(map(str, ends)) == ["(7, False)", "(7, False)", "(7, True)", "the disk is full"]
    assert done == [0, 1]


async def _post(slack: SlackEmulator, api: SlackApi) -> None:
    channel = slack.channel_named("studio").id
    await api.call(slack.team.id, "chat.postMessage", channel=channel, text="hello")
