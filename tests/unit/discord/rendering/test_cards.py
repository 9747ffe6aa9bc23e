"""What Discord shows of cards and forms: everything there is, nothing with a meaning of its own, within every limit."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import limits
from adapters.discord.limits import MIB
from adapters.discord.markup import code, cut, escaped, plain
from adapters.discord.payloads.interactions import ModalInput
from adapters.discord.rendering import command_schema, custom_ids, modals
from adapters.discord.rendering.cards import flags, message, panel
from adapters.discord.rendering.custom_ids import ButtonId, DismissId, FormId
from adapters.discord.server.file_limits import FileLimits
from adapters.shared.text_length import utf16_units
from bot.errors import AdminError, Transient
from bot.presentation.card import Button, Card, CardFile, CardPicture, Choice, Field, Form, FormField, Preview
from bot.presentation.fit import fit
from bot.presentation.options import SUBCOMMANDS
from tests.emulators.discord.checking.commands import check_commands
from tests.emulators.discord.checking.components import check_components, each_of
from tests.emulators.discord.checking.findings import Findings
from tests.emulators.discord.checking.modals import check_modal
from tests.unit.discord.connected_platform import FOX, JOB, OPTIONS, RESULT, STATUS

CAN = limits.capabilities(edit_interval_s=2)
VANDAL = (
    "@everyone <@1> <@&2> **bold** _it_ ~~x~~ ||s|| `c` ```d``` # h\n-# small\n> q\n- l\n1. n\n[a](http://b) :fire: \\"
)


def shown(markdown: str) -> str:
    """What a client makes of text without markup: backslashes before punctuation are gone."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", markdown)


def checked(components: list[Any], *, is_v2: bool = False) -> None:
    """Raises what Discord would answer to components that are not as they should be."""
    findings = Findings()
    check_components(findings, components, is_v2=is_v2)
    findings.settle()


# Words


@pytest.mark.parametrize("text", [VANDAL, "a plain fox", "1. first\n2) second", "- a\n+ b", "16:9 it's *", "🦊" * 5])
def test_what_people_typed_is_shown_as_it_is(text: str) -> None:
    """Every character is shown, and none means anything."""
    assert shown(escaped(text)) == text
    assert not re.search(r"(?<!\\)[*_~|`<>#\[\]@]", escaped(text))


