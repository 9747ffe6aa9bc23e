"""A model that is shut down between two starts of Easel: its successor draws what people made and saved with it."""

from pathlib import Path

from tests.e2e.books import Books
from tests.e2e.process import running
from tests.e2e.visitor import visitors

_SMALL = "--size 64x64 --quality low"
_PRICES = 'text_in = "0", image_in = "0", text_out = "0", source = "a test", checked = 2026-11-22'
_SHOP = f"""
[models.pen]
label = "Pen"
like = "sketch"
output_tokens = {{ table = {{ low = {{ 64x64 = 1000 }} }} }}
prices = {{ image_out = "10", {_PRICES} }}

[models.brush]
label = "Brush"
like = "pen"
prices = {{ image_out = "30", {_PRICES} }}
"""
_LAST_DAY = 'label = "Pen"\nshutdown = 2026-11-22\nsuccessor = "brush"'
_NOTE = (
    "pen was shut down on 2026-11-22: drawing with brush instead ($0.0300 instead of $0.0100 per image at 64x64 low)."
)


async def test_pictures_of_a_model_that_was_shut_down(tmp_path: Path) -> None:
    """Again, an edit, a saved default and a bare command go to the successor; the card says so, and at what price."""
    models = tmp_path / "models.toml"
    models.write_text(_SHOP)
    settings = {"models_file": str(models), "default_model": "pen"}
    async with running(tmp_path, **settings) as easel, visitors(easel, "ada") as (ada,):
        await ada.say("/imagine defaults --model pen")
        first = await ada.sees_end_of(await ada.say(f"/imagine a red house {_SMALL}"))
        assert not any("shut down" in note for note in first["card"]["notes"])
    models.write_text(_SHOP.replace('label = "Pen"', _LAST_DAY))
    async with running(tmp_path, **settings) as easel, visitors(easel, "ada", "ben") as (ada, ben):
        first = await ada.sees(lambda message: message["card"]["title"] == "v1 for Ada")
        again = await ada.sees_end_of(await ada.press("again", first))
        edit = await ada.sees_end_of(await ada.say(f"darker --on v1 {_SMALL}", under=first))
        bare = await ada.sees_end_of(await ada.say(f"/imagine a boat {_SMALL}"))
        other = await ben.sees_end_of(await ben.say(f"/imagine a boat {_SMALL}"))
        for result in (again, edit, bare, other):
            assert _NOTE in result["card"]["notes"]
            assert {"label": "Model", "value": "Brush"} in result["card"]["fields"]
        listed = await ada.say("/imagine models")
        form = await ada.press("edit", first)
    assert "Brush" in str(listed.answer)
    assert "Pen" not in str(listed.answer)
    (field,) = (field for field in (form.answer or {})["form"]["fields"] if field["name"] == "model")
    assert field["value"] == "brush"
    assert "pen" not in {choice["value"] for choice in field["choices"]}
    reserved = [cost for (cost,) in Books(tmp_path).rows("state", "SELECT reserved_usd_micros FROM ledger")]
    assert sorted(reserved) == [min(reserved), *[3 * min(reserved)] * 4]
