"""Where `easel imagine` writes: files that were named, names of its own, standard output."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.cli.output import flags_for, parse_output_option, save
from adapters.terminal.render import CommandOutcome, PictureData
from bot.domain.ids import JobId, PictureId
from bot.domain.pictures import Picture, PictureFormat, Size
from bot.domain.requests import PromptSpec
from bot.errors import AdminError, BadCommand
from bot.presentation.card import Card, CardPicture
from tests.builders import a_png

PNG = a_png(8, 8)
DONE = Card("done", "v1 for ada")


def an_outcome(*drawn: bytes, svg: bytes | None = None, image_format: PictureFormat = "png") -> CommandOutcome:
    pictures = [
        CardPicture(Picture(PictureId("ab" * 32), image_format, Size(8, 8), len(each)), "v1", "") for each in drawn
    ]
    card = replace(DONE, pictures=tuple(pictures))
    return CommandOutcome(JobId("j"), "delivered", card, tuple(PictureData(data, svg) for data in drawn))


def saved_as(outcome: CommandOutcome, option: str | Path | None, *, words: str = "") -> list[str]:
    saved = save(outcome, parse_output_option(str(option) if option is not None else None, words=words))
    return [file.path.name for file in saved]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("a red fox, in snow!", "a-red-fox-in-snow.png"),
        ("赤い狐 雪", "赤い狐-雪.png"),
        ("Ein Fuchs' Bau ไทยกำลัง नमस्ते", "ein-fuchs-bau-ไทยกำลัง-नमस्ते.png"),
        ("❤️ 👩‍👧 fox's", "foxs.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("CON\0aux\n\u202e", "con-aux.png"),
        ("", "easel.png"),
        ("🦊", "easel.png"),
        (
            "one two three four five six seven eight nine ten eleven twelve",
            "one-two-three-four-five-six-seven-eight-nine-ten-eleven.png",
        ),
        ("x" * 300, "x" * 60 + ".png"),
    ],
)
def test_a_file_without_a_name_is_named_after_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, name: str
) -> None:
    """Without -o the words make the name, in any script and without anything that leads elsewhere."""
    monkeypatch.chdir(tmp_path)
    assert saved_as(an_outcome(PNG), None, words=words) == [name]


def test_names_of_our_own_overwrite_nothing(tmp_path: Path) -> None:
    """Pictures and drawings that are there stay: the next free number is taken, also in a directory that -o names."""
    (tmp_path / "a-fox.png").write_bytes(b"mine")
    (tmp_path / "a-fox-2.svg").write_bytes(b"mine")
    assert saved_as(an_outcome(PNG, PNG), tmp_path, words="a fox") == ["a-fox-3.png", "a-fox-4.png"]
    assert (tmp_path / "a-fox.png").read_bytes() == (tmp_path / "a-fox-2.svg").read_bytes() == b"mine"


def test_a_name_that_could_not_be_written_is_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk takes nothing, no empty file is left."""
    output = parse_output_option(str(tmp_path), words="a fox")
    monkeypatch.setattr(os, "fsync", _no_space)
    with pytest.raises(AdminError, match="could not be written"):
        save(an_outcome(PNG), output)
    assert list(tmp_path.iterdir()) == []


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("name", "pillow"), [("fox.webp", "WEBP"), ("fox.JPG", "JPEG"), ("fox.jpeg", "JPEG")])
def test_a_file_is_what_its_name_says(tmp_path: Path, name: str, pillow: str) -> None:
    """A picture that came in another format is converted, and the note says so."""
    [saved] = save(an_outcome(PNG), parse_output_option(str(tmp_path / name), words=""))
    with Image.open(saved.path) as picture:
        assert picture.format == pillow
    assert saved.note == f"{name} was converted: the model drew a PNG."
    assert (saved.picture.format, saved.picture.bytes_count) == (pillow.lower(), saved.path.stat().st_size)


