"""Versions: numbers, heads, deletion, and which pictures are still needed. On every database."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.ids import JobId, ThreadId, VersionId
from bot.domain.requests import AppliedSettings
from bot.errors import NotFound
from bot.store.database import Database
from tests.unit.store.rows import (
    ANNA,
    CENT,
    CHANNEL,
    Store,
    a_message,
    a_picture,
    a_request,
    a_thread,
    an_id,
    an_order,
    later,
)

T1 = ThreadId("t1")


async def _head(store: Store) -> VersionId | None:
    thread = await store.threads.get(T1)
    assert thread is not None
    return thread.head


async def test_version_comes_back_as_it_went_in(database: Database) -> None:
    """Everything that a result says is stored, found by every name, and its author keeps no rights."""
    store = Store.on(database)
    pictures = (a_picture("b"), a_picture("a", svg="<svg/>"), a_picture("b"))
    request = a_request("a red fox", references=(a_picture("logo"),))
    applied = AppliedSettings(quality="medium", background="opaque")
    made = await store.draw("k1", pictures=pictures, request=request, applied=applied, at=later(3))
    message = a_message("m1", place=CHANNEL.in_thread("r"))
    assert await store.jobs.deliver(made.job, made.id, message, opens=None, at=later(4))
    found = await store.versions.get(made.id)
    assert found is not None
    assert found.pictures == pictures
    assert (found.request, found.applied) == (request, applied)
    assert (found.number, found.parent, found.cost, found.seconds) == (1, None, CENT, 2.5)
    assert (found.typed, found.notes, found.created_at) == (
        "a fox --quality high",
        ("using 1024x1024",),
        later(3),
    )
    assert found.author == replace(ANNA, is_admin=False)
    assert found.message == a_message("m1", place=CHANNEL.in_thread("r"))
    assert await store.versions.by_job(made.job) == found
    assert await store.versions.by_number(T1, 1) == found
    assert await store.versions.by_message(a_message("m1")) == found
    assert await store.versions.in_thread(T1) == [found]


async def test_unknown_names_find_nothing(database: Database) -> None:
    """What is not there is None, and only deleting it is an error."""
    store = Store.on(database)
    await store.draw("k1")
    assert await store.versions.get(VersionId("x")) is None
    assert await store.versions.by_job(JobId("x")) is None
    assert await store.versions.by_number(T1, 2) is None
    assert await store.versions.by_message(a_message("x")) is None
    assert await store.versions.in_thread(ThreadId("x")) == []
    with pytest.raises(NotFound):
        await store.versions.delete(VersionId("x"), at=later(1))


async def test_drawing_is_recorded_once(database: Database) -> None:
    """A job that was recorded already keeps its version and its cost, whatever is recorded again."""
    store = Store.on(database)
    first = await store.draw("k1")
    again = await store.draw("k1", pictures=(a_picture("other"),), cost=None, at=later(1))
    assert again == await store.versions.get(first.id)
    assert again.pictures == first.pictures
    assert (await store.ledger.spent(since=later(-1))).settled == CENT
    assert a_picture("other").id not in await store.versions.picture_ids()


async def test_twenty_at_once_are_numbered_without_gaps(database: Database) -> None:
    """Jobs that end in one thread at the same moment get the numbers 1 to 20, each once."""
    store = Store.on(database)
    shared = (a_picture("same"), a_picture("too"))
    pictures = [shared if number % 2 else (*reversed(shared), a_picture(str(number))) for number in range(20)]
    made = await asyncio.gather(*(store.draw(f"k{number}", pictures=pictures[number]) for number in range(20)))
    assert sorted(version.number for version in made) == list(range(1, 21))
    stored = await store.versions.in_thread(T1)
    assert [version.number for version in stored] == list(range(1, 21))
    assert {version.id: version.pictures for version in stored} == {version.id: version.pictures for version in made}
    assert await _head(store) == stored[-1].id


@pytest.mark.parametrize("count", [5, 6, 7])
async def test_long_thread_is_read_whole(database: Database, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many versions a thread has, all are there and in order, the deleted ones too."""
    monkeypatch.setattr("bot.store.versions._VERSION_PAGE", 3)
    store = Store.on(database)
    made = [await store.draw(f"k{number}") for number in range(count)]
    await store.versions.delete(made[3].id, at=later(1))
    assert [version.id for version in await store.versions.in_thread(T1)] == [version.id for version in made]


