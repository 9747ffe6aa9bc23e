"""Which characters can be drawn: read from the files of typefaces, Easel's own first."""

import struct
from pathlib import Path

import pytest
from PIL import ImageFont

from bot.domain.pictures import Size
from bot.imaging.character_map import CharacterSet, read_characters
from bot.imaging.svg.lettered import prepare_text
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import sanitise
from bot.imaging.typefaces import FOLDER, Typefaces
from tests.builders import opened

THAANA = FOLDER / "NotoSansThaana-Regular.ttf"
CHEROKEE = 0x13A0
"""Where letters begin that none of Easel's own typefaces has."""


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.?tf")), ids=lambda file: file.stem)
def test_every_typeface_has_what_its_map_says(file: Path) -> None:
    """FreeType finds a shape of its own for the first, the last and some characters in between."""
    face = ImageFont.truetype(file, 40, layout_engine=ImageFont.Layout.BASIC)
    codes = [code for code in read_characters(file).codes() if chr(code).isprintable() and not chr(code).isspace()]
    blank = face.getmask("\U0010fffe")
    assert len(codes) > 40
    for code in [*codes[:: len(codes) // 20], codes[-1]]:
        mask = face.getmask(chr(code))
        assert (mask.size, bytes(mask)) != (blank.size, bytes(blank)), hex(code)


def test_the_map_has_nothing_else() -> None:
    """What FreeType draws as a box is not in it."""
    face = ImageFont.truetype(THAANA, 40, layout_engine=ImageFont.Layout.BASIC)
    box = bytes(face.getmask("\U0010fffe"))
    characters = read_characters(THAANA)
    for code in (0x41, 0x5D0, 0x77F, 0x7B2, 0x4E00, 0x1F600):
        assert code not in characters
        assert bytes(face.getmask(chr(code))) == box


@pytest.mark.parametrize("data", [b"", b"true", b"GIF89a" * 99, b"ttcf" + bytes(12), b"OTTO\x00\xff" + bytes(64)])
def test_what_is_no_typeface_has_nothing(tmp_path: Path, data: bytes) -> None:
    """Neither a picture nor half a typeface, nor a file that is not there."""
    file = tmp_path / "some.ttf"
    file.write_bytes(data)
    assert list(read_characters(file).codes()) == []
    assert list(read_characters(tmp_path / "none.ttf").codes()) == []


def test_a_typeface_that_ends_early_has_nothing(tmp_path: Path) -> None:
    """Wherever it ends, reading it is no error."""
    data, file = THAANA.read_bytes(), tmp_path / "cut.ttf"
    for length in range(0, 3000, 97):
        file.write_bytes(data[:length])
        read_characters(file)


def test_a_set_of_characters_is_a_set() -> None:
    """Its runs have first and last members, and nothing beside them."""
    characters = CharacterSet([7, 3, 4, 5, 9])
    assert list(characters.codes()) == [3, 4, 5, 7, 9]
    assert [code for code in range(12) if code in characters] == [3, 4, 5, 7, 9]


def test_the_machines_typefaces_are_asked_for_the_rest(tmp_path: Path) -> None:
    """Only where Easel's own lack something, and the regular one first; what is nowhere is missing."""
    for name in ("A-Bold.ttf", "B-Regular.ttf", "notes.txt"):
        (tmp_path / name).write_bytes(moved(THAANA, CHEROKEE))
    typefaces = Typefaces(system_folders=[tmp_path])
    assert typefaces.cover("fox 狐 שלום").system_files == ()
    covered = typefaces.cover(f"fox{chr(CHEROKEE)}\U0010fffe{chr(CHEROKEE + 1)}\U0010fffe")
    assert covered.system_files == (tmp_path / "B-Regular.ttf",)
    assert covered.missing == "\U0010fffe"
    assert Typefaces(system_folders=[tmp_path / "none"]).cover(chr(CHEROKEE)).missing == chr(CHEROKEE)


async def test_a_drawing_uses_the_machines_typefaces(tmp_path: Path) -> None:
    """The sealed child may read the very files that a drawing needs, and finds the letters in them."""
    (tmp_path / "Moved-Regular.ttf").write_bytes(moved(THAANA, CHEROKEE))
    size = Size(200, 60)
    pictures: list[bytes] = []
    for char, typefaces in (
        (chr(CHEROKEE + 3), Typefaces(system_folders=[tmp_path])),
        ("\u0783", Typefaces(system_folders=[])),
    ):
        svg = f'<svg viewBox="0 0 200 60"><text x="20" y="40" font-size="40">{char}</text></svg>'
        drawing = prepare_text(sanitise(svg, size), typefaces)
        assert drawing.missing == ""
        picture = await Rasteriser().draw(drawing.svg, size, background="auto", typefaces=drawing.typefaces)
        pictures.append(opened(picture).tobytes())
    assert pictures[0] == pictures[1]


def moved(file: Path, first: int) -> bytes:
    """The typeface with its letters from U+0780 on at `first` instead, under a name of its own."""
    data = bytearray(
        file.read_bytes().replace("Noto Sans Thaana".encode("utf-16-be"), "Test Face Thaana".encode("utf-16-be"))
    )
    count = struct.unpack_from(">H", data, 4)[0]
    (cmap,) = (
        struct.unpack_from(">I", data, 12 + 16 * n + 8)[0] for n in range(count) if data[12 + 16 * n :][:4] == b"cmap"
    )
    for n in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * n + 4)[0]
        segments = struct.unpack_from(">H", data, at + 6)[0] // 2
        for segment in range(segments):
            ends, starts, deltas = (at + 14 + 2 * segment + row for row in (0, 2 * segments + 2, 4 * segments + 2))
            if struct.unpack_from(">H", data, starts)[0] == 0x780:
                for place, by in ((ends, first - 0x780), (starts, first - 0x780), (deltas, 0x780 - first)):
                    struct.pack_into(">H", data, place, (struct.unpack_from(">H", data, place)[0] + by) & 0xFFFF)
    return bytes(data)
