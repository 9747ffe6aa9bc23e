"""Files that people send along: judged by what they are, whatever they are called."""

import io

import pytest
from PIL import Image

from tests.contract import pictures
from tests.contract.driver import Ability, Driver, File
from tests.contract.painter import Painter

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = {
    "not an image": (File("cat.png", b"I am a text file, honestly"), "not an image that Easel can read", "PNG, JPEG"),
    "a web page": (File("cat.jpg", b"<!DOCTYPE html><html></html>"), "a web page, not an image", "Attach the image"),
    "heic": (pictures.heic(), "a HEIC photo", "share the photo as JPEG"),
    "camera raw": (pictures.camera_raw(), "a camera raw file (CR3)", "export it as JPEG"),
    "jpeg xl": (pictures.jpeg_xl(), "a JPEG XL", "save it as JPEG"),
    "svg": (File("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "An SVG cannot", "Export it as PNG"),
    "a zip": (File("all.png", b"PK\x03\x04" + bytes(60)), "a ZIP archive", "Send the image in it"),
    "truncated": (pictures.truncated(), "damaged, or its upload was cut off", "Save or export it again"),
    "a bomb": (pictures.bomb(), "far more pixels than is possible", "40 megapixels"),
    "a lying header": (pictures.lying_header(), "damaged, or its upload was cut off", "Save or export it again"),
}


@pytest.mark.in_turn(["kind"], [[kind] for kind in BAD])
async def test_bad_file_ends_in_a_clear_card(driver: Driver, painter: Painter, kind: str) -> None:
    """The card says what is wrong with the file and what to do; the model is never asked, nothing is counted."""
    file, title, hint = BAD[kind]
    card = await driver.end_of(driver.command("use this", images=[file]))
    assert card.tone == "error"
    assert title in card.title
    assert hint in card.text
    assert "use this" not in painter.asked


async def test_good_picture_is_edited(driver: Driver, painter: Painter) -> None:
    """A picture sent with a command is its base: the result follows its size and the card names it."""
    card = await driver.end_of(driver.command("in pencil", images=[pictures.photo("garden.png")]))
    assert card.notes[0] == "image 1: garden.png"
    assert card.fields["Size"] == "120x80"
    base = painter.asked["in pencil"][0].inputs.base
    assert base is not None
    assert base.data == pictures.photo().data


async def test_name_does_not_matter(driver: Driver, painter: Painter) -> None:
    """A picture with the wrong name, or none worth the word, is used for what it is."""
    card = await driver.end_of(driver.command("as it is", images=[File("notes.txt", pictures.photo().data)]))
    assert card.tone == "done"
    assert painter.asked["as it is"][0].inputs.base is not None


@pytest.mark.in_turn
async def test_phone_photo_stands_upright(driver: Driver, painter: Painter) -> None:
    """A photo that its EXIF data turns is turned before any model sees it."""
    card = await driver.end_of(driver.command("in oil", images=[pictures.sideways_photo()]))
    base = painter.asked["in oil"][0].inputs.base
    assert base is not None
    assert (str(base.size), card.fields["Size"]) == ("80x120", "80x120")


@pytest.mark.in_turn
async def test_colours_are_those_that_people_see(driver: Driver, painter: Painter) -> None:
    """A photo in Display P3 that must be encoded anew reaches the model in sRGB."""
    await driver.end_of(driver.command("in the colours of my phone", images=[pictures.display_p3_photo()]))
    base = painter.asked["in the colours of my phone"][0].inputs.base
    assert base is not None
    with Image.open(io.BytesIO(base.data)) as image:
        assert "icc_profile" not in image.info
        colours = image.convert("RGB").getcolors(1_000_000) or []
    assert any(colour == pytest.approx((220, 37, 12), abs=4) for _, colour in colours)


@pytest.mark.in_turn
async def test_faults_beside_the_pixels_do_not_matter(driver: Driver, painter: Painter) -> None:
    """A comment with a wrong checksum keeps no picture from being edited, and is not sent on."""
    card = await driver.end_of(driver.command("as a map", images=[pictures.photo_with_wrong_checksum()]))
    base = painter.asked["as a map"][0].inputs.base
    assert base is not None
    assert (card.tone, str(base.size), b"tEXt" in base.data) == ("done", "320x240", False)


@pytest.mark.in_turn
async def test_huge_photo_is_scaled_down(driver: Driver, painter: Painter) -> None:
    """A photo of 50 megapixels is used smaller, and the card says so."""
    card = await driver.end_of(driver.command("in bronze", images=[pictures.huge_photo()]))
    base = painter.asked["in bronze"][0].inputs.base
    assert base is not None
    assert str(base.size) == "4080x3060"
    assert "IMG_0045.JPG was scaled down from 8160x6120 to 4080x3060." in card.notes


@pytest.mark.in_turn
async def test_first_frame_of_an_animation_is_used(driver: Driver, painter: Painter) -> None:
    """Of an animated file the first frame is edited."""
    await driver.end_of(driver.command("frozen", images=[pictures.animation()]))
    base = painter.asked["frozen"][0].inputs.base
    assert base is not None
    assert (base.format, str(base.size)) == ("png", "64x48")


@pytest.mark.needs(Ability.MARKS)
async def test_mask_reaches_the_model(driver: Driver, painter: Painter) -> None:
    """An area that was marked goes along as a mask of the base's size."""
    mask = File("mask.png", pictures.encoded((120, 80), colour=(0, 0, 0, 0)), role="mask")
    card = await driver.end_of(driver.command("only here", images=[pictures.photo(), mask]))
    assert card.tone == "done"
    inputs = painter.asked["only here"][0].inputs
    assert inputs.mask is not None
    assert str(inputs.mask.size) == "120x80"
    assert inputs.references == ()


@pytest.mark.needs(Ability.THREADS, Ability.BUTTONS, Ability.MARKS)
async def test_markup_reaches_the_model(driver: Driver, painter: Painter) -> None:
    """What was drawn over a picture goes along as it is, is no picture of its own, and is still there for Again."""
    drawn = pictures.encoded((120, 80), colour=(255, 0, 0, 90))
    markup = File("markup.png", drawn, role="markup")
    card = await driver.end_of(driver.command("as I drew it", images=[pictures.photo(), markup]))
    assert card.notes[0] == "image 1: photo.png"
    await driver.end_of(driver.press(card, "Again"))
    for asked in painter.asked["as I drew it"]:
        assert asked.inputs.markup is not None
        assert (asked.inputs.markup.data, asked.inputs.references, asked.inputs.mask) == (drawn, (), None)


@pytest.mark.needs(Ability.MARKS)
async def test_mark_without_its_picture_is_answered(driver: Driver) -> None:
    """A mask or a markup alone marks no area, and is not silently left out."""
    for role in ("mask", "markup"):
        mark = File("mark.png", pictures.encoded((120, 80), colour=(0, 0, 0, 0)), role=role)
        answer = (await driver.command("only here", images=[mark])).said
        assert answer.title == "A mask or a drawing needs the image it belongs to."
    assert await driver.cards() == []


@pytest.mark.needs(Ability.MARKS)
async def test_mask_of_another_size_is_refused(driver: Driver, painter: Painter) -> None:
    """A mask that does not fit its picture says so."""
    mask = File("mask.png", pictures.encoded((60, 80), colour=(0, 0, 0, 0)), role="mask")
    card = await driver.end_of(driver.command("only there", images=[pictures.photo(), mask]))
    assert card.tone == "error"
    assert "mask" in card.title.casefold()
    assert "only there" not in painter.asked


async def test_too_many_pictures_are_answered(driver: Driver) -> None:
    """More pictures than the model takes are refused before anything is fetched, with how many to leave out."""
    images = [pictures.photo(f"{number}.png", (20, 20)) for number in range(6)]
    answer = (await driver.command("all of them --model sketch", images=images)).said
    assert "at most 4 images" in answer.title
    assert await driver.cards() == []


async def test_too_large_a_file_is_refused(driver: Driver, painter: Painter) -> None:
    """A file above the limit is refused with the limit, wherever the platform meets it."""
    huge = File("huge.png", pictures.photo().data + bytes(25_000_001))
    said = await driver.heard_after(driver.command("shrink it", images=[huge]))
    assert said.tone == "error"
    assert "too large" in said.title or "larger than 25 MB" in said.title
    assert "shrink it" not in painter.asked


@pytest.mark.needs(Ability.THREADS)
async def test_thread_survives_a_bad_file(driver: Driver) -> None:
    """After an edit that failed for its file the thread is as it was: the next edit works."""
    first = await driver.end_of(driver.command("a teapot"))
    failed = await driver.end_of(driver.reply(first, "with this pattern", images=[pictures.heic()]))
    assert failed.tone == "error"
    good = await driver.end_of(driver.reply(first, "with this pattern", images=[pictures.photo("dots.png")]))
    assert (good.title, good.notes[0]) == ("v2 from v1 for Ada", "image 1: v1 · image 2: dots.png")


@pytest.mark.needs(Ability.THREADS, Ability.BUTTONS)
async def test_base_deleted_while_its_edit_waits(driver: Driver, painter: Painter) -> None:
    """An edit whose picture was deleted before its turn came says so, and draws nothing."""
    first = await driver.end_of(driver.command("a sand castle", as_="Lou"), as_="Lou")
    held = [painter.holds(f"dig {number}") for number in range(3)]
    for number, each in enumerate(held):
        await driver.command(f"dig {number}", as_="Lou")
        await each.begun.wait()
    await driver.reply(first, "with a moat", as_="Lou")
    waiting = await driver.until(lambda seen: seen.quote == "with a moat", as_="Lou")
    await driver.press(first, "Delete", as_="Lou")
    await driver.until(lambda seen: seen.title == "v1 was deleted by Lou", as_="Lou")
    for each in held:
        each.go()
    await driver.settle()
    ended = await driver.now(waiting, as_="Lou")
    assert (ended.tone, ended.title) == ("error", "v1 was deleted before it could be edited.")
    assert "with a moat" not in painter.asked


TEXTS = {
    "plain": File("prompt.txt", b"a lighthouse at dusk --size 64x96"),
    "with a mark": File("prompt.txt", b"\xef\xbb\xbfa lighthouse at dusk --size 64x96"),
    "utf-16": File("prompt.txt", "a lighthouse at dusk --size 64x96".encode("utf-16")),
    "utf-16 without a mark": File("prompt.txt", "a lighthouse at dusk --size 64x96".encode("utf-16-be")),
    "markdown": File("brief.md", b"a lighthouse at dusk\n--size 64x96\n"),
    "csv": File("brief.csv", b"a lighthouse at dusk --size 64x96"),
}


@pytest.mark.in_turn(["kind"], [[kind] for kind in TEXTS])
async def test_a_text_file_is_the_prompt(driver: Driver, painter: Painter, kind: str) -> None:
    """Whatever its encoding; flags in it count, and typed words come first."""
    card = await driver.end_of(driver.command("In pencil:", images=[TEXTS[kind]]))
    assert card.quote.split() == ["In", "pencil:", "a", "lighthouse", "at", "dusk"]
    assert card.fields["Size"] == "64x96"
    asked = next(prompt for prompt in painter.asked if "lighthouse" in prompt)
    assert painter.asked[asked][0].inputs.base is None


async def test_text_in_an_old_encoding_is_read(driver: Driver) -> None:
    card = await driver.end_of(driver.command("", images=[File("wunsch.txt", "ein schöner Bär".encode("cp1252"))]))
    assert card.quote == "ein schöner Bär"


async def test_a_text_file_beside_a_picture(driver: Driver, painter: Painter) -> None:
    """The text says what to do with the picture."""
    words = File("notes.txt", b"drawn with chalk")
    card = await driver.end_of(driver.command("", images=[pictures.photo("garden.png"), words]))
    assert (card.quote, card.notes[0]) == ("drawn with chalk", "image 1: garden.png")
    assert painter.asked["drawn with chalk"][0].inputs.references == ()


async def test_too_long_a_text_file_is_refused(driver: Driver) -> None:
    """With how long one may be; one that is far too long is not even fetched whole."""
    for length in (40_000, 400_000):
        answer = (await driver.command("", images=[File("novel.txt", b"word " * (length // 5))])).said
        assert answer.tone == "error"
        assert "at most 32,000 " in answer.words
    assert await driver.cards() == []


async def test_what_only_claims_to_be_text_is_refused(driver: Driver) -> None:
    answer = (await driver.command("", images=[File("data.txt", bytes(range(256)) * 8)])).said
    assert answer.title == "data.txt is neither an image nor text."
    assert await driver.cards() == []


OTHERS = {
    "a pdf": (File("brief.pdf", b"%PDF-1.7\n" + bytes(60)), "brief.pdf is a PDF, not an image"),
    "a video": (File("clip.mp4", b"\0\0\0\x18ftypmp42" + bytes(60)), "clip.mp4 is a video, not an image"),
    "audio": (File("song.mp3", b"ID3" + bytes(60)), "song.mp3 is a sound file, not an image"),
    "a zip": (File("all.zip", b"PK\x03\x04" + bytes(60)), "all.zip is a"),
    "a pdf under another name": (File("logo2.png", b"%PDF-1.7\n" + bytes(60)), "logo2.png is a PDF, not an image"),
}


@pytest.mark.in_turn(["kind"], [[kind] for kind in OTHERS])
async def test_other_files_beside_a_picture_are_left_out(driver: Driver, painter: Painter, kind: str) -> None:
    """The edit goes on with the picture, and its card names what was left out."""
    file, told = OTHERS[kind]
    card = await driver.end_of(driver.command("use the logo", images=[pictures.photo("logo.png"), file]))
    assert card.tone == "done"
    assert any(note.startswith(told) and note.endswith("so it was left out.") for note in card.notes), card.notes
    assert painter.asked["use the logo"][0].inputs.references == ()


@pytest.mark.parametrize("kind", ["a pdf", "a video", "audio", "a zip"])
async def test_other_files_alone_are_answered(driver: Driver, painter: Painter, kind: str) -> None:
    """Nothing is drawn of words that are about a file which cannot be used."""
    file, told = OTHERS[kind]
    heard = await driver.heard_after(driver.command("draw what it says", images=[file]))
    assert heard.tone == "error"
    assert heard.title.startswith(told)
    assert "draw what it says" not in painter.asked


@pytest.mark.needs(Ability.THREADS)
async def test_files_in_a_thread(driver: Driver, painter: Painter) -> None:
    """A text file is the edit; beside a PDF alone there is nothing that could be meant."""
    first = await driver.end_of(driver.command("a house for sale"))
    edit = await driver.end_of(driver.reply(first, "", images=[File("edit.txt", b"with a red door --quality low")]))
    assert (edit.quote, edit.fields["Quality"]) == ("with a red door", "low")
    called = await driver.end_of(
        driver.reply(first, "again, but:", images=[File("edit.txt", b"with a blue door")], to_us=True)
    )
    assert called.quote.split() == ["again,", "but:", "with", "a", "blue", "door"]
    answer = (await driver.reply(first, "use the logo", images=[OTHERS["a pdf"][0]])).said
    assert answer.title == "brief.pdf is a PDF, not an image."
