"""Staying connected to Discord: through everything, within what it allows, and with one process for each shard."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from adapters.discord.gateway import shard_leases
from adapters.discord.gateway.shard_leases import LEASE_S, RENEW_EVERY_S, ShardLease
from adapters.discord.gateway.supervisor import IdentifyLimiter, ReconnectCounter, TooManySessions
from adapters.discord.ids import PLATFORM
from bot.errors import AdminError, EaselError, Transient
from bot.ports import Json
from bot.store.database import Database
from bot.store.platform_state import StoredPlatformState
from tests.clock import PATIENCE_S
from tests.emulators.discord import faults
from tests.emulators.discord.server import DiscordEmulator
from tests.unit.discord.connected_platform import JOB, RESULT, Desk, LongClock, a_desk


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def desk(database: Database) -> AsyncGenerator[Desk]:
    async with a_desk(database) as desk:
        yield desk


async def advanced_until_connected(desk: Desk, *, sessions: int) -> None:
    """Lets time pass for as long as somebody waits for it."""
    while len(desk.discord.identifies) < sessions:
        await desk.clock.pass_time()
    await desk.discord.connected()


# One connection


async def test_resumed_connection_misses_nothing(desk: Desk) -> None:
    """Op 7 and lost connections are resumed, what was said meanwhile is heard, and no session is begun for it."""
    ada = desk.discord.add_person("Ada")
    desk.discord.reconnect()
    await desk.discord.until(lambda: desk.discord.resumes == 1)
    desk.discord.close_gateway(4000)
    await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox")
    await desk.discord.until(lambda: desk.discord.resumes == 2)
    await desk.discord.connected()
    await desk.quiet()
    assert len(desk.core.events) == 1
    assert len(desk.discord.identifies) == 1


async def test_event_that_cannot_be_read_ends_nothing(desk: Desk) -> None:
    """What discord.py cannot parse ends its client; the next one takes over."""
    ada = desk.discord.add_person("Ada")
    spoilt = {"t": "INTERACTION_CREATE", "op": 0, "d": {"id": "1", "type": 2}}
    session = desk.discord.sessions[0]
    session.tell("INTERACTION_CREATE", spoilt["d"])
    await advanced_until_connected(desk, sessions=2)
    await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox")
    await desk.quiet()
    assert len(desk.core.events) == 1


async def test_storm_of_reconnects_is_calmed(desk: Desk) -> None:
    """A gateway that accepts and closes is not asked hundreds of times a second, and found well when it is well."""
    desk.discord.refuse_gateway(500)
    desk.discord.close_gateway(4000)
    await desk.clock.asleep(2.1, 5)  # until the next session may be begun
    assert len(desk.discord._gateway.refusals) > 480
    assert desk.platform.connection.state == "not connected"
    desk.discord._gateway.refusals.clear()
    await advanced_until_connected(desk, sessions=2)
    await desk.quiet()
    assert desk.platform.connection.is_ready


@pytest.mark.parametrize(
    ("code", "words"), [(4004, "DISCORD_TOKEN"), (4014, "read what people write"), (4011, "another number of shards")]
)
async def test_what_no_retry_can_help_is_said(database: Database, code: int, words: str) -> None:
    """A wrong token, a missing intent and too few shards end with what to do, and not in a loop."""
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator, listening=False) as desk:
        desk.discord.refuse_gateway(1, code=code)
        with pytest.raises(ExceptionGroup) as raised:
            await desk.platform.run(desk.core.handle)
        (problem,) = raised.value.exceptions
        assert isinstance(problem, AdminError)
        assert words in problem.text


async def test_intent_that_is_turned_off_is_done_without(desk: Desk) -> None:
    """When the words of everybody are taken away, the next session asks for the others alone, and people are told."""
    ada = desk.discord.add_person("Ada")
    await desk.platform.post(desk.place, RESULT, key=JOB)
    thread = desk.posted()[0].thread
    assert thread is not None
    desk.discord.message_content_granted = False
    desk.discord.fail("get_application", faults.status(503), times=6)
    desk.discord.invalidate()
    await advanced_until_connected(desk, sessions=2)
    assert [identify.intents for identify in desk.discord.identifies] == [37377, 4609]
    await ada.say(thread, "make it blue")
    await desk.quiet()
    assert "cannot read" in desk.posted(thread)[-1].content


async def test_wrong_token_is_said_before_connecting(database: Database) -> None:
    """Where the REST API takes no token, nothing else is tried."""
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator, listening=False, token="wrong") as desk:
        with pytest.raises(AdminError, match="DISCORD_TOKEN"):
            await desk.platform.run(desk.core.handle)
        desk.discord.forgive()


async def test_start_without_discord_waits_for_it(database: Database) -> None:
    """While Discord cannot be reached Easel waits, and connects when it can."""
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator, listening=False) as desk:
        desk.discord.fail("get_current_user", faults.status(503), times=3)
        running = asyncio.create_task(desk.platform.run(desk.core.handle))
        assert desk.platform.connection.state == "connecting"
        await advanced_until_connected(desk, sessions=1)
        running.cancel()
        await asyncio.wait((running,))


async def test_posting_needs_no_connection(database: Database) -> None:
    """Results are posted while the gateway is down."""
    async with a_desk(database, listening=False) as desk:
        await desk.platform.post(desk.place, RESULT, key=JOB)
        assert len(desk.posted()) == 1


# Sessions


async def test_sessions_are_begun_within_the_budget() -> None:
    """One in five seconds; after twenty within an hour one in two minutes: never a thousand a day."""
    clock = LongClock()
    budget = IdentifyLimiter(clock)
    begun = asyncio.create_task(_begin(budget, 25))
    while not begun.done():
        await asyncio.wait((begun, asyncio.create_task(clock.pass_time())), return_when=asyncio.FIRST_COMPLETED)
    assert [round(pause_s) for pause_s in await begun][1:] == [5] * 19 + [120] * 5


async def test_open_connection_does_not_wait_for_long() -> None:
    """Who has a connection, which discord.py gives a minute to be ready, gives it up instead."""
    clock = LongClock()
    budget = IdentifyLimiter(clock)
    begun = asyncio.create_task(_begin(budget, 20))
    while not begun.done():
        await asyncio.wait((begun, asyncio.create_task(clock.pass_time())), return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(TooManySessions):
        await budget.wait_shortly()


async def _begin(budget: IdentifyLimiter, count: int) -> list[float]:
    clock = budget._clock
    pauses: list[float] = []
    for _ in range(count):
        began_s = clock.monotonic_s()
        await budget.wait()
        pauses.append(clock.monotonic_s() - began_s)
    return pauses


async def test_storm_is_many_losses_in_a_minute() -> None:
    """Ten connections lost within a minute are a storm, ten in an hour are not."""
    clock = LongClock()
    calm, wild = ReconnectCounter(clock), ReconnectCounter(clock)
    assert [wild.count_lost() for _ in range(10)] == [False] * 9 + [True]
    for _ in range(12):
        clock.advance(30)
        assert not calm.count_lost()


# Shards


async def test_shard_is_served_by_one_process(database: Database) -> None:
    """Of two processes one waits, until the other has gone or has not been heard of for half a minute."""
    notes, clock = StoredPlatformState(database, PLATFORM), LongClock()
    first, second = (ShardLease(notes, clock, shard=0, shard_count=1, owner=owner) for owner in ("one", "two"))
    await first.acquire()
    waiting = asyncio.create_task(second.acquire())
    await clock.pass_time()
    await clock.asleep(4, 6)
    assert not waiting.done()
    await first.release()
    await clock.pass_time()
    await asyncio.wait_for(waiting, PATIENCE_S)
    again = asyncio.create_task(first.acquire())
    await clock.asleep(4, 6)
    clock.advance(LEASE_S + 6)
    await asyncio.wait_for(again, PATIENCE_S)


class Unreliable(StoredPlatformState):
    """Notes whose database fails for as long as it has a `problem`, and is silent until it `answers`."""

    problem: EaselError | None = None
    answers: asyncio.Event | None = None

    async def get(self, key: str) -> Json | None:
        if self.answers is not None:
            await self.answers.wait()
        if self.problem is not None:
            raise self.problem
        return await super().get(key)


@pytest.mark.parametrize("problem", [Transient("It restarts."), AdminError("Its disk is full.")])
async def test_shard_waits_for_the_database(database: Database, problem: EaselError) -> None:
    """While nobody can say who serves the shard this process does not, and nothing of it ends."""
    notes, clock = Unreliable(database, PLATFORM), LongClock()
    notes.problem = problem
    acquiring = asyncio.create_task(ShardLease(notes, clock, shard=0, shard_count=1, owner="one").acquire())
    await clock.pass_time()
    await clock.asleep(4, 6)
    notes.problem = None
    await clock.pass_time()
    await asyncio.wait_for(acquiring, PATIENCE_S)


async def test_shard_is_let_go_in_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom the database does not answer stops before another may serve the shard, and goes on when it answers."""
    notes, clock = Unreliable(database, PLATFORM), LongClock()
    lease = ShardLease(notes, clock, shard=0, shard_count=1, owner="one")
    began_s = clock.monotonic_s()
    await lease.acquire()
    notes.answers = asyncio.Event()
    with monkeypatch.context() as patched:
        patched.setattr(shard_leases, "_DATABASE_TIMEOUT_S", 0.0)
        await until_over(asyncio.create_task(lease.keep()), clock)
        assert clock.monotonic_s() - began_s < LEASE_S - 5
        await lease.release()
    acquiring = asyncio.create_task(lease.acquire())
    await clock.asleep(4, 6)
    notes.answers.set()
    await until_over(acquiring, clock)


