"""Drawings that want more than to be drawn: files, connections, time, memory, a crash.

`@DIR@` is a folder of bait, `@PORT@` a server on the loopback address. Bait shows as BAIT_COLOUR where it is drawn.
"""

import base64
import gzip
import struct
import zlib
from typing import Final

BAIT_COLOUR: Final = (254, 1, 220)
_SVG: Final = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_NET: Final = "http://127.0.0.1:@PORT@"
_SHAPE: Final = '<rect x="1" y="1" width="40" height="40" fill="#285"/>'


def svg(inside: str, attributes: str = 'width="64" height="64"') -> str:
    return f"<svg {_SVG} {attributes}>{_SHAPE}{inside}</svg>"


def _data(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def _png_bomb(edge: int) -> bytes:
    """A small file of a great many black pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    rows = _packed_zeros((edge // 8 + 1) * edge)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _packed_zeros(length: int) -> bytes:
    """A zlib stream of so many zero bytes: one packed block, repeated, since packing 100 MB takes half a second."""
    blocks, rest = divmod(length, 2**20)
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    end = packer.compress(bytes(rest)) + packer.flush()
    adler32 = length % 65_521 << 16 | 1
    return b"\x78\xda" + block * blocks + end + struct.pack(">I", adler32)


def _chain(make: str, levels: int) -> str:
    """`make` with `#i` for its own number and `#j` for that of the level below."""
    return "".join(make.replace("#i", str(level)).replace("#j", str(level - 1)) for level in range(1, levels + 1))


_TEN_USES: Final = '<use href="#u#j"/>' * 10
_USE_BOMB: Final = f'<defs><rect id="u0" width="9" height="9"/>{_chain(f"""<g id="u#i">{_TEN_USES}</g>""", 9)}</defs>'
_LONG: Final = "l" * 50_000
_MANY: Final = "&l;" * 10_000
_PRIMITIVES: Final = '<feGaussianBlur stdDeviation="9"/><feTurbulence baseFrequency=".1" numOctaves="9"/>' * 300
_BLURS: Final = "blur(99999px) " * 500
_HOLES: Final = "a{" * 4_000 + "}" * 3_000
_IMAGES: Final = '<image href="{0}" width="60" height="60"/><image xlink:href="{0}" width="60" height="60"/>'
_ENTITIES: Final = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

READS: Final = {
    "image, absolute path": svg(_IMAGES.format("@DIR@/bait.png")),
    "image, relative path": svg(_IMAGES.format("bait.png") + _IMAGES.format("./bait.png")),
    "image, file URL": svg(_IMAGES.format("file://@DIR@/bait.png") + _IMAGES.format("file:@DIR@/bait.png")),
    "image, base": svg(_IMAGES.format("bait.png"), 'xml:base="file://@DIR@/" width="64" height="64"'),
    "image, drawing": svg(_IMAGES.format("@DIR@/bait.svg")),
    "image, drawing in data": svg(
        _IMAGES.format(_data("image/svg+xml", svg(_IMAGES.format("/etc/hostname")).encode()))
    ),
    "feImage": svg(
        '<filter id="f"><feImage href="@DIR@/bait.png"/></filter><rect width="60" height="60" filter="url(#f)"/>'
    ),
    "use of another file": svg('<use href="@DIR@/bait.svg#it"/><use xlink:href="file://@DIR@/bait.svg#it"/>'),
    "paint of another file": svg(
        '<rect width="60" height="60" fill="url(@DIR@/bait.svg#paint)" mask="url(bait.svg#m)"/>'
    ),
    "include": svg(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="@DIR@/bait.svg"/>'
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="@DIR@/bait.txt" parse="text"/>'
    ),
    "text reference": svg('<text y="20"><tref xlink:href="@DIR@/bait.svg#words"/></text>'),
    "style sheet by instruction": f'<?xml-stylesheet href="file://@DIR@/bait.css"?>{svg("")}',
    "style sheet by import": svg('<style>@import "@DIR@/bait.css"; @import url(file://@DIR@/bait.css);</style>'),
    "font face": svg(
        "<style>@font-face{font-family:bait;src:url(file://@DIR@/bait.ttf)}</style>"
        '<text y="20" font-family="bait">a</text>'
    ),
    "font family as a path": svg('<text y="20" font-family="@DIR@/bait.ttf">a</text>'),
    "external entity": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://@DIR@/bait.txt">]>{svg("<text>&x;</text>")}',
    "external parameter entity": f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "@DIR@/bait.dtd"> %x;]>{svg("")}',
    "external document type": f'<!DOCTYPE svg SYSTEM "file://@DIR@/bait.dtd">{svg("")}',
    "escaped style": svg('<rect width="60" height="60" style="fill:u\\72l(file://@DIR@/bait.svg#paint)"/>'),
    "foreign object": svg(
        '<foreignObject width="60" height="60"><img xmlns="http://www.w3.org/1999/xhtml" src="@DIR@/bait.png"/>'
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="file://@DIR@/bait.txt"/></foreignObject>'
    ),
}

CONNECTIONS: Final = {
    "image, network": svg(_IMAGES.format(f"{_NET}/a.png")),
    "image, without scheme": svg(_IMAGES.format("//127.0.0.1:@PORT@/a.png")),
    "use, network": svg(f'<use href="{_NET}/a.svg#it"/>'),
    "style sheet, network": svg(f"<style>@import url({_NET}/a.css);rect{{fill:url({_NET}/b.svg#c)}}</style>"),
    "style attribute, network": svg(
        f'<rect width="9" height="9" style="fill:url({_NET}/a#b);filter:url({_NET}/f#g)"/>'
    ),
    "font, network": svg(
        f'<style>@font-face{{font-family:b;src:url({_NET}/b.ttf)}}</style><text font-family="b">a</text>'
    ),
    "document type, network": f'<!DOCTYPE svg SYSTEM "{_NET}/a.dtd">{svg("")}',
    "entity, network": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{_NET}/a">]>{svg("<text>&x;</text>")}',
    "instruction, network": f'<?xml-stylesheet type="text/css" href="{_NET}/a.css"?>{svg("")}',
    "colour profile, network": svg(f'<color-profile name="p" xlink:href="{_NET}/a.icc"/>'),
    "script": svg(f"<script>fetch('{_NET}/')</script><script href='{_NET}/a.js'/>", f"onload=\"fetch('{_NET}/')\""),
    "links and animation": svg(
        f'<a href="javascript:fetch(\'{_NET}/\')">{_SHAPE}</a><set attributeName="href" to="{_NET}/"/>'
        f'<animate attributeName="href" values="{_NET}/a;{_NET}/b" dur="1s"/>'
    ),
}

EXCESSES: Final = {
    "billion laughs": f'<!DOCTYPE svg [<!ENTITY l0 "lol">{_ENTITIES}]>{svg("<text>&l9;</text>")}',
    "quadratic entity": f'<!DOCTYPE svg [<!ENTITY l "{_LONG}">]>{svg(f"<text>{_MANY}</text>")}',
    "nesting": svg("<g>" * 50_000 + "</g>" * 50_000),
    "nesting, unclosed": svg("<g>" * 90_000),
    "a million wide": svg(_SHAPE, 'width="1000000" height="1000000"'),
    "wider than numbers go": svg(_SHAPE, 'width="1e300" height="1e300" viewBox="0 0 1e300 1e300"'),
    "thin as a hair": svg(_SHAPE, 'width="1000000" height="1"'),
    "no extent": svg(_SHAPE, 'width="0" height="-5" viewBox="0 0 0 0"'),
    "not a number": svg(_SHAPE, 'width="NaN" height="inf" viewBox="nan nan nan inf"'),
    "use bomb": svg(f'{_USE_BOMB}<use href="#u9"/>'),
    "use of itself": svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>'),
    "pattern bomb": svg(
        '<pattern id="p0" width="1" height="1"><rect width="1" height="1"/></pattern>'
        + _chain(
            '<pattern id="p#i" width=".01" height=".01">'
            + '<rect width="9" height="9" fill="url(#p#j)"/>' * 10
            + "</pattern>",
            8,
        )
        + '<rect width="64" height="64" fill="url(#p8)"/>'
    ),
    "marker bomb": svg(
        f'<marker id="m" markerWidth="9" markerHeight="9">{_SHAPE * 400}</marker>'
        f'<path marker-mid="url(#m)" d="M0 0{"L9 9" * 9_000}"/>'
    ),
    "mask chain": svg(
        '<mask id="k0"><rect width="64" height="64" fill="#fff"/></mask>'
        + _chain('<mask id="k#i"><rect width="64" height="64" fill="#fff" mask="url(#k#j)"/></mask>' * 1, 300)
        + '<rect width="64" height="64" mask="url(#k300)"/>'
    ),
    "octaves": svg(
        '<filter id="f"><feTurbulence baseFrequency=".9" numOctaves="2000000000"/></filter>'
        '<rect width="64" height="64" filter="url(#f)"/>'
    ),
    "blur and spread": svg(
        '<filter id="f" x="-9000%" y="-9000%" width="20000%" height="20000%"><feGaussianBlur stdDeviation="99999"/>'
        '<feMorphology operator="dilate" radius="99999"/></filter><rect width="64" height="64" filter="url(#f)"/>'
    ),
    "many filters": svg(
        f'<filter id="f">{_PRIMITIVES}</filter><g filter="url(#f)"><rect width="64" height="64" filter="url(#f)"/></g>'
    ),
    "filter functions": svg(f'<rect width="64" height="64" style="filter:{_BLURS}"/>'),
    "endless path": svg(f'<path stroke="#000" fill="none" d="M0 0{"L64 64L0 64" * 80_000}"/>'),
    "fine dashes": svg('<path stroke="#000" stroke-width="9" stroke-dasharray=".000001" d="M0 0L64 64"/>'),
    "long text": svg(f'<text font-size="900000" textLength="1">{"W" * 30_000}</text>'),
    "many elements": svg(_SHAPE * 6_000),
    "picture bomb": svg(_IMAGES.format(_data("image/png", _png_bomb(30_000)))),
    "compressed": gzip.compress(svg(_SHAPE * 10_000).encode(), 9).decode("latin-1"),
    "longer than allowed": svg(" " * 1_200_000),
    "control characters": svg("\x00\x01\x1f<text>\x07&#0;&#xffff;&#x110000;</text>\ud800"),
    "style sheet of holes": svg(f"<style>{_HOLES}/*</style>"),
}

HOSTILE: Final = READS | CONNECTIONS | EXCESSES

# Starting a child takes longer than most of these do in it, so those that are plain drawings are thrown together.
_PLAIN: Final = {name for name, text in (READS | CONNECTIONS).items() if text.startswith("<svg")}
RAW: Final = {
    "all that is called and read": svg("".join(HOSTILE[name] for name in sorted(_PLAIN))),
    **{name: text for name, text in HOSTILE.items() if name not in _PLAIN},
}
"""For a rasteriser that nobody protects."""
