"""What we are about to send, checked against `shapes`: Slack's own answer would be `invalid_blocks`, and no more."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from adapters.slack import limits
from adapters.slack.markup import units
from adapters.slack.rendering.blocks import Block, Json, json_units
from adapters.slack.rendering.shapes import MESSAGE_BLOCKS, SHAPES, Flag, Many, Number, Rule, Shape, Thing, Words


class Unrenderable(ValueError):
    """What we built is not what Slack accepts: a fault of ours, for the log, which `render.safe` keeps from people."""


def check_message(text: str, blocks: Sequence[Block]) -> None:
    """Raises Unrenderable for a message that Slack would refuse. `text` is escaped, `blocks` may be empty."""
    if not text.strip() or len(text) > limits.MAX_TOP_TEXT_CHARS:
        raise Unrenderable(f"text has {len(text)} characters")
    if blocks:
        _raise_first(_problems(blocks, MESSAGE_BLOCKS, "blocks"))
        _raise_first(_doubles(blocks))
    if (size := json_units(blocks)) > limits.MAX_MESSAGE_JSON_CHARS:
        raise Unrenderable(f"blocks: {size} characters of JSON")


def check_view(view: Block) -> None:
    """Raises Unrenderable for a modal or an App Home that Slack would refuse."""
    _raise_first(_problems(view, Thing(("modal", "home")), "view"))
    blocks = cast(Sequence[Block], view["blocks"])
    _raise_first(_doubles(blocks))
    if any(block["type"] == "input" for block in blocks) and "submit" not in view:
        raise Unrenderable("view: inputs, and nothing to submit them with")
    if (size := json_units(view)) > limits.MAX_VIEW_JSON_CHARS:
        raise Unrenderable(f"view: {size} characters of JSON")


def _raise_first(problems: Iterator[str]) -> None:
    for problem in problems:
        raise Unrenderable(problem)


def _problems(value: Json, rule: Rule, path: str, max_text_chars: int | None = None) -> Iterator[str]:
    match rule:
        case Words():
            max_chars = min(rule.max_chars, max_text_chars or rule.max_chars)
            yield from _problems_of_words(value, rule, max_chars, path)
        case Number(minimum, maximum):
            if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
                yield f"{path}: not {minimum} to {maximum}"
        case Flag():
            if not isinstance(value, bool):
                yield f"{path}: neither true nor false"
        case Many(each, max_count, min_count):
            if isinstance(value, str) or not isinstance(value, Sequence):
                yield f"{path}: not a list"
            elif not min_count <= len(value) <= max_count:
                yield f"{path}: {len(value)} of {min_count} to {max_count}"
            else:
                for index, item in enumerate(value):
                    yield from _problems(item, each, f"{path}[{index}]")
        case Thing():
            yield from _problems_of_thing(value, rule, path)


def _problems_of_words(value: Json, rule: Words, max_chars: int, path: str) -> Iterator[str]:
    # The texts themselves stay out of it: this is logged.
    if not isinstance(value, str):
        yield f"{path}: not a text"
    elif not rule.min_chars <= units(value) <= max_chars:
        yield f"{path}: {units(value)} of {rule.min_chars} to {max_chars} characters"
    elif not rule.may_be_blank and not value.strip():
        yield f"{path}: blank"
    elif rule.pattern is not None and not rule.pattern.fullmatch(value):
        yield f"{path}: not of its form"
    elif rule.one_of and value not in rule.one_of:
        yield f"{path}: none of {', '.join(sorted(rule.one_of))}"


def _problems_of_thing(value: Json, rule: Thing, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path}: not an object"
        return
    name = _name(value, rule)
    if name is None:
        yield f"{path}: none of {', '.join(rule.shapes)}"
        return
    shape = SHAPES[name]
    keys = value.keys() - ({"type"} if shape.typed else set())
    known = {**shape.required, **shape.optional}
    yield from (f"{path}.{key}: unknown" for key in sorted(keys - known.keys()))
    yield from (f"{path}.{key}: missing" for key in sorted(shape.required.keys() - keys))
    yield from _problems_of_choice(keys, shape, path)
    for key in sorted(keys & known.keys()):
        yield from _problems(value[key], known[key], f"{path}.{key}", rule.max_text_chars)
    if "initial_option" in value and value["initial_option"] not in cast(Sequence[Json], value.get("options") or ()):
        yield f"{path}.initial_option: not among the options"


def _problems_of_choice(keys: set[str], shape: Shape, path: str) -> Iterator[str]:
    if shape.one_of and len(keys & shape.one_of) != 1:
        yield f"{path}: not one of {', '.join(sorted(shape.one_of))}"
    if shape.some_of and not keys & shape.some_of:
        yield f"{path}: none of {', '.join(sorted(shape.some_of))}"


def _name(value: Mapping[str, Json], rule: Thing) -> str | None:
    """The shape that an object claims to have; the only one that is possible where it makes no claim."""
    kind = value.get("type")
    names = ("image", "image element") if kind == "image" else (kind,)
    claimed = next((name for name in rule.shapes if name in names), None)
    if claimed is not None:
        return claimed
    return rule.shapes[0] if len(rule.shapes) == 1 and not SHAPES[rule.shapes[0]].typed else None


def _doubles(blocks: Sequence[Block]) -> Iterator[str]:
    """Ids that are there twice: of blocks in a message, and of elements within a block."""
    ids = [block["block_id"] for block in blocks]
    if len(set(ids)) < len(ids):
        yield "blocks: a block_id twice"
    for block in blocks:
        elements = block.get("elements")
        if isinstance(elements, Sequence) and not isinstance(elements, str):
            actions = [each.get("action_id") for each in elements if isinstance(each, Mapping) and "action_id" in each]
            if len(set(actions)) < len(actions):
                yield f"{block['block_id']}: an action_id twice"
