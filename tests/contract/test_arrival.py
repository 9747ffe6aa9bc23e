"""What a person typed arrives: once, at once, and with a clear answer where it cannot be done."""

import pytest

from tests.contract.driver import Ability, Answered, Driver
from tests.contract.painter import Painter

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_status_card_comes_before_the_picture(driver: Driver, painter: Painter) -> None:
    """Whoever asks sees at once that their words arrived, what will be drawn, and how to stop it."""
    held = painter.holds("a slow snail")
    assert await driver.command("a slow snail --quality high") == Answered()
    await held.begun.wait()
    status = await driver.until(lambda seen: seen.tone == "working")
    assert status.quote == "a slow snail"
    expected = {"Model": "Plain: one flat colour", "Size": "96x64", "Quality": "high", "Estimate": "free"}
    assert status.fields.items() >= expected.items()
    held.go()


async def test_redelivered_command_is_one_job(driver: Driver, painter: Painter) -> None:
    """An event that a platform delivers three times draws one picture and shows one card."""
    card = await driver.end_of(driver.command("a twice told tale", times=3))
    assert card.tone == "done"
    assert len(painter.asked["a twice told tale"]) == 1


@pytest.mark.in_turn(
    ["text", "said", "hint"],
    [
        ("", "Describe the image you want.", "/imagine a lighthouse"),
        ("   \n ", "Describe the image you want.", "/imagine a lighthouse"),
        ("--quality high", "Describe the image you want.", "/imagine a lighthouse"),
        ("a fox --qualty high", "no flag '--qualty'", "Did you mean --quality?"),
        ("a fox --quality hihg", "--quality 'hihg'", "--quality high"),
        ("a fox --size 0x0", "--size '0x0'", "--size 1024x1024"),
        ("a fox --size 99999x1", "--size '99999x1'", "Nearest: --size "),
        ("a fox --size 1e3x5", "--size '1e3x5'", "--size 1024x1024"),
        ("a fox --size landscap", "--size 'landscap'", "--size landscape"),
        ("a fox --ar 16:0", "--ar '16:0'", "--ar 1:1"),
        ("a fox --n 0", "--n '0'", "--n 1"),
        ("a fox --n -1", "--n '-1'", "--n 1"),
        ("赤い狐`--siez 64x96`", "no flag '--siez'", "Did you mean --size?"),
        ("a fox --n 11", "--n '11'", "--n 10"),
        ("a fox --n four", "--n 'four'", "--n 4"),
        ("a fox --model plian", "no model 'plian'", "--model plain"),
        ("a fox --model gpt-image-2.6-sunburst", "not connected here", "Connected: "),
        ("a fox --format bmp", "--format 'bmp'", "--format "),
        ("a fox --background transparant", "--background 'transparant'", "--background transparent"),
        ("a fox --quality", "--quality needs a value", "--quality high"),
        ("a fox --size 96x64 --size 64x96", "--size is given twice", "--size 64x96"),
        ("a fox --seed 7", "no seed", "Reply to an image"),
        ("a fox --stylize 100", "no setting for style", "words"),
        ("a fox::2 a hen::1", "no weights", "words"),
        ("a fox --on v1", "--on v1 names a version of a thread", "Reply in the image's thread"),
        ("x" * 32_001, "32,001 characters; at most", "Shorten it by 1 character."),
    ],
)
async def test_what_cannot_be_honoured_is_answered_privately(driver: Driver, text: str, said: str, hint: str) -> None:
    """The answer quotes what was typed and names the nearest thing that works; nothing is posted, nothing counted."""
    answer = (await driver.command(text)).said
    assert answer.tone == "error"
    assert said in answer.title
    assert hint in answer.text
    assert await driver.cards() == []


@pytest.mark.parametrize(
    ("text", "title", "contains"),
    [
        ("help", "Type /imagine and describe the image", "--quality"),
        ("models", "Choose a model with --model. The default is plain.", "sketch: offline, no AI"),
        ("usage", "Your images in ", "Everyone here"),
        ("defaults", "You have no defaults", "/imagine defaults --quality high"),
    ],
)
async def test_questions_are_answered_privately(driver: Driver, text: str, title: str, contains: str) -> None:
    """Help, models, usage and defaults are for the asker alone and post nothing."""
    answer = (await driver.command(text, as_="Quentin")).said
    assert answer.tone == "info"
    assert answer.title.startswith(title)
    assert contains in answer.words
    assert await driver.cards(as_="Quentin") == []


async def test_defaults_apply_to_their_owner_alone(driver: Driver) -> None:
    """What someone saved is used where their commands are silent, for nobody else, and until they clear it."""
    saved = (await driver.command("defaults --quality low --size 64x96", as_="Dora")).said
    assert (saved.fields["--quality"], saved.fields["--size"]) == ("low", "64x96")
    hers = await driver.end_of(driver.command("a barn", as_="Dora"), as_="Dora")
    assert (hers.fields["Quality"], hers.fields["Size"]) == ("low", "64x96")
    said = await driver.end_of(driver.command("a barn --quality high", as_="Dora"), as_="Dora")
    assert said.fields["Quality"] == "high"
    other = await driver.end_of(driver.command("a barn", as_="Emil"), as_="Emil")
    assert (other.fields["Quality"], other.fields["Size"]) == ("medium", "96x64")
    await driver.command("defaults clear", as_="Dora")
    cleared = await driver.end_of(driver.command("a barn", as_="Dora"), as_="Dora")
    assert cleared.fields["Quality"] == "medium"


