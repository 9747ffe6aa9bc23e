"""What Slack accepts of the blocks that we build, as data: facts for `validate`, which knows none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from adapters.slack import limits


@dataclass(frozen=True, slots=True)
class Words:
    """A text of `min_chars` to `max_chars`; `pattern` must match all of it, `one_of` names what it may be."""

    max_chars: int
    min_chars: int = 1
    pattern: re.Pattern[str] | None = None
    one_of: frozenset[str] = frozenset()
    may_be_blank: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Flag:
    pass


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of one of these shapes, by their names in `SHAPES`."""

    shapes: tuple[str, ...]
    max_text_chars: int | None = None
    """Where a text object may hold less than text objects do."""


@dataclass(frozen=True, slots=True)
class Many:
    rule: "Rule"
    max_count: int
    min_count: int = 1


Rule = Words | Number | Flag | Thing | Many


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the keys that it must have, and those that it may.

    Attributes:
        one_of: of these keys exactly one is there.
        some_of: of these keys at least one is there.
        typed: whether its own name is its `type`.
    """

    required: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    optional: Mapping[str, Rule] = field(default_factory=dict[str, Rule])
    one_of: frozenset[str] = frozenset()
    some_of: frozenset[str] = frozenset()
    typed: bool = True


def _named(*names: str) -> Words:
    return Words(max(map(len, names)), one_of=frozenset(names))


def _plain(max_chars: int) -> Thing:
    return Thing(("plain_text",), max_chars)


_STYLE: Final = _named("primary", "danger")
_ANY_TEXT: Final = Words(limits.MAX_MESSAGE_JSON_CHARS)
_ACTION_ID: Final = Words(limits.MAX_ACTION_ID_CHARS)
_URL: Final = Words(limits.MAX_URL_CHARS, pattern=re.compile(r"https?://\S+"))
_RICH: Final = Thing(("text", "emoji"))
_RICH_LINE: Final = Shape({"elements": Many(_RICH, 1000)})
_IMAGE: Final = {"slack_file": Thing(("slack_file",)), "alt_text": Words(limits.MAX_ALT_CHARS)}
_OPTION: Final = Thing(("option",))
_BLOCK: Final = {"block_id": Words(limits.MAX_BLOCK_ID_CHARS)}

MESSAGE_BLOCKS: Final = Many(
    Thing(("actions", "context", "divider", "header", "image", "rich_text", "section")), limits.MAX_MESSAGE_BLOCKS
)
_HOME_BLOCKS: Final = Many(MESSAGE_BLOCKS.rule, limits.MAX_VIEW_BLOCKS)
_MODAL_BLOCKS: Final = Many(Thing(("input", "section", "context", "divider")), limits.MAX_VIEW_BLOCKS)

SHAPES: Final[Mapping[str, Shape]] = {
    # Views
    "modal": Shape(
        {"title": _plain(limits.MAX_VIEW_TITLE_CHARS), "blocks": _MODAL_BLOCKS},
        {
            "submit": _plain(limits.MAX_VIEW_TITLE_CHARS),
            "close": _plain(limits.MAX_VIEW_TITLE_CHARS),
            "callback_id": Words(limits.MAX_CALLBACK_ID_CHARS),
            "private_metadata": Words(limits.MAX_METADATA_CHARS, min_chars=0),
        },
    ),
    "home": Shape(
        {"blocks": _HOME_BLOCKS},
        {
            "callback_id": Words(limits.MAX_CALLBACK_ID_CHARS),
            "private_metadata": Words(limits.MAX_METADATA_CHARS, min_chars=0),
        },
    ),
    # Blocks
    "actions": Shape({**_BLOCK, "elements": Many(Thing(("button", "static_select")), limits.MAX_ACTIONS_ELEMENTS)}),
    "context": Shape({**_BLOCK, "elements": Many(Thing(("plain_text", "image element")), limits.MAX_CONTEXT_ELEMENTS)}),
    "divider": Shape({**_BLOCK}),
    "header": Shape({**_BLOCK, "text": _plain(limits.MAX_HEADER_CHARS)}),
    "image": Shape({**_BLOCK, **_IMAGE}, {"title": _plain(limits.MAX_IMAGE_TITLE_CHARS)}),
    "input": Shape(
        {
            **_BLOCK,
            "label": _plain(limits.MAX_LABEL_CHARS),
            "element": Thing(("plain_text_input", "static_select", "file_input", "conversations_select")),
        },
        {"optional": Flag(), "hint": _plain(limits.MAX_LABEL_CHARS)},
    ),
    "rich_text": Shape(
        {
            **_BLOCK,
            "elements": Many(
                Thing(("rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list")), 1000
            ),
        }
    ),
    "section": Shape(
        {**_BLOCK},
        {
            "text": _plain(limits.MAX_TEXT_CHARS),
            "fields": Many(Thing(("plain_text", "mrkdwn"), limits.MAX_SECTION_FIELD_CHARS), limits.MAX_SECTION_FIELDS),
            "accessory": Thing(("image element", "button", "static_select")),
        },
        some_of=frozenset({"text", "fields"}),
    ),
    # Rich text
    "rich_text_section": _RICH_LINE,
    "rich_text_quote": _RICH_LINE,
    "rich_text_preformatted": Shape({"elements": Many(Thing(("text",)), 1000)}),
    "rich_text_list": Shape(
        {"elements": Many(Thing(("rich_text_section",)), 1000), "style": _named("bullet", "ordered")}
    ),
    "text": Shape({"text": _ANY_TEXT}, {"style": Thing(("style",))}),
    "emoji": Shape({"name": Words(100, pattern=re.compile(r"[a-z0-9_+-]+"))}),
    "style": Shape(optional={"bold": Flag(), "italic": Flag()}, typed=False),
    # Elements
    "button": Shape(
        {"text": _plain(limits.MAX_BUTTON_CHARS), "action_id": _ACTION_ID},
        {
            "value": Words(limits.MAX_VALUE_CHARS),
            "url": _URL,
            "style": _STYLE,
            "confirm": Thing(("confirm",)),
            "accessibility_label": Words(limits.MAX_BUTTON_CHARS),
        },
    ),
    "static_select": Shape(
        {"action_id": _ACTION_ID, "options": Many(_OPTION, limits.MAX_OPTIONS)},
        {"initial_option": _OPTION, "placeholder": _plain(150)},
    ),
    "plain_text_input": Shape(
        {"action_id": _ACTION_ID},
        {
            "multiline": Flag(),
            "initial_value": Words(limits.MAX_INPUT_CHARS),
            "max_length": Number(1, limits.MAX_INPUT_CHARS),
            "focus_on_load": Flag(),
        },
    ),
    "file_input": Shape(
        {"action_id": _ACTION_ID},
        {"filetypes": Many(Words(20), 50), "max_files": Number(1, limits.MAX_INPUT_FILES)},
    ),
    "conversations_select": Shape(
        {"action_id": _ACTION_ID},
        {
            "default_to_current_conversation": Flag(),
            "initial_conversation": Words(50),
            "filter": Thing(("filter",)),
        },
    ),
    "image element": Shape({"type": _named("image"), **_IMAGE}, typed=False),
    # What those are made of
    "plain_text": Shape({"text": Words(limits.MAX_TEXT_CHARS, may_be_blank=False)}, {"emoji": Flag()}),
    # Nothing but one link of ours: in any other mrkdwn, what people typed could act.
    "mrkdwn": Shape({"text": Words(limits.MAX_TEXT_CHARS, pattern=re.compile(r"<https?://[^\s<>|]+\|[\w .…-]+>"))}),
    "option": Shape(
        {"text": _plain(limits.MAX_OPTION_CHARS), "value": Words(limits.MAX_OPTION_VALUE_CHARS)},
        {"description": _plain(limits.MAX_OPTION_CHARS)},
        typed=False,
    ),
    "confirm": Shape(
        {
            "title": _plain(limits.MAX_CONFIRM_TITLE_CHARS),
            "text": _plain(limits.MAX_CONFIRM_TEXT_CHARS),
            "confirm": _plain(limits.MAX_CONFIRM_BUTTON_CHARS),
            "deny": _plain(limits.MAX_CONFIRM_BUTTON_CHARS),
        },
        {"style": _STYLE},
        typed=False,
    ),
    "filter": Shape(
        optional={
            "include": Many(_named("im", "mpim", "private", "public"), 4),
            "exclude_bot_users": Flag(),
            "exclude_external_shared_channels": Flag(),
        },
        some_of=frozenset({"include", "exclude_bot_users", "exclude_external_shared_channels"}),
        typed=False,
    ),
    "slack_file": Shape(
        optional={"id": Words(50, pattern=re.compile(limits.FILE_ID)), "url": _URL},
        one_of=frozenset({"id", "url"}),
        typed=False,
    ),
}
