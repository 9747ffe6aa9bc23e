"""What the text models answer: a small lively SVG made from the words, or a changed version of the last one."""

import colorsys
import hashlib
import random
import re
from html import escape

SIZE = re.compile(r"(\d{2,5})\s*[x×]\s*(\d{2,5})|viewBox=\"0 0 (\d{2,5}) (\d{2,5})\"")
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL | re.IGNORECASE)


def answer_to(asked: str, said: str) -> str:
    """The SVG for what was asked last, given everything said before."""
    drawings = SVG.findall(said)
    if drawings:
        return change_svg(drawings[-1], asked)
    width, height = canvas_in(asked) or canvas_in(said) or (1024, 1024)
    return write_svg(asked, width, height, 0)


def canvas_in(text: str) -> tuple[int, int] | None:
    """The last "WxH" or viewBox in a text."""
    found = SIZE.findall(text)
    if not found:
        return None
    width, height = (part for part in found[-1] if part)
    return int(width), int(height)


def write_svg(words: str, width: int, height: int, number: int) -> str:
    """A drawing whose background and shapes come from the words."""
    chance = random.Random(hashlib.sha256(f"{words} {number}".encode()).hexdigest())  # noqa: S311
    sky, ground, sun = (_colour(chance) for _ in range(3))
    radius = min(width, height) // 6
    hills = " ".join(f"{width * step // 4},{height // 2 + chance.randrange(height // 4)}" for step in range(5))
    title = escape(" ".join(words.split())[:60])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">\n'
        f"<title>{title}</title>\n"
        f'<rect width="{width}" height="{height}" fill="{sky}"/>\n'
        f'<circle cx="{chance.randrange(width)}" cy="{height // 4}" r="{radius}" fill="{sun}"/>\n'
        f'<polygon points="0,{height} {hills} {width},{height}" fill="{ground}"/>\n'
        "</svg>"
    )


def change_svg(svg: str, spec: str) -> str:
    """The same drawing with one more shape, whose place and colour come from the wish."""
    chance = random.Random(hashlib.sha256(spec.encode()).hexdigest())  # noqa: S311
    width, height = canvas_in(svg) or (1024, 1024)
    x, y, side = chance.randrange(width * 3 // 4), chance.randrange(height * 3 // 4), min(width, height) // 8
    shape = f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="{_colour(chance)}"/>\n'
    return svg.removesuffix("</svg>") + shape + "</svg>"


def _colour(chance: random.Random) -> str:
    parts = colorsys.hsv_to_rgb(chance.random(), 0.6, 0.8)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
