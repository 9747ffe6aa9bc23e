"""An administrator's own models file: what it adds and changes, and how its mistakes are reported."""

from datetime import date
from pathlib import Path

import pytest

from bot.domain.ids import ModelName
from bot.errors import AdminError
from tests.catalogs import a_catalog


def admin_problems(folder: Path, toml: str) -> str:
    """What the administrator is told about a file that holds `toml`."""
    file = folder / "models.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(AdminError) as caught:
        a_catalog(file)
    assert str(folder) not in f"{caught.value.text} {caught.value.hint}"
    return f"{caught.value.text} | {caught.value.hint}"


def test_an_administrator_overrides_single_keys_and_adds_models(tmp_path: Path) -> None:
    """An own file changes only the keys it names, and may add a model that is like another."""
    file = tmp_path / "models.toml"
    file.write_text(
        """
        [models."gpt-image-2"]
        base_url = "https://images.example.org/v1"
        n_max = 4

        [models.studio]
        label = "Studio"
        like = "gpt-image-2"
        wire_name = "our-deployment"
        sizes = ["512x512", "1024x1024"]
        prices = { text_in = 0, image_in = 0, image_out = 0.0, text_out = "0", source = "own", checked = 2026-11-01 }
        """,
        encoding="utf-8",
    )
    catalog = a_catalog(file)
    changed, added = catalog.resolve("gpt-image-2")[0], catalog.resolve("STUDIO")[0]
    untouched = catalog.resolve("gpt-image-2-2026-04-21")[0]
    assert (changed.base_url, changed.n_max, changed.label) == ("https://images.example.org/v1", 4, "GPT Image 2")
    assert (untouched.base_url, untouched.n_max) == (None, 10)
    assert (added.wire_name, added.base_url, added.billed) == ("our-deployment", changed.base_url, False)
    assert added.sizes.summary == "512x512, 1024x1024"


DAY = date(2026, 12, 1)
AZURE = 'base_url = "https://our-resource.openai.azure.com/openai/v1"\n'


@pytest.mark.parametrize(
    ("toml", "name", "shutdown"),
    [
        ('[models."gpt-image-1.5"]\n' + AZURE, "gpt-image-1.5", None),
        ('[models."gpt-image-1.5"]\nshutdown = 2026-12-16\n' + AZURE, "gpt-image-1.5", date(2026, 12, 16)),
        # What an entry is like brings its address along.
        (
            f'[models.azure]\nlabel = "A"\nlike = "gpt-image-2"\n{AZURE}[models."gpt-image-1.5"]\nlike = "azure"\n',
            "gpt-image-1.5",
            None,
        ),
        ('[models.ours]\nlabel = "Ours"\nlike = "gpt-image-1.5"\n' + AZURE, "ours", None),
        ('[models."gpt-image-1.5"]\n' + AZURE, "gpt-image-1-mini", DAY),
        ('[models."gpt-image-1.5"]\ndefault_quality = "low"\n', "gpt-image-1.5", DAY),
        ('[models."gpt-image-2"]\nshutdown = 2026-12-01\nsuccessor = "sketch"\n', "gpt-image-2", DAY),
    ],
)
def test_a_last_day_is_that_of_the_service(tmp_path: Path, toml: str, name: str, shutdown: date | None) -> None:
    """OpenAI's last day does not hold for an entry that is served elsewhere, unless its file says so."""
    file = tmp_path / "models.toml"
    file.write_text(toml, encoding="utf-8")
    model = a_catalog(file).get(ModelName(name))
    assert model is not None
    assert model.shutdown == shutdown


