"""Pictures as a platform can show them: what does not fit is converted, one by one and all of them together."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.discord.limits import capabilities
from bot.domain.jobs import Version
from bot.domain.pictures import Picture, Size
from bot.imaging.convert import encode
from bot.imaging.pool import ImagingPool
from bot.jobs.delivery_images import DeliveryImages
from bot.presentation.capabilities import Capabilities
from bot.store.blobs import Blobs
from bot.store.database import Database
from tests.unit.store.rows import Store

ROOMY = replace(capabilities(edit_interval_s=2), max_image_bytes=1_000_000, max_message_bytes=1_000_000)


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def easel(database: Database, tmp_path: Path) -> AsyncGenerator[tuple[Store, Blobs, DeliveryImages]]:
    pool = ImagingPool()
    blobs = Blobs.open((tmp_path / "blobs").as_uri(), pool)
    yield Store.on(database), blobs, DeliveryImages(blobs, pool)
    pool.close()


async def noise(blobs: Blobs, edge_px: int) -> Picture:
    """A PNG of some three bytes a pixel, which no lossless coding makes smaller."""
    size = Size(edge_px, edge_px)
    data = encode(Image.merge("RGB", [Image.effect_noise((edge_px, edge_px), 90) for _ in range(3)]), "png")
    return Picture(await blobs.put(data), "png", size, len(data))


async def drawn(store: Store, *pictures: Picture) -> Version:
    return await store.draw("one", pictures=pictures)


def within(bytes_count: int) -> Capabilities:
    return replace(ROOMY, max_message_bytes=bytes_count)


async def test_what_fits_is_shown_as_it_is(easel: tuple[Store, Blobs, DeliveryImages]) -> None:
    """Nothing is converted that need not be, and nothing is said."""
    store, blobs, showing = easel
    version = await drawn(store, await noise(blobs, 40), await noise(blobs, 50))
    shown = await showing.prepare(version, ROOMY)
    assert (shown.pictures, shown.notes, shown.kept_back) == (version.pictures, (), frozenset())


async def test_large_pictures_share_what_small_ones_leave(easel: tuple[Store, Blobs, DeliveryImages]) -> None:
    """Pictures that fit each, but not together, are all shown: the small ones as they are, each large one smaller."""
    store, blobs, showing = easel
    small, *large = [await noise(blobs, edge_px) for edge_px in (20, 100, 101, 102)]
    total_bytes = small.bytes_count + 45_000
    shown = await showing.prepare(await drawn(store, small, *large), within(total_bytes))
    assert shown.pictures[0] == small
    assert all(0 < picture.bytes_count <= 15_000 for picture in shown.pictures[1:])
    assert [picture.size for picture in shown.pictures] == [picture.size for picture in (small, *large)]
    assert all(note.startswith("Shown as WebP, ") for note in shown.notes)
    # What is left of the message has room for none of the originals.
    assert shown.kept_back == {picture.id for picture in large}


@pytest.mark.parametrize("room", [{"max_message_bytes": 90_000}, {"max_message_files": 3}])
async def test_an_original_comes_along_where_it_fits(
    easel: tuple[Store, Blobs, DeliveryImages], room: dict[str, int]
) -> None:
    """Beside what is shown of it in another format; a second one has no room, and stays with Easel."""
    store, blobs, showing = easel
    first, second = await noise(blobs, 100), await noise(blobs, 101)
    shown_as_jpeg = replace(ROOMY, formats=frozenset({"jpeg"}), **room)  # type: ignore[arg-type]
    shown = await showing.prepare(await drawn(store, first, second), shown_as_jpeg)
    assert {picture.format for picture in shown.pictures} == {"jpeg"}
    assert shown.kept_back == {second.id}
