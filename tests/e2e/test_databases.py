"""The whole product on each database that it supports, through a crash."""

from pathlib import Path

from tests.e2e.process import running
from tests.e2e.visitor import targets, visitors


async def test_killed_while_drawing(empty_database_url: str, tmp_path: Path) -> None:
    """On SQLite and on PostgreSQL, what was being drawn when Easel was killed is delivered once by the next start."""
    settings = {"database_url": empty_database_url}
    async with running(tmp_path, sketch_stroke_s="10", **settings) as easel:
        async with visitors(easel, "ada") as (ada,):
            spec = await ada.say("/imagine a red house --size 64x64 --quality low")
            await ada.sees(
                lambda message: spec.job in targets(message) and message["card"]["title"].startswith("Drawing")
            )
        await easel.kill()
    async with running(tmp_path, sketch_stroke_s="0", **settings) as easel, visitors(easel, "ada") as (ada,):
        result = await ada.sees_end_of(spec)
        assert result["card"]["title"] == "v1 for Ada"
        assert await ada.downloads(result)
        edited = await ada.sees_end_of(await ada.say("darker", under=result))
        assert edited["card"]["title"] == "v2 from v1 for Ada"