async def test_edits_of_one_version_are_siblings(database: Database) -> None:
    """Two edits that started from the same version both have it as parent, and the later is the newest."""
    store = Store.on(database)
    root = await store.draw("k1")
    one = await store.draw("k2", parent=root.id)
    two = await store.draw("k3", parent=root.id)
    assert [version.parent for version in await store.versions.in_thread(T1)] == [None, root.id, root.id]
    assert (one.number, two.number) == (2, 3)
    assert await _head(store) == two.id


@pytest.mark.parametrize(
    ("parents", "head", "deleted", "new_head"),
    [
        pytest.param([0, 1, 1], 3, [3], 1, id="the parent of the deleted head"),
        pytest.param([0, 1, 2, 1], 3, [2, 3], 1, id="the nearest ancestor that lives"),
        pytest.param([0, 0, 2], 3, [2, 3], 1, id="the newest where no ancestor lives"),
        pytest.param([0, 0, 0], 1, [1], 3, id="the newest where there is no ancestor"),
        pytest.param([0, 1], 2, [1], 2, id="the head where another was deleted"),
        pytest.param([0, 1], 2, [2, 1], None, id="nothing where all are deleted"),
    ],
)
async def test_head_after_deletion(
    database: Database, parents: list[int], head: int, deleted: list[int], new_head: int | None
) -> None:
    """When the head is deleted, newest means its nearest living ancestor, else the newest version that lives."""
    store = Store.on(database)
    made: list[VersionId] = []
    for number, parent in enumerate(parents):
        version = await store.draw(f"k{number}", parent=made[parent - 1] if parent else None)
        made.append(version.id)
    await store.threads.set_head(T1, made[head - 1])
    for number in deleted:
        await store.versions.delete(made[number - 1], at=later(9))
    assert await _head(store) == (None if new_head is None else made[new_head - 1])


async def test_deleted_version_leaves_its_words(database: Database) -> None:
    """A deleted version is still found, marked and without pictures, and its number is not given again."""
    store = Store.on(database)
    made = await store.draw("k1")
    assert await store.versions.delete(made.id, at=later(5)) == [a_picture("k1").id]
    found = await store.versions.get(made.id)
    assert found is not None
    assert (found.deleted_at, found.pictures, found.typed) == (later(5), (), made.typed)
    assert a_picture("k1").id not in await store.versions.picture_ids()
    assert (await store.draw("k2")).number == 2


async def test_deleting_again_does_nothing(database: Database) -> None:
    """The second deletion of a version returns no pictures and keeps the time of the first."""
    store = Store.on(database)
    made = await store.draw("k1")
    await store.versions.delete(made.id, at=later(5))
    assert await store.versions.delete(made.id, at=later(6)) == []
    found = await store.versions.get(made.id)
    assert found is not None
    assert found.deleted_at == later(5)


async def test_shared_pictures_outlive_one_version(database: Database) -> None:
    """A picture goes with the last version that shows it, not before."""
    store = Store.on(database)
    shared, own = a_picture("shared"), a_picture("own")
    one = await store.draw("k1", pictures=(shared, own))
    two = await store.draw("k2", thread="t2", pictures=(shared,))
    assert await store.versions.delete(one.id, at=later(1)) == [own.id]
    assert shared.id in await store.versions.picture_ids()
    assert await store.versions.delete(two.id, at=later(2)) == [shared.id]
    assert await store.versions.picture_ids() == set()


