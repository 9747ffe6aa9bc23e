"""What short replies mean: talk, the same again, or an edit. Every table is of things that people really type."""

import pytest

from bot.domain.commands import Edit
from bot.domain.requests import PromptSpec, VersionName
from bot.grammar.commands import parse_reply
from bot.grammar.talk import classify_reply, is_emoji_only

TALK = """
    thanks! | thaaanks | niiice | lol | wow, love it | nice 👍 | haha | hahahaah | jajaja | www | 哈哈哈 | 555 | ok
    👌 perfect | looks great, thank you so much! | thank you so much again! | thanks again | Thanks Bob
    great job team | ty! | thx | @Anna thanks | what do you think? | what do you all think? | which one do you like?
    is it done? | who did this? | Should we use this? | thoughts? | hello | good morning | brb | LGTM | omggg | lmao
    kkkk | rsrs | xD | mdr | ㅋㅋㅋ | 2333 | 10/10 | yes | no | nope | not bad | sooo good | coooool
    this is amazing | that's perfect | I love this one | v2 is great | danke | super | vielen dank!
    sieht super aus | Genau | was meint ihr? | gracias | me encanta | qué bonito | ¿qué opinan? | merci beaucoup
    j'adore | c'est magnifique | d'accord | qu'en pensez-vous ? | obrigado | ficou lindo! | valeu
    o que vocês acham? | ありがとう | ありがとうございます！ | すごーーーい | いいね | かわいい！ | 了解
    どう思う？ | 谢谢 | 太好了 | 好的 | 真不错 | 很漂亮！ | 你们觉得怎么样？ | 谢谢大家 | (笑) nice
    lol https://tenor.com/a.gif | спасибо | great, thanks a lot everyone
"""
AGAIN = """
    redo | again | Again please | agaaain | redo!! | another | another one | one more | once more | try again
    do it again! | ok again | yes, again | nice, one more | can you redo it? | thanks! again please | nochmal
    noch einmal | bitte nochmal | otra vez | otra | una más | encore | encore une fois | refais | de novo | mais uma
    もう一度 | もう一度お願いします | やり直して | 再来一次 | 再来一张吧 | 重来
"""
EDITS = """
    bluer | at night | more contrast | no hat | add snow | darker | remove text | fox | make it pop | smaller
    mehr Schnee | 夜に | 更亮 | red | a cat | blue hat | as a watercolor | 4k | b&w | top hat | super dark
    no people | yes, bluer | man | war | goat | coffee | hat | tan | thanks, darker | great, at night | ok darker
    looks great, but make the hat red | another hat | one more cloud | try again but darker
    can you make it darker? | what about a red hat? | what if it was night? | make it cool | haha make it bigger
    add a dog, thanks | bunter | ohne Hut | más oscuro | la nuit | sans chapeau | mais neve | 棒球 | 早晨
    对比度更高 | 好看一点 | 太亮了 | 没有帽子 | かさ | はな | かわいくして | もっと暗く | 背景を青に | 草原 | 猫
"""
UNCLEAR = """
    nice hat | love the hat | hello kitty | better | more please | thanks, snow | different | great colors | a well
    | the well | thanks giving turkey
"""


def each(table: str) -> list[str]:
    return [text.strip() for text in table.replace("\n", "|").split("|") if text.strip()]


@pytest.mark.parametrize("text", each(TALK))
def test_talk(text: str) -> None:
    """Thanks, praise, laughter, agreement and questions to colleagues are no edits, however they are drawn out."""
    assert classify_reply(text) == "talk"


@pytest.mark.parametrize("text", each(AGAIN))
def test_again(text: str) -> None:
    """Words that ask for the same once more."""
    assert classify_reply(text) == "again"


@pytest.mark.parametrize("text", each(EDITS))
def test_short_edits_stay_edits(text: str) -> None:
    """What the table does not know, and what tells a change, is an edit."""
    assert classify_reply(text) == "edit"


@pytest.mark.parametrize("text", each(UNCLEAR))
def test_unclear(text: str) -> None:
    """Praise beside a thing, or a bare comparison, can be either."""
    assert classify_reply(text) == "unclear"


@pytest.mark.parametrize(
    "text", ["👍", "👍🏽 ❤️ 👨‍👩‍👧", "1️⃣", ":+1: :party_parrot:", "<:easel:123456789>", "+1", ":)", "^^"]
)
def test_signs(text: str) -> None:
    """Emoji and emoticons alone say something, too."""
    assert is_emoji_only(text)


@pytest.mark.parametrize("text", ["", "...", "?", "!!!", "fox", "100%", "// fine"])
def test_no_signs(text: str) -> None:
    assert not is_emoji_only(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thanks --n 2", Edit(PromptSpec("thanks", n=2))),
        ("thanks! --on v2", Edit(PromptSpec("thanks!", on=VersionName(2)))),
        ("x" * 300, Edit(PromptSpec("x" * 300))),
        ("love it " * 100, Edit(PromptSpec(("love it " * 100).strip()))),
    ],
)
def test_flags_and_long_words_are_edits(text: str, expected: Edit) -> None:
    """Nobody adds a flag to talk, and talk is short."""
    got = parse_reply(text)
    assert got == expected
    assert isinstance(got, Edit)
    assert got.sense == "edit"


def test_again_takes_flags() -> None:
    """The same again, but for what a flag says."""
    got = parse_reply("redo --quality high")
    assert got == Edit(PromptSpec("redo", quality="high"))
    assert isinstance(got, Edit)
    assert got.sense == "again"


@pytest.mark.parametrize("text", ["v2 again", "redo v2", "v2: again"])
def test_again_may_name_a_version(text: str) -> None:
    got = parse_reply(text)
    assert isinstance(got, Edit)
    assert (got.sense, got.spec.on) == ("again", VersionName(2))


def test_attachments_make_an_edit() -> None:
    """Words beside a picture are about it."""
    got = parse_reply("nice", has_attachments=True)
    assert isinstance(got, Edit)
    assert got.sense == "edit"