@given(st.text())
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """No text can become markup, whatever is in it."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~|`<>#\[\]@:]", escaped(text))


def test_box_to_copy_from_cannot_be_left() -> None:
    """A fence within a command does not end its box, and is left out again when the command is pasted back."""
    assert code("a ``` b").count("```") == 2


def test_mentions_are_read_as_names() -> None:
    """What Discord sends as ids is read as people see it."""
    names = {"@1": "Ada", "@&2": "artists", "#3": "studio"}
    text = "<@1> <@!1> <@&2> <#3> <@9> <#9> <:fox:4> <a:fox:5> </imagine:6> <t:7:R>"
    assert plain(text, names) == "@Ada @Ada @artists #studio @someone #channel :fox: :fox: /imagine <t:7:R>"


def test_length_is_counted_as_clients_count() -> None:
    """Characters beyond the basic plane count twice."""
    assert utf16_units("a🦊") == 3
    assert cut("🦊🦊🦊", 4) == "🦊…"
    assert cut("abc", 3) == "abc"


# Messages


def test_result_is_words_then_files_then_buttons() -> None:
    """The title, what was asked, the facts in small print; pictures are attachments with alt texts."""
    rendered = message(RESULT)
    assert rendered.body["content"] == "**v1 for Ada**\n> a fox\n-# sketch · 24x16"
    assert [(file.name, file.alt, file.stored) for file in rendered.files] == [
        ("easel-v1.png", "Picture: a fox", FOX.id)
    ]
    assert rendered.body["allowed_mentions"] == {"parse": ()}
    styles = {
        each["label"]: each["style"]
        for each in each_of(json.loads(json.dumps(rendered.body["components"])))
        if each["type"] == 2
    }
    assert styles == {"Again": 2, "Details": 2, "Delete": 2}


def test_clock_goes_on_by_itself() -> None:
    """A status says since when, which every client counts on, and no time that would stand still."""
    content = str(message(replace(STATUS, title="Drawing 00:17 · image 1 of 3", progress=0.5)).body["content"])
    assert content.splitlines()[0] == "**Drawing · image 1 of 3** · <t:1795305600:R>"
    assert "-# ▰▰▰▰▰▰▱▱▱▱▱▱  50%" in content


def test_preview_is_a_file_of_its_own() -> None:
    """An unfinished picture is attached as long as there is no finished one."""
    preview = Preview(b"rough", "webp")
    assert [file.name for file in message(replace(STATUS, preview=preview)).files] == ["preview.webp"]
    assert [file.name for file in message(replace(RESULT, preview=preview)).files] == ["easel-v1.png"]


def test_alt_text_is_cut_to_what_discord_takes() -> None:
    """A prompt may be longer than the description of a file, which has 1,024 characters as clients count them."""
    cards = [
        replace(RESULT, pictures=(CardPicture(FOX, "v1", "🦊" * 600),)),
        replace(STATUS, title="🦊" * 600, preview=Preview(b"rough", "webp")),
    ]
    alts = [file.alt for card in cards for file in message(card).files]
    assert [(utf16_units(alt), alt[-1]) for alt in alts] == [(1023, "…"), (1023, "…")]


def test_names_of_files_are_harmless() -> None:
    """Discord answers 400 to some characters, and takes what a file is from its ending."""
    (file,) = message(replace(RESULT, pictures=(), files=(CardFile(FOX.id, "a\\b/ü v1.svg"),))).files
    assert re.fullmatch(r"[A-Za-z0-9._-]+\.svg", file.name)


def test_panel_with_files_is_a_message() -> None:
    """A panel of components would hide its attachments."""
    card = Card("info", "v1 as SVG", files=(CardFile(FOX.id, "easel-v1.svg"),))
    assert "content" in panel(card).body
    assert flags(panel(card), ephemeral=True) == 64 | 4
    assert flags(panel(replace(card, files=())), ephemeral=True) == 64 | 32768


_WORDS = st.text(max_size=3_000)
_CARDS = st.builds(
    Card,
    tone=st.sampled_from(["working", "done", "info", "error"]),
    title=_WORDS,
    text=_WORDS,
    quote=_WORDS,
    fields=st.lists(st.builds(Field, st.text(max_size=60), _WORDS), max_size=20).map(tuple),
    notes=st.lists(_WORDS, max_size=5).map(tuple),
    code=_WORDS,
    progress=st.none() | st.floats(-1, 2),
    buttons=st.lists(
        st.builds(
            Button,
            st.sampled_from(["again", "edit", "delete"]),
            st.text(min_size=1, max_size=100).filter(str.strip),
            st.uuids().map(lambda each: each.hex[:20]),
            st.sampled_from(["plain", "primary", "danger"]),
            st.none() | st.text(min_size=1, max_size=200),
        ),
        max_size=30,
        unique_by=lambda button: (button.action, button.target),
    ).map(tuple),
)


def test_footer_finds_room() -> None:
    """What stands beneath a long answer is part of what it may be long in all."""
    card = Card(
        "info", "Models", fields=tuple(Field(f"model-{n}", "A fine thing for many uses. " * 3) for n in range(60))
    )
    built = json.loads(json.dumps(panel(card, footer="-# [Your message](https://discord.com/channels/1/2/3)").body))
    checked(built["components"], is_v2=True)
    texts = [str(each["content"]) for each in each_of(built["components"]) if each["type"] == 10]
    assert texts[-1].startswith("-# [Your message]")
    assert sum(utf16_units(text) for text in texts) > 2_500


@given(_CARDS)
def test_every_card_fits(card: Card) -> None:
    """Whatever a card holds, Discord accepts it as a message and as a panel."""
    posted = json.loads(json.dumps(message(fit(card, CAN)).body))
    assert 0 < utf16_units(posted["content"]) <= limits.MAX_CONTENT_CHARS
    checked(posted["components"])
    shown_to_one = json.loads(json.dumps(panel(card).body))
    checked(shown_to_one["components"], is_v2=True)


# Custom ids


@pytest.mark.parametrize(
    ("button", "meaning"),
    [
        (Button("again", "Again", JOB), ButtonId("again", JOB)),
        (Button("delete", "Delete", JOB, "danger", "Delete v1: sure?"), ButtonId("delete", JOB, "Delete v1: sure?")),
        (Button("delete", "Delete", JOB, "danger", "x" * 200), ButtonId("delete", JOB, "Delete?")),
    ],
)
def test_button_carries_all_that_it_means(button: Button, meaning: ButtonId) -> None:
    """What is pressed says what to do, to which job, and what to ask first."""
    custom_id = custom_ids.for_button(button)
    assert len(custom_id) <= limits.MAX_CUSTOM_ID_CHARS
    assert custom_ids.parse(custom_id) == meaning


@pytest.mark.parametrize(
    ("custom_id", "meaning"),
    [
        (custom_ids.CLOSE, DismissId()),
        (custom_ids.for_form(JOB), FormId(JOB)),
        (custom_ids.for_form("", "12:34"), FormId("", "12:34")),
        ("ig0:again:job", None),
        ("ig1:explode:job", None),
        ("", None),
        ("🦊", None),
    ],
)
def test_other_ids_are_told_apart(custom_id: str, meaning: object) -> None:
    """Forms and the end of questions are read back; what no Easel of this version made is nothing."""
    assert custom_ids.parse(custom_id) == meaning


# Forms


def a_form(*fields: FormField) -> Form:
    return Form("Edit v1", "Draw", JOB, fields)


def test_form_has_at_most_five_fields() -> None:
    """Of more, the last choices are left out: words and pictures stay, and flags do the rest."""
    several = [
        FormField(name, name, "choice", choices=(Choice("a", "A"),)) for name in ("on", "model", "quality", "size")
    ]
    form = a_form(FormField("prompt", "P", "text", required=True), *several, FormField("images", "I", "pictures"))
    modal = json.loads(json.dumps(modals.modal(form, "ig1:form:job")))
    names = [each["component"]["custom_id"] for each in modal["components"]]
    assert names == ["prompt", "on", "model", "quality", "images"]
    assert check_modal(modal) == []


def test_choice_that_applies_is_chosen() -> None:
    """What applies now is chosen, also where the list does not offer it; nothing is a choice too."""
    choices = tuple(Choice(f"{n}", f"Choice {n} · {'x' * 120}") for n in range(40))
    field = FormField("model", "Model", "choice", "39", choices)
    modal = json.loads(
        json.dumps(modals.modal(a_form(field, FormField("size", "S", "choice", "7x7", (Choice("", "-"),))), "x"))
    )
    model, size = (each["component"] for each in modal["components"])
    assert len(model["options"]) == 25
    assert [option["value"] for option in model["options"] if option.get("default")] == ["39"]
    assert [(option["value"], option.get("default", False)) for option in size["options"]] == [
        ("7x7", True),
        (modals.NO_VALUE, False),
    ]
    assert check_modal(modal) == []


def test_form_that_is_none_of_ours_is_told() -> None:
    """A component that no form of ours has is no answer."""
    with pytest.raises(ValueError, match="type 99"):
        modals.parse_submission([ModalInput(99, "x", ())])


# Commands


def test_commands_are_as_discord_wants_them() -> None:
    """Everything that is registered is legal, and says what it is for."""
    registered = json.loads(json.dumps(command_schema.payload(OPTIONS, SUBCOMMANDS)))
    check_commands(registered)
    names = [each["name"] for each in registered]
    assert names == ["imagine", "edit", "tree", "models", "usage", "help", "Edit image"]
    imagine = {each["name"]: each for each in registered[0]["options"]}
    assert (imagine["prompt"]["required"], imagine["prompt"]["max_length"]) == (True, 6000)
    assert imagine["model"]["autocomplete"]
    assert [each["value"] for each in imagine["quality"]["choices"]] == ["high"]
    assert (imagine["n"]["min_value"], imagine["n"]["max_value"]) == (1, 10)
    assert {"image1", "image4", "private"} <= imagine.keys()


def test_digest_changes_with_the_commands() -> None:
    """The same tables give the same digest, in every process; another table another one."""
    registered = command_schema.payload(OPTIONS, SUBCOMMANDS)
    assert command_schema.digest(registered) == command_schema.digest(command_schema.payload(OPTIONS, SUBCOMMANDS))
    assert command_schema.digest(registered) != command_schema.digest(command_schema.payload(OPTIONS[:-1], SUBCOMMANDS))


# File sizes


class Tiers:
    def __init__(self, **tiers: int) -> None:
        self._tiers = tiers

    def boost_tier(self, guild: str) -> int | None:
        return self._tiers.get(guild)


def test_boosted_servers_take_more() -> None:
    """What a server's tier allows is stated; of one that is not known, the least."""
    sizes = FileLimits(Tiers(a=0, b=2, c=3))
    assert [sizes.limit_bytes(guild) // MIB for guild in "abcd"] == [10, 50, 100, 10]
    assert limits.capabilities(edit_interval_s=2, file_bytes=100 * MIB).max_image_bytes == limits.MAX_REQUEST_BYTES


def test_least_that_was_stated_holds() -> None:
    """Interactions state a limit that counts their person's Nitro: what the poorest was told, everybody has."""
    sizes = FileLimits(Tiers(b=2))
    sizes.state("a", 20 * MIB)
    sizes.state("a", 500 * MIB)
    assert [sizes.limit_bytes(guild) // MIB for guild in "ab"] == [20, 50]
    sizes.refused("a", 15 * MIB)
    sizes.state("a", 20 * MIB)
    assert sizes.limit_bytes("a") == 10 * MIB


def test_limit_goes_down_step_by_step() -> None:
    """Each refusal makes the next try smaller, until nothing is left to try."""
    sizes = FileLimits(Tiers(b=2))
    steps: list[int] = []
    while isinstance(sizes.refused("b", sizes.limit_bytes("b")), Transient):
        steps.append(sizes.limit_bytes("b") // MIB)
    assert steps == [25, 20, 10, 8, 4, 2, 1]
    assert isinstance(sizes.refused("b", MIB), AdminError)
    assert sizes.limit_bytes("other") == 10 * MIB
