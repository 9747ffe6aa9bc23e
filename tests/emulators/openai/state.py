"""What a running emulator remembers and what a test may change about it."""

from dataclasses import dataclass, field
from datetime import date

from tests import clock
from tests.emulators.openai.calls import Call, Script

KEY = "sk-test-0f7c2b9a4d1e"


@dataclass(kw_only=True)
class State:
    """One service and its account.

    Attributes:
        serves: the names it can be asked for, with the model behind each; a deployment is a name of one's own.
        models: what GET /v1/models lists, with `shutdown_date`. A model whose date has come answers 404.
        today: the day that shutdown dates are compared with.
        applied: overrides of what was asked for: quality, size, background, output_format.
        caches: whether usage reports half of the input as cached.
        svg_selection: whether `svg.model` is mandatory for SVG, or else forbidden.
        preview_access: whether the project may make GIF and SVG.
        transparent_preview: whether gpt-image-2 may draw on transparency.
        max_upload_bytes: of each input picture.
        delay_s: how long a picture takes, its partial pictures spread over that time.
        heavy_bytes: pictures are noise that encodes to about as much; 0 for light ones.
        demands_key: whether any other key than `key` is refused.
        published: pictures that were answered as an address, by its path.
        origin: what such an address begins with.
    """

    key: str = KEY
    serves: dict[str, str] = field(default_factory=dict[str, str])
    models: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    today: date = clock.TODAY
    applied: dict[str, str] = field(default_factory=dict[str, str])
    caches: bool = False
    svg_selection: bool = True
    preview_access: bool = True
    transparent_preview: bool = False
    max_upload_bytes: int = 50_000_000
    delay_s: float = 0.0
    heavy_bytes: int = 0
    demands_key: bool = True
    calls: list[Call] = field(default_factory=list[Call])
    problems: list[str] = field(default_factory=list[str])
    pictures_drawn: int = 0
    answers: Script[str] = field(default_factory=Script[str])
    drawn: Script[bytes] = field(default_factory=Script[bytes])
    published: dict[str, bytes] = field(default_factory=dict[str, bytes])
    origin: str = ""

    def note(self, call: Call, text: str) -> None:
        self.problems.append(f"{call.method} {call.path}: {text}")

    def next_picture(self) -> int:
        """Its number, which decides its colour."""
        self.pictures_drawn += 1
        return self.pictures_drawn

    def is_shut(self, name: str) -> bool:
        shutdown = self.models.get(name)
        return shutdown is not None and date.fromisoformat(shutdown) <= self.today
