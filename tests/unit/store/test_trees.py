"""Pictures of a thread's versions are known as long as they may be shown."""

from bot.store.database import Database
from bot.store.threads import Threads
from bot.store.trees import PostedTree, PostedTrees
from bot.store.versions import Versions
from tests.unit.store.rows import NOON, a_message, a_picture, a_thread, later

FIRST = PostedTree(a_picture("first tree").id, a_message("m1"))
SECOND = PostedTree(a_picture("second tree").id, a_message("m2"))


async def test_trees_of_a_thread(database: Database) -> None:
    """A thread knows where its trees are shown, in their order, and noting one twice changes nothing."""
    trees = PostedTrees(database)
    thread = await Threads(database).open(a_thread("t"))
    await trees.add(thread.id, FIRST, at=NOON)
    await trees.add(thread.id, SECOND, at=later(1))
    await trees.add(thread.id, FIRST, at=later(2))

    assert await trees.of_thread(thread.id) == [FIRST, SECOND]
    assert await Versions(database).picture_ids() == {FIRST.picture, SECOND.picture}


async def test_forgetting_the_trees_of_a_thread(database: Database) -> None:
    """When a version is deleted the thread's trees go, and no other thread's."""
    trees, threads = PostedTrees(database), Threads(database)
    here, there = await threads.open(a_thread("here")), await threads.open(a_thread("there"))
    await trees.add(here.id, FIRST, at=NOON)
    await trees.add(there.id, SECOND, at=NOON)
    await trees.forget(here.id)

    assert await trees.of_thread(here.id) == []
    assert await trees.of_thread(there.id) == [SECOND]


async def test_old_trees_expire(database: Database) -> None:
    """Past their retention their bytes are named for deletion, unless another thread still shows the same."""
    trees, threads = PostedTrees(database), Threads(database)
    old, young = await threads.open(a_thread("old")), await threads.open(a_thread("young"))
    await trees.add(old.id, FIRST, at=NOON)
    await trees.add(old.id, SECOND, at=NOON)
    await trees.add(young.id, SECOND, at=later(60))

    assert await trees.expire(later(30)) == [FIRST.picture]
    assert await trees.of_thread(young.id) == [SECOND]
