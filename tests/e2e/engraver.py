"""The offline model with a price: its drawings must not be repeated without asking."""

from collections.abc import Mapping
from pathlib import Path

_MODELS = """
[models.engraver]
like = "sketch"
label = "Engraver"
output_tokens = { factors = { low = 16, medium = 24, high = 48 } }

[models.engraver.prices]
text_in = "5.00"
image_in = "8.00"
image_out = "30.00"
text_out = "0"
source = "a test"
checked = 2026-11-22
"""


def costly(root: Path) -> Mapping[str, str]:
    """Settings with which everything is drawn for money."""
    root.mkdir(exist_ok=True)
    models = root / "models.toml"
    models.write_text(_MODELS)
    return {"models_file": str(models), "default_model": "engraver"}
