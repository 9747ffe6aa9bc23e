"""The picture of a version tree."""

from dataclasses import replace

import pytest
from PIL import ImageChops

from bot.imaging.tree_image import MAX_HEIGHT_PX, MAX_WIDTH_PX, TreeNode, draw_tree
from bot.imaging.tree_layout import compute_layout
from tests.builders import a_png, opened

ACCENT = (224, 92, 56)


def a_node(number: int, parent: int | None, *, is_head: bool = False, is_deleted: bool = False) -> TreeNode:
    parent_name = None if parent is None else f"v{parent}"
    picture = None if is_deleted else a_png(60, 40)
    return TreeNode(f"v{number}", parent_name, f"words of version {number}", "Ada", is_head, is_deleted, picture)


def has_colour(data: bytes, colour: tuple[int, int, int]) -> bool:
    image = opened(data).convert("RGB")
    return any(found == colour for _, found in image.getcolors(image.width * image.height) or [])


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_head_is_marked(count: int) -> None:
    """Exactly the tree with a head has the accent colour in it."""
    nodes = [a_node(number, number - 1 or None, is_head=number == count) for number in range(1, count + 1)]
    headless = [a_node(number, number - 1 or None) for number in range(1, count + 1)]
    assert has_colour(draw_tree(nodes), ACCENT)
    assert not has_colour(draw_tree(headless), ACCENT)


@pytest.mark.parametrize(
    "parents",
    [
        [None],
        [None, 1, 1, 2, 2, 3],
        [None] + [1] * 150,
        [None, *range(1, 400)],
    ],
)
def test_any_tree_stays_within_the_largest_picture(parents: list[int | None]) -> None:
    """Wide, deep or both: never more than 2400x4000."""
    nodes = [
        a_node(number, parent, is_head=number == 1, is_deleted=number % 2 == 0)
        for number, parent in enumerate(parents, start=1)
    ]
    width_px, height_px = opened(draw_tree(nodes)).size
    assert width_px <= MAX_WIDTH_PX
    assert height_px <= MAX_HEIGHT_PX


def test_siblings_stand_side_by_side_below_their_parent() -> None:
    """Children share a row, the parent is above their middle."""
    layout = compute_layout([("v1", None), ("v2", "v1"), ("v3", "v1"), ("v4", "v3")], frozenset())
    assert layout.places == {"v1": (0.5, 0), "v2": (0, 1), "v3": (1, 1), "v4": (1, 2)}
    assert (layout.columns, layout.rows, layout.hidden) == (2, 3, 0)


def test_hidden_versions_are_counted_and_their_children_stay() -> None:
    """A version whose parent is not shown becomes a root."""
    layout = compute_layout([("v1", None), ("v2", "v1"), ("v3", "v2")], frozenset({"v1"}))
    assert layout.places == {"v2": (0, 0), "v3": (0, 1)}
    assert layout.hidden == 1


def test_a_deleted_version_shows_no_picture() -> None:
    """Its card is empty, whatever it held."""
    kept, gone = draw_tree([a_node(1, None)]), draw_tree([a_node(1, None, is_deleted=True)])
    assert has_colour(kept, (200, 60, 40))
    assert not has_colour(gone, (200, 60, 40))


@pytest.mark.parametrize(
    ("caption", "author"),
    [
        ("初雪の朝、赤い狐が森を歩く静かな風景" * 9, "田中さくら"),
        ("שועל אדום בשלג בזריחה", "דנה"),
        ("สุนัขจิ้งจอกสีแดงในหิมะยามเช้า" * 9, "สมชาย" * 20),
    ],
)
def test_words_of_any_script_stay_on_their_card(caption: str, author: str) -> None:
    """Captions and authors are drawn, and nothing of them outside the room that a card has for them."""
    node, silent = a_node(1, None), a_node(1, None)
    spoken, blank = (
        opened(draw_tree([replace(each, caption=words, author=name)])).convert("RGB")
        for each, words, name in ((node, caption, author), (silent, "", ""))
    )
    box = ImageChops.difference(spoken, blank).getbbox()
    assert box is not None
    # The card is 360 px wide, in the middle of a sheet of at least 420, below a margin of 56.
    left = (spoken.width - 360) // 2
    assert left + 10 < box[0] < box[2] <= left + 360 - 10
    assert 56 + 300 < box[1] < box[3] < spoken.height - 56
