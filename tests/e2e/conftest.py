"""Where the lives of the kill tests come from: the same for every platform."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.e2e.process import House, Nursery, nursery


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lives(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Nursery]:
    async with nursery() as opened:
        house = House(opened, tmp_path_factory.mktemp("first"))
        async with house.lived_in():
            await house.finish()
        opened.pattern = house.data_dir
        yield opened