def test_everything_wrong_with_an_own_file_is_reported_at_once(tmp_path: Path) -> None:
    """One error lists every problem with its entry, its key and the nearest known key."""
    said = admin_problems(
        tmp_path,
        """
        [model.x]
        [models.sketch]
        prise = 1
        n_max = 11
        default_size = "10x10"
        [models."gpt-image-2"]
        sizes = ["1000"]
        prices = { text_in = -1, image_inn = 1 }
        [models.new]
        like = "gpt-image-3"
        label = "New"
        """,
    )
    for words in (
        "unknown table 'model'; did you mean 'models'?",
        "sketch: unknown key 'prise'; did you mean 'prices'?",
        "sketch: n_max: ",
        "gpt-image-2: sizes.choices.0: not a size: '1000'",
        "gpt-image-2: prices.text_in: ",
        "gpt-image-2: unknown key 'prices.image_inn'; did you mean 'image_in'?",
        "gpt-image-2: prices.source is missing",
        "new: like 'gpt-image-3' is no entry; did you mean 'gpt-image-2'?",
        "EASEL_MODELS_FILE",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[models.sketch]\ndefault_size = "10x10"', "sketch: default_size 10x10 has an edge under 64 pixels"),
        ('[models.sketch]\ndefault_quality = "max"', "default_quality 'max' is not one of its qualities"),
        (
            '[models.flare]\nlike = "gpt-image-2.6-flare"\nlabel = "F"\ndefault_effort = "max"',
            "default_effort 'max' is",
        ),
        ('[models.sketch]\nformats = ["png", "svg"]', "formats svg need api 'images'"),
        ('[models."gpt-5.3-codex"]\nformats = ["gif", "png", "svg"]', "formats gif, svg need api 'images'"),
        ('[models."gpt-image-2"]\nformats = ["gif"]\nbackgrounds = ["auto"]', "a GIF takes no mask"),
        ('[models."gpt-image-2"]\nedit_style = "inpainting"\nmasks = false', "so it needs masks = true"),
        (
            '[models."gpt-image-2"]\napi = "chat"',
            "api 'chat' does not fit provider 'openai_images', which needs 'images'",
        ),
        ('[models."gpt-6-luna"]\napi = "images"', "which needs 'chat' or 'responses'"),
        ('[models."gpt-image-2"]\nallow = ["seed"]', "gpt-image-2: allow"),
        ('[models."gpt-image-2"]\nprompt_filters = ["("]', "'(' is not a regular expression"),
        ('[models."gpt-image-2"]\nalow = []', "unknown key 'alow'; did you mean 'allow'?"),
        ('[models."gpt-image-2"]\nsize_seperator = "x"', "did you mean 'size_separator'?"),
        ('[models."gpt-image-2"]\nauto_sise = true', "did you mean 'auto_size'?"),
        (
            """
            [models."gpt-image-2"]
            formats = ["png", "gif"]
            default_size = "64x64"
            sizes = { multiple_px = 32, max_edge_px = 64, max_pixels = 4096, max_ratio = 1 }
            """,
            "its sizes contradict each other for a GIF's frames",
        ),
        ("[models.sketch]\nmax_inputs = 0", "max_inputs"),
        ('[models.sketch]\nformats = ["jpeg"]', "transparent background needs"),
        ('[models.sketch]\nsuccessor = "skech"', "successor 'skech' is no entry; did you mean 'sketch'?"),
        ('[models.sketch]\nsuccessor = "sketch"', "its successors go in a circle"),
        ('[models.sketch]\naliases = ["GPT image 2"]', "already means"),
        ('[models.a]\nlike = "b"\nlabel = "A"\n[models.b]\nlike = "a"\nlabel = "B"', "goes in a circle"),
        (
            "[models.sketch]\nsizes = { max_edge_px = 64, max_pixels = 4096, min_pixels = 9000, max_ratio = 1 }",
            "sketch: ",
        ),
        ("models = 3", "'models' must hold tables"),
        ("[models]\nsketch = 3", "models.sketch must be a table"),
        ("[models.sketch", "is not TOML"),
        ('[retired.old]\nlabel = "Old"', "old: shutdown is missing"),
    ],
)
def test_a_contradiction_in_an_own_file_is_reported(tmp_path: Path, toml: str, words: str) -> None:
    """What fits the form but contradicts itself or another entry is reported too."""
    assert words in admin_problems(tmp_path, toml)


def test_an_own_file_that_cannot_be_read_is_reported_without_its_path(tmp_path: Path) -> None:
    """A missing file names the setting, not the path."""
    with pytest.raises(AdminError) as caught:
        a_catalog(tmp_path / "nowhere.toml")
    assert "No such file" in caught.value.text
    assert str(tmp_path) not in caught.value.text