async def test_attached_pictures_live_as_long_as_what_was_drawn_from_them(database: Database) -> None:
    """An attached picture is needed by its version; the picture of another version is not kept alive by an edit."""
    store = Store.on(database)
    logo, base = a_picture("logo"), a_picture("base")
    root = await store.draw("k1", pictures=(base,))
    edit = await store.draw("k2", parent=root.id, request=a_request(base=base, references=(logo,)))
    assert await store.versions.picture_ids() == {logo.id, base.id, a_picture("k2").id}
    assert await store.versions.delete(root.id, at=later(1)) == [base.id]
    assert await store.versions.delete(edit.id, at=later(1)) == sorted([logo.id, a_picture("k2").id])


async def test_drawing_behind_a_picture_goes_with_it(database: Database) -> None:
    """An SVG is needed as long as one version has it, whether as its own or to be drawn from; then it goes too."""
    store = Store.on(database)
    private = await store.draw("k1", pictures=(a_picture("a", svg="one"), a_picture("b", svg="two")))
    public = await store.draw("k2", thread="t2", pictures=(a_picture("a", svg="one"),))
    drawn_from = replace(a_request(base=a_picture("c")), base_svg=an_id("three"))
    edit = await store.draw("k3", thread="t3", pictures=(a_picture("d"),), request=drawn_from)
    names = ("a", "b", "c", "d", "one", "two", "three")
    assert await store.versions.picture_ids() == {an_id(name) for name in names}
    assert await store.versions.delete(private.id, at=later(1)) == sorted([an_id("b"), an_id("two")])
    assert await store.versions.delete(public.id, at=later(1)) == sorted([an_id("a"), an_id("one")])
    assert await store.versions.delete(edit.id, at=later(1)) == sorted([an_id("c"), an_id("d"), an_id("three")])


async def test_drawing_of_another_version_belongs_to_that(database: Database) -> None:
    """An edit of a drawing keeps neither the picture nor the SVG of the version that it started from."""
    store = Store.on(database)
    base = a_picture("base", svg="one")
    root = await store.draw("k1", pictures=(base,))
    request = replace(a_request(base=base), base_svg=an_id("one"))
    await store.draw("k2", parent=root.id, pictures=(a_picture("next", svg="two"),), request=request)
    assert await store.versions.delete(root.id, at=later(1)) == sorted([base.id, an_id("one")])


async def test_gathered_pictures_of_unfinished_jobs_are_needed(database: Database) -> None:
    """What a waiting job has gathered is needed, so that no sweep takes it away."""
    store = Store.on(database)
    order = an_order("k1")
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    names = ("logo", "mask", "markup", "<svg/>")
    logo, mask, markup, svg = (an_id(name) for name in names)
    gathered = replace(a_request(), references=(logo,), mask=mask, markup=markup, base_svg=svg)
    await store.jobs.begin_drawing(order.job, request=gathered, at=later(1))
    assert await store.versions.picture_ids() == {logo, mask, markup, svg}


async def test_expiry(database: Database) -> None:
    """Retention deletes what is older, in any number, keeps what is younger, and what that shares."""
    store = Store.on(database)
    young = await store.draw("young", pictures=(a_picture("shared"),), at=later(60))
    for number in range(60):
        await store.draw(f"k{number}", thread=f"t{number % 7}", at=later(number / 10))
    await store.draw("old", pictures=(a_picture("shared"),), at=later(1))
    unneeded = await store.versions.expire(later(30), at=later(90))
    assert sorted(unneeded) == sorted(a_picture(f"k{number}").id for number in range(60))
    assert await store.versions.picture_ids() == {a_picture("shared").id}
    assert await _head(store) == young.id
    assert await store.versions.expire(later(30), at=later(91)) == []


async def test_deleting_and_showing_a_picture_at_once(database: Database) -> None:
    """A picture that is shown anew while its last version is deleted stays known."""
    store = Store.on(database)
    shared = a_picture("shared")
    for round_number in range(10):
        one = await store.draw(f"one{round_number}", thread="t1", pictures=(shared,))
        _, two = await asyncio.gather(
            store.versions.delete(one.id, at=later(1)),
            store.draw(f"two{round_number}", thread="t2", pictures=(shared,)),
        )
        assert shared.id in await store.versions.picture_ids()
        assert await store.versions.delete(two.id, at=later(2)) == [shared.id]
