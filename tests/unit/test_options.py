"""What platforms offer while people type comes from the flag table and the catalog, and fits the narrowest platform."""

import re
from datetime import date

import pytest

from bot.catalog.catalog import Catalog
from bot.domain.commands import Defaults, Show
from bot.grammar.commands import parse_command
from bot.grammar.flags import FLAGS
from bot.options import MAX_CHOICE_CHARS, MAX_CHOICES, CommandOptions, command_options
from bot.presentation.options import SUBCOMMANDS, Option, Subcommand
from tests.clock import TODAY


def options(*available: str) -> dict[str, Option]:
    catalog = Catalog.load(
        extra=None,
        unavailable_reason=lambda model: None if model.provider in available else "Its key is not set.",
        default_model="sketch",
        retired="successor",
        today=lambda: TODAY,
    )
    return {option.name: option for option in command_options(catalog)}


def test_every_flag_is_an_option() -> None:
    """The options are the flag table's flags, in its order, with their aliases and examples."""
    offered = options("sketch")
    assert [(option.name, option.aliases, option.example) for option in offered.values()] == [
        (flag.name, flag.aliases, flag.example) for flag in FLAGS
    ]
    assert {option.name: option.kind for option in offered.values()} == {
        "model": "choice",
        "size": "choice",
        "ar": "choice",
        "quality": "choice",
        "effort": "text",
        "n": "number",
        "background": "choice",
        "format": "choice",
        "compression": "number",
        "no": "text",
        "on": "text",
        "private": "switch",
    }


def test_a_model_leaves_the_menus_on_its_last_day() -> None:
    """What is offered is made anew when a model is shut down while Easel runs, and only then."""
    day = [date(2026, 11, 30)]
    catalog = Catalog.load(
        extra=None, unavailable_reason=lambda _: None, default_model="sketch", retired="successor", today=lambda: day[0]
    )
    offered = CommandOptions(catalog)
    before = offered()
    assert offered() is before == command_options(catalog)
    day[0] = date(2026, 12, 1)
    (gone,) = ({choice.value for choice in option.choices} for option in before if option.name == "model")
    (left,) = ({choice.value for choice in option.choices} for option in offered() if option.name == "model")
    assert gone - left == {"gpt-image-1.5", "gpt-image-1.5-2025-12-16", "chatgpt-image-latest", "gpt-image-1-mini"}


def test_only_what_connected_models_can_do_is_offered() -> None:
    """Models come with their price, and qualities are those of the connected models."""
    alone, together = options("sketch"), options("sketch", "openai_images")
    assert [(choice.value, choice.label) for choice in alone["model"].choices] == [
        ("sketch", "sketch: offline, no AI · free")
    ]
    assert [choice.value for choice in alone["quality"].choices] == ["low", "medium", "high"]
    assert [choice.value for choice in together["quality"].choices] == ["low", "medium", "high", "xhigh", "max", "auto"]
    assert [("auto" in {choice.value for choice in option["size"].choices}) for option in (alone, together)] == [0, 1]
    labels = {choice.value: choice.label for choice in together["model"].choices}
    assert labels["gpt-image-2"] == "GPT Image 2 · ≈ $0.0527 at 1024x1024 medium"


@pytest.mark.parametrize(
    ("available", "efforts", "closed"),
    [
        (["sketch"], [], False),
        (["sketch", "openai_images"], ["low", "medium", "high"], True),
        (["sketch", "svg_author"], ["none", "low", "medium", "high", "xhigh", "max"], True),
    ],
)
def test_efforts_are_those_of_the_connected_models(available: list[str], efforts: list[str], closed: bool) -> None:
    """`--effort` offers from least to most what any connected model knows; where none does, nothing is to choose."""
    option = options(*available)["effort"]
    assert ([choice.value for choice in option.choices], option.closed) == (efforts, closed)


def test_options_fit_the_narrowest_platform() -> None:
    """Names, summaries and choices keep to Discord's limits, with every model connected."""
    for option in options("sketch", "openai_images", "svg_author").values():
        assert re.fullmatch(r"[a-z]{1,32}", option.name)
        assert 1 <= len(option.summary) <= 100
        assert len(option.choices) <= MAX_CHOICES
        assert all(1 <= len(choice.label) <= MAX_CHOICE_CHARS for choice in option.choices)
        assert len({choice.value for choice in option.choices}) == len(option.choices)


def test_every_choice_is_understood() -> None:
    """Whatever is offered for a flag is accepted by the parser, beside a prompt."""
    for option in options("sketch", "openai_images", "svg_author").values():
        for choice in option.choices:
            parse_command(f"a fox --{option.name} {choice.value}")


@pytest.mark.parametrize("subcommand", SUBCOMMANDS, ids=lambda subcommand: subcommand.name)
def test_every_subcommand_is_understood(subcommand: Subcommand) -> None:
    """Each offered word alone is a question to the parser, and its summary fits."""
    assert isinstance(parse_command(subcommand.name), Show | Defaults)
    assert 1 <= len(subcommand.summary) <= 100
