"""Where the repository and the tests' own files are."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FILES: Final = ROOT / "tests" / "files"