def test_what_cannot_be_converted_gets_a_name_that_fits(tmp_path: Path) -> None:
    """No PNG is written as GIF, nor over another file."""
    (tmp_path / "fox.png").write_bytes(b"mine")
    [saved] = save(an_outcome(PNG), parse_output_option(str(tmp_path / "fox.gif"), words=""))
    assert (saved.path.name, saved.note) == ("fox-2.png", "No GIF was drawn: the picture is a PNG.")
    assert (tmp_path / "fox.png").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "spec", "flags"),
    [
        ("fox.webp", PromptSpec("a fox"), "--format webp"),
        ("fox.JPG", PromptSpec("a fox", format="jpg"), ""),
        ("fox.png", PromptSpec("a fox", format=".PNG"), ""),
        ("fox.svg", PromptSpec("a fox"), ""),
        ("fox", PromptSpec("a fox"), ""),
        ("fox.v2", PromptSpec("a fox"), ""),
    ],
)
def test_the_service_is_asked_for_what_the_name_says(tmp_path: Path, name: str, spec: PromptSpec, flags: str) -> None:
    """The format of the file's name becomes the flag that was not given."""
    assert flags_for(parse_output_option(str(tmp_path / name), words=""), spec) == flags


@pytest.mark.parametrize("name", ["fox.bmp", "fox.TIFF", "fox.heic", "fox.pdf"])
def test_formats_that_easel_does_not_write_are_refused(tmp_path: Path, name: str) -> None:
    """They are refused before anything is drawn, with a name that works."""
    with pytest.raises(AdminError) as refusal:
        parse_output_option(str(tmp_path / name), words="")
    assert str(tmp_path / "fox.png") in (refusal.value.hint or "")


def test_name_and_flag_must_agree(tmp_path: Path) -> None:
    """A WebP name with --format png is refused before anything is drawn."""
    with pytest.raises(BadCommand, match="WEBP file, and --format for png"):
        flags_for(parse_output_option(str(tmp_path / "fox.webp"), words=""), PromptSpec("a fox", format="png"))


def test_standard_output_takes_one_picture(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`-o -` writes the picture's bytes and nothing else, and asks for one picture."""
    output = parse_output_option("-", words="a fox")
    assert flags_for(output, PromptSpec("a fox")) == "--n 1"
    with pytest.raises(BadCommand, match="holds one picture"):
        flags_for(output, PromptSpec("a fox", n=2))
    assert save(an_outcome(PNG), output) == ()
    assert capfdbinary.readouterr().out == PNG


def test_a_terminal_is_no_place_for_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-o -` to a terminal is refused before anything is drawn."""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Screen())
    with pytest.raises(AdminError, match="terminal"):
        parse_output_option("-", words="a fox")


def test_pictures_are_written_whole(tmp_path: Path) -> None:
    """Files replace what was there, keep a link a link, and leave no draft behind."""
    target, link = tmp_path / "real.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    link.symlink_to(target)
    saved_as(an_outcome(PNG), link)
    assert saved_as(an_outcome(PNG, PNG), tmp_path / "fox.png") == ["fox-1.png", "fox-2.png"]
    assert target.read_bytes() == PNG
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fox-1.png", "fox-2.png", "link.png", "real.png"]


@pytest.mark.parametrize(
    ("name", "picture", "svg"),
    [
        ("fox.png", "fox.png", "fox.svg"),
        ("fox.v2.png", "fox.v2.png", "fox.v2.svg"),
        ("fox", "fox", "fox.svg"),
        ("fox.svg", "fox.png", "fox.svg"),
        ("fox.SVG", "fox.png", "fox.SVG"),
    ],
)
def test_a_picture_and_its_svg_lie_side_by_side(tmp_path: Path, name: str, picture: str, svg: str) -> None:
    """Each goes to the name that fits it, so that neither replaces the other."""
    [saved] = save(an_outcome(PNG, svg=b"<svg/>"), parse_output_option(str(tmp_path / name), words=""))
    assert (saved.path.name, saved.path.read_bytes()) == (picture, PNG)
    assert saved.svg == tmp_path / svg
    assert (tmp_path / svg).read_bytes() == b"<svg/>"


def test_a_picture_can_go_into_a_pipe(tmp_path: Path) -> None:
    """`-o /dev/stdout` and named pipes are written to, not replaced, and nothing is put beside them."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    saved_as(an_outcome(PNG, svg=b"<svg/>"), pipe)
    assert os.read(reader, 1000) == PNG
    assert list(tmp_path.iterdir()) == [pipe]
    os.close(reader)


@pytest.mark.parametrize("option", ["gone/fox.png", "fox.png/fox.png"])
def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path, option: str) -> None:
    """It is said before anything is drawn."""
    (tmp_path / "fox.png").touch()
    with pytest.raises(AdminError, match="no directory"):
        parse_output_option(str(tmp_path / option), words="")
