"""Forms as Slack shows them, and what comes back."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import limits
from adapters.slack.payloads.files import File
from adapters.slack.payloads.parsing import parser
from adapters.slack.payloads.views import ViewState
from adapters.slack.rendering.modals import NO_VALUE, FormSubmission, errors, modal, parse_submission
from bot.options import command_options
from bot.presentation import forms
from bot.presentation.card import Card, Choice, Form, FormField
from tests.catalogs import a_catalog
from tests.unit.slack.rendering.checks import check_view
from tests.unit.slack.rendering.example_cards import VANDAL, objects

SIZE = FormField("size", "Size", "choice", "", (Choice("", "Unchanged"), Choice("1024x1024", "1024x1024")))
FORM = Form(
    "Edit v2",
    "Draw",
    "job",
    (
        FormField("prompt", "What should change?", "text", required=True),
        SIZE,
        FormField("images", "Images to use", "pictures", max_count=16),
        FormField("place", "Where should it appear?", "place", required=True),
    ),
)


def elements(form: Form) -> dict[str, Mapping[str, object]]:
    view = modal(form, metadata="{}", asks_for_place=True)
    check_view(view)
    return {block["block_id"]: block["element"] for block in view["blocks"]}


def test_modal() -> None:
    """Every input has its element, named like its field."""
    view = modal(FORM, metadata="about", asks_for_place=True)
    check_view(view)

    assert (view["callback_id"], view["private_metadata"]) == ("easel:form", "about")
    assert [block["element"]["type"] for block in view["blocks"]] == [
        "plain_text_input",
        "static_select",
        "file_input",
        "conversations_select",
    ]
    assert all(block["element"]["action_id"] == block["block_id"] for block in view["blocks"])


def test_only_what_may_be_left_empty_is_optional() -> None:
    """A menu in which something is chosen is not called optional; files are."""
    view = modal(FORM, metadata="{}", asks_for_place=True)

    assert {block["block_id"]: block["optional"] for block in view["blocks"]} == {
        "prompt": False,
        "size": False,
        "images": True,
        "place": False,
    }


def test_a_known_place_is_not_asked_for() -> None:
    """Who asked in a channel draws there."""
    view = modal(FORM, metadata="{}", asks_for_place=False)

    assert "place" not in [block["block_id"] for block in view["blocks"]]


def test_no_more_files_than_slack_takes() -> None:
    """Ten files is what an input holds."""
    assert elements(FORM)["images"]["max_files"] == 10


def test_the_empty_choice() -> None:
    """A choice without a value is told from a menu that was left alone, and comes back empty."""
    chosen = elements(FORM)["size"]["initial_option"]

    assert chosen["value"] == NO_VALUE
    assert submitted(a_state(size={"type": "static_select", "selected_option": chosen})).values == {"size": ""}


def test_what_applies_stays_chosen() -> None:
    """A value that is not offered any more is offered all the same, or sending the form would change it."""
    element = elements(replace(FORM, fields=(replace(SIZE, value="640x640"),)))["size"]

    assert element["initial_option"]["value"] == "640x640"
    assert [option["value"] for option in element["options"]] == ["640x640", NO_VALUE, "1024x1024"]


def test_a_hundred_options() -> None:
    """Of more choices than a menu holds, the chosen one is there."""
    choices = tuple(Choice(str(number), str(number)) for number in range(150))
    element = elements(replace(FORM, fields=(replace(SIZE, value="140", choices=choices),)))["size"]

    assert len(element["options"]) == 100
    assert element["initial_option"] in element["options"]


def test_a_long_label_goes_on_beneath() -> None:
    """The price of a model with a long name is not cut off."""
    choice = Choice("m", f"{'M' * 60} · ≈ $0.0452 at 1024x1024")
    (option,) = elements(replace(FORM, fields=(replace(SIZE, value="m", choices=(choice,)),)))["size"]["options"]

    assert (option["text"]["text"], option["description"]["text"]) == ("M" * 60, "≈ $0.0452 at 1024x1024")


def test_a_long_prompt_fits() -> None:
    """A prompt that is longer than an input holds is shortened, and shows it."""
    value = elements(replace(FORM, fields=(replace(FORM.fields[0], value="é" * 9_000),)))["prompt"]["initial_value"]

    assert len(value) == limits.MAX_INPUT_CHARS
    assert value.endswith("…")


def test_the_forms_of_today() -> None:
    """Every form that the core makes from its catalog can be shown, each choice with its price."""
    options = {option.name: option.choices for option in command_options(a_catalog())}
    lists = {"models": options["model"], "qualities": options["quality"], "sizes": options["size"]}

    for form in (forms.create_form(**lists), forms.picture_form(("a.png", "b.png"), **lists)):
        model = elements(form)["model"]
        assert [option["text"]["text"] for option in model["options"][1:]] == [each.label for each in options["model"]]


_names = st.text(min_size=1, max_size=200)
_choices = st.lists(
    st.builds(Choice, st.text(max_size=160), st.text(max_size=120)), max_size=120, unique_by=lambda choice: choice.value
).map(tuple)
_fields = st.builds(
    FormField,
    name=st.sampled_from(("prompt", "model", "images", "place")),
    label=_names.filter(str.strip),
    kind=st.sampled_from(("text", "choice", "pictures", "place")),
    value=st.text(max_size=4_000),
    choices=_choices,
    required=st.booleans(),
    max_count=st.integers(0, 20),
)


@given(st.lists(_fields, min_size=1, max_size=4, unique_by=lambda field: field.name), _names.filter(str.strip))
def test_any_form_can_be_shown(fields: list[FormField], words: str) -> None:
    """Whatever is asked becomes a view that Slack takes, in which nothing is markup."""
    view = modal(Form(words, words, "job", tuple(fields)), metadata=VANDAL, asks_for_place=True)
    check_view(view)

    assert "mrkdwn" not in {each.get("type") for each in objects(view)}


def a_state(**values: Mapping[str, object]) -> Mapping[str, object]:
    return {"values": {name: {name: value} for name, value in values.items()}}


def submitted(state: Mapping[str, object]) -> FormSubmission:
    return parse_submission(parser(ViewState)(state))


def test_submitted() -> None:
    """Texts and choices come back by name, files and the place apart from them."""
    state = a_state(
        prompt={"type": "plain_text_input", "value": "a <fox> & *owl*"},
        quality={"type": "static_select", "selected_option": {"value": "high", "text": {"text": "High"}}},
        model={"type": "static_select", "selected_option": None},
        images={
            "type": "file_input",
            "files": [{"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 9}, {"id": "F2"}],
        },
        place={"type": "conversations_select", "selected_conversation": "C1"},
    )

    assert submitted(state) == FormSubmission(
        values={"prompt": "a <fox> & *owl*", "quality": "high", "model": ""},
        uploads=(File("F1", name="a.png", mimetype="image/png", size=9), File("F2")),
        place="C1",
    )


def test_submitted_empty() -> None:
    """What was left empty comes back as nothing."""
    state = a_state(
        prompt={"type": "plain_text_input", "value": None},
        images={"type": "file_input", "files": None},
        place={"type": "conversations_select", "selected_conversation": None},
    )

    assert submitted(state) == FormSubmission({"prompt": ""}, (), None)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"values": None},
        {"values": {"prompt": "x"}},
        {"values": {"prompt": {"other": {"type": "plain_text_input", "value": "x"}}}},
        a_state(prompt={"type": "plain_text_input", "value": 5}),
        a_state(date={"type": "datepicker", "selected_date": "2026-11-22"}),
        a_state(model={"type": "static_select", "selected_option": {}}),
        a_state(images={"type": "file_input", "files": "F1"}),
        a_state(images={"type": "file_input", "files": [{"name": "a.png"}]}),
    ],
)
def test_what_is_not_ours_is_refused(state: Mapping[str, object]) -> None:
    """A state that no form of ours can have is not guessed at."""
    with pytest.raises(ValueError, match=r"a form came back|unexpected ViewState"):
        submitted(state)


def test_errors() -> None:
    """An error and its hint stand under the prompt, or under the first input where there is none."""
    card = Card("error", "That is too wide.", "The nearest is 3840x1280.")
    words = "That is too wide. The nearest is 3840x1280."

    assert errors(card, ["size", "prompt"]) == {"response_action": "errors", "errors": {"prompt": words}}
    assert errors(card, ["size"]) == {"response_action": "errors", "errors": {"size": words}}


def test_a_long_error_is_cut() -> None:
    """An error beneath an input stays a glance long."""
    answer = errors(Card("error", "x" * 900), ["prompt"])

    assert len(answer["errors"]["prompt"]) == limits.MAX_ERROR_CHARS