async def test_illegal_default_is_not_saved(driver: Driver) -> None:
    """Defaults that no model could honour are refused when they are set, not at the next command."""
    assert (await driver.command("defaults --quality hihg", as_="Fay")).said.tone == "error"
    assert (await driver.command("defaults", as_="Fay")).said.title == "You have no defaults"


async def test_usage_counts_what_a_person_drew(driver: Driver) -> None:
    """Usage names the models, the pictures and what they cost."""
    await driver.end_of(driver.command("a coin --n 2 --model paid", as_="Gus"), as_="Gus")
    usage = (await driver.command("usage", as_="Gus")).said
    assert usage.fields["paid"] == "2 images, $0.0040"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a red\x00\x07 fox\x1b[31m", "a red fox[31m"),
        ("a \ud83e\udd8a".encode("utf-16", "surrogatepass").decode("utf-16"), "a 🦊"),
        ("@everyone <@U123> <!channel> *bold* `code` &amp;", "@everyone <@U123> <!channel> *bold* `code` &amp;"),
    ],
)
async def test_odd_characters_are_understood_or_left_out(driver: Driver, typed: str, meant: str) -> None:
    """Control characters vanish, and what looks like markup is only text."""
    card = await driver.end_of(driver.command(typed))
    assert card.quote == meant


@pytest.mark.in_turn(
    ["typed", "meant"],
    [
        ("an\u202e evil\u2066 fox\ufeff", "an evil fox"),
        ("a fox —quality high –n 1 −−size 96×64", "a fox"),
        ("it's a well-known fox - really", "it's a well-known fox - really"),
        ("“a red fox\fin\u00a0snow”", "a red fox in snow"),
        ("-- --seed is a fine word", "--seed is a fine word"),
    ],
)
async def test_typography_of_phones_is_understood(driver: Driver, typed: str, meant: str) -> None:
    """Invisible characters vanish, and dashes, quotes and spaces of every kind are taken for the plain ones."""
    card = await driver.end_of(driver.command(typed))
    assert card.quote == meant


async def test_flags_count_wherever_they_can_be_seen(driver: Driver) -> None:
    """Behind other scripts, full-width, in code, bold and brackets, flags are honoured and leave the prompt alone."""
    typed = "「赤い狐--size 64x96」 **--quality high** （`－－ｎ２`）\vの雪 :tada::100:"
    card = await driver.end_of(driver.command(typed))
    assert card.quote == "「赤い狐」 の雪 :tada::100:"
    assert (card.fields["Size"], card.fields["Quality"], len(card.pictures)) == ("64x96", "high", 2)


async def test_longest_prompt_is_drawn(driver: Driver, painter: Painter) -> None:
    """A prompt of exactly 32,000 characters reaches the model whole."""
    prompt = "a fox " + "x" * 31_994
    card = await driver.end_of(driver.command(prompt))
    assert card.tone == "done"
    assert [asked.request.prompt for asked in painter.asked[prompt]] == [prompt]


async def test_adjusted_and_successor_values_are_said(driver: Driver) -> None:
    """A size that must be adjusted and a model that was shut down are drawn all the same, and the card says both."""
    card = await driver.end_of(driver.command("a tower --model bygone --size 8x96"))
    assert card.tone == "done"
    assert any("bygone was shut down on 2026-01-31" in note and "plain" in note for note in card.notes)
    assert any("8x96" in note and "using" in note for note in card.notes)


async def test_two_people_at_once_get_a_picture_each(driver: Driver) -> None:
    """What one person asks for is never mixed up with another's."""
    await driver.command("a hat", as_="Ada")
    await driver.command("a boot", as_="Ben")
    await driver.settle()
    for person, prompt in (("Ada", "a hat"), ("Ben", "a boot")):
        own = [card for card in await driver.cards(as_=person) if f"for {person}" in card.title]
        assert [card.quote for card in own] == [prompt]


@pytest.mark.needs(Ability.ROOM)
async def test_refused_words_are_seen_by_nobody_else(driver: Driver) -> None:
    """A command with a mistake leaves no trace in the room."""
    assert (await driver.command("a fox --qualty high")).said.only_for == "Ada"
    assert await driver.transcript(as_="Ben") == []


@pytest.mark.needs(Ability.ROOM)
async def test_calling_by_name_is_a_command(driver: Driver) -> None:
    """Words in the room that call Easel by its name are what would follow the command, flags and questions too."""
    card = await driver.end_of(driver.say("a flute --quality high", to_us=True))
    assert (card.title, card.quote, card.fields["Quality"]) == ("v1 for Ada", "a flute", "high")
    assert (await driver.say("help", to_us=True)).said.title == "Type /imagine and describe the image"
    assert (await driver.say("a flute --n 11", to_us=True)).said.tone == "error"


@pytest.mark.needs(Ability.ROOM)
async def test_talk_among_people_is_left_alone(driver: Driver) -> None:
    """Words in the room that are no command are for people: Easel says nothing."""
    assert await driver.say("has anybody seen my fox?") == Answered()
    await driver.settle()
    assert await driver.cards() == []