async def test_stop_does_not_wait_for_the_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is stopped while a write goes on gives it a moment, and no more."""
    monkeypatch.setattr(shard_leases, "_DATABASE_TIMEOUT_S", 0.01)
    notes, clock = Unreliable(database, PLATFORM), LongClock()
    notes.answers = asyncio.Event()
    acquiring = asyncio.create_task(ShardLease(notes, clock, shard=0, shard_count=1, owner="one").acquire())
    await asyncio.sleep(0)
    acquiring.cancel()
    await asyncio.wait_for(asyncio.wait((acquiring,)), PATIENCE_S)
    assert acquiring.cancelled()


async def until_over(work: asyncio.Task[None], clock: LongClock) -> None:
    """Lets time pass for as long as it sleeps."""
    while not work.done():
        await asyncio.wait((work, asyncio.create_task(clock.pass_time())), return_when=asyncio.FIRST_COMPLETED)
    await work


async def test_waiting_for_a_shard_is_no_trouble(database: Database) -> None:
    """Who waits for another process to go is well, and says what it does; then it connects."""
    notes, clock = StoredPlatformState(database, PLATFORM), LongClock()
    other = ShardLease(notes, clock, shard=0, shard_count=1, owner="another")
    await other.acquire()
    async with a_desk(database, clock=clock, listening=False) as desk:
        running = asyncio.create_task(desk.platform.run(desk.core.handle))
        connection = desk.platform.connection
        await clock.asleep(4, 6)
        assert (connection.is_ready, connection.state) == (True, "standing by")
        await other.release()
        await advanced_until_connected(desk, sessions=1)
        await desk.quiet()
        assert (connection.is_ready, connection.state) == (True, "connected")
        running.cancel()
        await asyncio.wait((running,))


async def test_restart_goes_on_at_once(database: Database) -> None:
    """The same process after a crash does not wait for its own lease to end."""
    notes, clock = StoredPlatformState(database, PLATFORM), LongClock()
    for _ in range(2):
        await asyncio.wait_for(ShardLease(notes, clock, shard=0, shard_count=1, owner="one").acquire(), PATIENCE_S)


async def test_lost_lease_is_noticed(database: Database) -> None:
    """Whoever finds another's name on its lease stops; renewing it in time keeps it."""
    notes, clock = StoredPlatformState(database, PLATFORM), LongClock()
    lease = ShardLease(notes, clock, shard=0, shard_count=1, owner="one")
    await lease.acquire()
    before = await notes.get("shard:0/1")
    keeping = asyncio.create_task(lease.keep())
    await clock.pass_time()
    await clock.asleep(RENEW_EVERY_S, RENEW_EVERY_S)
    assert before is not None
    after = await notes.get("shard:0/1")
    assert after is not None
    assert after["until_s"] > before["until_s"]
    assert not keeping.done()
    await notes.put("shard:0/1", {"owner": "two", "until_s": clock.now().timestamp() + 999})
    await clock.pass_time()
    await asyncio.wait_for(keeping, PATIENCE_S)


