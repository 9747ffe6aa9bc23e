"""Each person's own page: their newest pictures, and what they choose there."""

from collections.abc import Mapping

import pytest

from adapters.web.limits import CAPABILITIES
from bot.intake.private_answers import PrivateAnswers
from bot.jobs.clock import SystemClock
from bot.presentation.card import Home
from bot.store.database import Database
from tests.catalogs import a_catalog
from tests.unit.store.rows import ANNA, BEN, WEB, Store, a_picture, an_order, later


def _answers(database: Database) -> PrivateAnswers:
    store = Store.on(database)
    return PrivateAnswers(
        a_catalog(),
        store.ledger,
        store.preferences,
        store.versions,
        SystemClock(),
        capabilities={WEB: CAPABILITIES},
    )


async def _home_after(answers: PrivateAnswers, values: Mapping[str, str]) -> Home:
    home = (await answers.choose_defaults(values, ANNA)).home
    assert home is not None
    return home


def _chosen(home: Home) -> dict[str, str]:
    return {field.name: field.value for field in home.defaults.fields if field.value}


async def test_newest_pictures_are_the_persons_own(database: Database) -> None:
    """The page shows what its person asked for, newest first, without what was deleted."""
    store = Store.on(database)
    drawn = [
        await store.draw(f"k{number}", pictures=(a_picture(f"p{number}"),), at=later(number)) for number in (1, 2, 3)
    ]
    await store.draw("other", order=an_order("other", person=BEN))
    await store.versions.delete(drawn[1].id, at=later(9))
    home = (await _answers(database).home(ANNA)).home
    assert home is not None
    assert [recent.shown.picture for recent in home.recent] == [a_picture("p3"), a_picture("p1")]


async def test_choices_are_added_up(database: Database) -> None:
    """Each choice keeps the others, and an empty one takes its own back."""
    answers = _answers(database)
    await _home_after(answers, {"quality": "low"})
    assert _chosen(await _home_after(answers, {"size": "portrait"})) == {"quality": "low", "size": "portrait"}
    assert _chosen(await _home_after(answers, {"quality": ""})) == {"size": "portrait"}


@pytest.mark.parametrize("values", [{"model": "gone"}, {"quality": "hihg"}, {"size": "0x0"}])
async def test_impossible_choice_is_said(database: Database, values: Mapping[str, str]) -> None:
    """What no model could honour is said on the page, and changes nothing."""
    answers = _answers(database)
    await _home_after(answers, {"quality": "low"})
    home = await _home_after(answers, values)
    assert home.notice is not None
    assert home.notice.tone == "error"
    assert _chosen(home) == {"quality": "low"}
