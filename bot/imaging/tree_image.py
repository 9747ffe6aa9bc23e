"""Draws the version tree of a thread as a PNG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from bot.imaging.convert import encode
from bot.imaging.decode import decode
from bot.imaging.pixels import map_values, resize
from bot.imaging.text import Label, RenderedLabel, font, render_labels
from bot.imaging.tree_layout import Layout, compute_layout

MAX_WIDTH_PX: Final = 2400
MAX_HEIGHT_PX: Final = 4000

_PAPER: Final = (245, 243, 238)
_CARD: Final = (255, 255, 255)
_LINE: Final = (176, 170, 162)
_INK: Final = (38, 36, 44)
_SECONDARY_TEXT: Final = (120, 114, 120)
_ACCENT: Final = (224, 92, 56)
_SUPERSAMPLING: Final = 3


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One version. `parent` is another node's name; `thumbnail` is None if there is no picture (any more)."""

    name: str
    parent: str | None
    caption: str
    author: str
    is_head: bool
    is_deleted: bool
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class _Measures:
    """The dimensions of one node, in pixels; the largest with which the whole tree fits are used."""

    card_px: int
    thumb_px: int
    gap_px: int
    name_px: int
    caption_lines: int

    @property
    def pad_px(self) -> int:
        return max(8, self.card_px // 20)

    @property
    def text_px(self) -> int:
        return max(12, round(self.name_px * 0.72))

    @property
    def line_px(self) -> int:
        return round(self.text_px * 1.4)

    @property
    def height_px(self) -> int:
        lines = self.caption_lines + (1 if self.caption_lines else 0)
        return self.thumb_px + round(self.name_px * 1.9) + lines * self.line_px


_SCALES: Final = (
    _Measures(card_px=360, thumb_px=300, gap_px=56, name_px=32, caption_lines=2),
    _Measures(card_px=260, thumb_px=200, gap_px=44, name_px=28, caption_lines=2),
    _Measures(card_px=180, thumb_px=130, gap_px=32, name_px=24, caption_lines=1),
    _Measures(card_px=110, thumb_px=80, gap_px=20, name_px=20, caption_lines=0),
)


def draw_tree(nodes: Sequence[TreeNode]) -> bytes:
    """The tree as a PNG of at most 2400x4000 px: the first version on top, siblings side by side, the newest marked.

    If not all fit, the newest versions and the head are shown, with the number of hidden ones. Blocks.

    Args:
        nodes: in order of creation, so that parents come before their children.
    """
    measures, layout = _choose_layout(nodes)
    margin = measures.gap_px
    header = measures.name_px * 2 if layout.hidden else 0
    width_px = max(layout.columns * (measures.card_px + measures.gap_px) + margin, 420)
    height_px = header + layout.rows * (measures.height_px + measures.gap_px) + margin
    sheet = Image.new("RGB", (width_px, height_px), _PAPER)
    offset = (width_px - layout.columns * (measures.card_px + measures.gap_px) + measures.gap_px) / 2

    places = {
        node.name: (
            round(offset + column * (measures.card_px + measures.gap_px)),
            round(header + margin + row * (measures.height_px + measures.gap_px)),
        )
        for node, (column, row) in ((node, layout.places[node.name]) for node in nodes if node.name in layout.places)
    }
    if layout.hidden:
        text = f"+ {layout.hidden} earlier"
        ImageDraw.Draw(sheet).text(
            (width_px / 2, header), text, font=font(measures.name_px), fill=_SECONDARY_TEXT, anchor="mm"
        )
    for node in nodes:
        if node.name in places:
            _draw_connection(sheet, measures, places, node)
    shown = [node for node in nodes if node.name in places]
    words = render_labels([label for node in shown for label in _labels(measures, node)])
    for node, author, caption in zip(shown, words[::2], words[1::2], strict=True):
        _draw_card(sheet, measures, places[node.name], node)
        _draw_texts(sheet, measures, places[node.name], node, author, caption)
    return encode(sheet, "png")


def _choose_layout(nodes: Sequence[TreeNode]) -> tuple[_Measures, Layout]:
    """The largest dimensions with which all nodes fit; else the smallest, with as many of the newest nodes as fit."""
    links = [(node.name, node.parent) for node in nodes]
    for measures in _SCALES:
        layout = compute_layout(links, frozenset())
        if _fits(measures, layout):
            return measures, layout
    smallest = _SCALES[-1]
    head = frozenset(node.name for node in nodes if node.is_head)
    low, high = 0, len(nodes)
    while high - low > 1:
        middle = (low + high) // 2
        hidden = frozenset(node.name for node in nodes[: len(nodes) - middle]) - head
        low, high = (middle, high) if _fits(smallest, compute_layout(links, hidden)) else (low, middle)
    return smallest, compute_layout(links, frozenset(node.name for node in nodes[: len(nodes) - low]) - head)


def _fits(measures: _Measures, layout: Layout) -> bool:
    width_px = layout.columns * (measures.card_px + measures.gap_px) + measures.gap_px
    height_px = layout.rows * (measures.height_px + measures.gap_px) + measures.gap_px + measures.name_px * 2
    return width_px <= MAX_WIDTH_PX and height_px <= MAX_HEIGHT_PX


def _draw_connection(
    sheet: Image.Image, measures: _Measures, places: dict[str, tuple[int, int]], node: TreeNode
) -> None:
    """Draws a line with rounded corners from the parent to the node; a short dashed one if the parent is hidden."""
    pen = ImageDraw.Draw(sheet)
    left, top = places[node.name]
    x, width = left + measures.card_px // 2, max(3, measures.gap_px // 10)
    if node.parent is None:
        return
    if node.parent not in places:
        for dash in range(3):
            end = top - dash * measures.gap_px // 4
            pen.line((x, end - measures.gap_px // 8, x, end), fill=_LINE, width=width)
        return
    parent_left, parent_top = places[node.parent]
    start_x, start_y = parent_left + measures.card_px // 2, parent_top + measures.height_px
    bend = start_y + measures.gap_px // 2
    if start_x == x:
        pen.line((x, start_y, x, top), fill=_LINE, width=width)
        return
    side, radius = (1 if x > start_x else -1), measures.gap_px // 3
    pen.line((start_x, start_y, start_x, bend), fill=_LINE, width=width)
    pen.line((start_x - side * (width // 2), bend, x - side * radius, bend), fill=_LINE, width=width)
    pen.line((x, bend + radius, x, top), fill=_LINE, width=width)
    half = width // 2
    corner = (
        min(x, x - side * 2 * radius) - half,
        bend - half,
        max(x, x - side * 2 * radius) + half,
        bend + 2 * radius + half,
    )
    pen.arc(corner, 270 if side > 0 else 180, 360 if side > 0 else 270, fill=_LINE, width=width)


def _draw_card(sheet: Image.Image, measures: _Measures, at: tuple[int, int], node: TreeNode) -> None:
    size = measures.card_px, measures.height_px
    radius = max(8, measures.card_px // 18)
    shape = _rounded_mask(size, radius)
    border = max(3, measures.card_px // 60)
    if node.is_deleted:
        _draw_dashed_border(sheet, (*at, at[0] + size[0], at[1] + size[1]), radius, border)
    else:
        _draw_shadow(sheet, at, shape, measures.gap_px // 4)
        if node.is_head:
            grown = _rounded_mask((size[0] + border * 2, size[1] + border * 2), radius + border)
            sheet.paste(_ACCENT, (at[0] - border, at[1] - border), grown)
        sheet.paste(_CARD, at, shape)
        _draw_thumbnail(sheet, measures, at, node)


def _draw_thumbnail(sheet: Image.Image, measures: _Measures, at: tuple[int, int], node: TreeNode) -> None:
    if node.thumbnail is None:
        return
    picture = decode(node.thumbnail).convert("RGBA")
    inset = measures.card_px // 30
    room = measures.card_px - inset * 2, measures.thumb_px - inset
    factor = min(room[0] / picture.width, room[1] / picture.height)
    picture = resize(picture, (max(1, round(picture.width * factor)), max(1, round(picture.height * factor))))
    left = at[0] + (measures.card_px - picture.width) // 2
    upper = at[1] + inset + (room[1] - picture.height) // 2
    corners = _rounded_mask(picture.size, max(4, measures.card_px // 30))
    solid = Image.composite(picture.getchannel("A"), Image.new("L", picture.size), corners)
    sheet.paste(picture, (left, upper), solid)


def _labels(measures: _Measures, node: TreeNode) -> tuple[Label, Label]:
    """The labels of author and caption; empty ones where there is no room."""
    room_px = measures.card_px - measures.pad_px * 2
    name_px = math.ceil(font(measures.name_px, bold=True).getlength(node.name))
    author = node.author if measures.caption_lines else ""
    caption = node.caption if measures.caption_lines and not node.is_deleted else ""
    return (
        Label(author, measures.text_px, measures.line_px, max(1, room_px - name_px - measures.pad_px), max_lines=1),
        Label(caption, measures.text_px, measures.line_px, room_px, max_lines=max(1, measures.caption_lines)),
    )


def _draw_texts(
    sheet: Image.Image,
    measures: _Measures,
    at: tuple[int, int],
    node: TreeNode,
    author: RenderedLabel | None,
    caption: RenderedLabel | None,
) -> None:
    pen = ImageDraw.Draw(sheet)
    left, right = at[0] + measures.pad_px, at[0] + measures.card_px - measures.pad_px
    y = at[1] + measures.thumb_px + round(measures.name_px * 0.95)
    if node.is_deleted:
        middle = at[0] + measures.card_px / 2, at[1] + measures.thumb_px / 2
        pen.text(middle, "deleted", font=font(measures.text_px), fill=_SECONDARY_TEXT, anchor="mm")
    name_face = font(measures.name_px, bold=True)
    pen.text((left, y), node.name, font=name_face, fill=_ACCENT if node.is_head else _INK, anchor="lm")
    y -= measures.line_px // 2
    if author is not None:
        sheet.paste(_SECONDARY_TEXT, (right - author.mask.width, y + author.top_px), author.mask)
    y += round(measures.name_px * 0.9 + measures.text_px * 0.54)
    if caption is not None:
        sheet.paste(_INK, (left + caption.left_px, y + caption.top_px), caption.mask)


def _rounded_mask(size: tuple[int, int], radius: int) -> Image.Image:
    large = Image.new("L", (size[0] * _SUPERSAMPLING, size[1] * _SUPERSAMPLING))
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius * _SUPERSAMPLING, fill=255
    )
    return large.reduce(_SUPERSAMPLING)


def _draw_shadow(sheet: Image.Image, at: tuple[int, int], shape: Image.Image, reach: int) -> None:
    soft = Image.new("L", (shape.width + reach * 2, shape.height + reach * 2))
    soft.paste(map_values(shape, lambda value: value / 6), (reach, reach))
    soft = soft.filter(ImageFilter.BoxBlur(reach / 2))
    sheet.paste((60, 50, 40), (at[0] - reach, at[1] - reach + reach // 2), soft)


def _draw_dashed_border(sheet: Image.Image, area: tuple[int, int, int, int], radius: int, width: int) -> None:
    pen = ImageDraw.Draw(sheet)
    left, upper, right, lower = area
    dash = radius
    for x in range(left + radius, right - radius, dash * 2):
        for y in (upper, lower):
            pen.line((x, y, min(x + dash, right - radius), y), fill=_LINE, width=width)
    for y in range(upper + radius, lower - radius, dash * 2):
        for x in (left, right):
            pen.line((x, y, x, min(y + dash, lower - radius)), fill=_LINE, width=width)