async def test_lost_lease_ends_the_connection(desk: Desk) -> None:
    """Who has lost its shard to another process leaves Discord at once: nobody is heard by both."""
    until_s = desk.clock.now().timestamp() + 999
    await desk.notes.put("shard:0/1", {"owner": "another", "until_s": until_s})
    desk.clock.advance(RENEW_EVERY_S)
    await desk.discord.until(lambda: not desk.discord.connections)
    await desk.clock.asleep(4, 6)
    assert desk.platform.connection.state == "standing by"
    assert await desk.notes.get("shard:0/1") == {"owner": "another", "until_s": until_s}


async def test_each_shard_hears_its_own_servers(database: Database) -> None:
    """Two processes with a shard each hear of different servers, and of all of them together."""
    emulator = DiscordEmulator()
    emulator.shards_wanted = 2
    async with a_desk(database, discord=emulator, listening=False, shard_count=2, shards=(0, 1)) as desk:
        running = asyncio.create_task(desk.platform.run(desk.core.handle))
        while len(desk.discord.identifies) < 2:
            await desk.clock.pass_time()
        await desk.discord.connected(shards=2)
        ada = desk.discord.add_person("Ada", guilds=[])
        for number in (0, 1):
            guild = desk.discord.add_guild(f"Guild {number}", shard=(number, 2))
            channel = desk.discord.add_channel("studio", guild=guild)
            person = desk.discord.add_person("Ben", guilds=[guild])
            await person.say(channel, f"{desk.discord.bot.mention} a fox")
        await ada.say(ada.dm, "a hen")
        await desk.quiet()
        assert len(desk.core.events) == 3
        running.cancel()
        await asyncio.wait((running,))
