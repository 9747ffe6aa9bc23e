"""Computes the layout of a tree: parents above their children, siblings side by side, without overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """`places` maps a name to (column, row). Columns may be fractions: a parent is centred above its children."""

    places: dict[str, tuple[float, int]]
    columns: int
    rows: int
    hidden: int


def compute_layout(links: Sequence[tuple[str, str | None]], hidden: frozenset[str]) -> Layout:
    """Places every shown node one row below its parent.

    Args:
        links: (name, parent) in order of creation.
        hidden: names to leave out; their children become roots.
    """
    rows: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    roots: list[str] = []
    for name, parent in links:
        if name in hidden:
            continue
        if parent is not None and parent in rows:
            rows[name] = rows[parent] + 1
            children.setdefault(parent, []).append(name)
        else:
            rows[name] = 0
            roots.append(name)
    columns = _assign_columns(roots, children)
    places = {name: (columns[name], row) for name, row in rows.items()}
    leaves = sum(1 for name in rows if name not in children)
    return Layout(places, max(1, leaves), max(rows.values(), default=0) + 1, len(links) - len(rows))


def _assign_columns(roots: Sequence[str], children: dict[str, list[str]]) -> dict[str, float]:
    """Leaves get columns in order; parents are centred above them. Not recursive, because chains can be long."""
    columns: dict[str, float] = {}
    next_leaf = 0
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        name, is_done = stack.pop()
        offspring = children.get(name, [])
        if not offspring:
            columns[name] = next_leaf
            next_leaf += 1
        elif is_done:
            columns[name] = (columns[offspring[0]] + columns[offspring[-1]]) / 2
        else:
            stack.append((name, True))
            stack.extend((child, False) for child in reversed(offspring))
    return columns
