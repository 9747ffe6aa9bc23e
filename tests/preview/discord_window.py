"""Discord's desktop client with a result in a channel and an edit in its thread, for the documentation."""

from adapters.discord import limits
from tests.preview import discord
from tests.preview.discord_style import STYLE
from tests.preview.page import Html, el, text
from tests.preview.story import EDIT, PROMPT, story
from tests.preview.window import TIMES, icon, initial, window


async def discord_window() -> Html:
    shown = await story(limits.capabilities(edit_interval_s=2))
    greeted, asked, first_came, replied, edit_came = TIMES
    first = discord.card_parts(shown.first, shown.files)
    channel = el(
        "div",
        el("div", el("i", text("#")), el("b", text("design")), class_="bar"),
        el(
            "div",
            _said("Linus", "#b5542f", greeted, "The texts of the winter issue are final. Layout starts tomorrow."),
            _said("Grace", "#2f7d6b", asked, "Can we see a first idea for the cover today?"),
            _posted(first_came, first + _thread_link()),
            class_="log",
        ),
        _composer("Message #design"),
        class_="channel",
    )
    thread = el(
        "div",
        el("div", el("i", text("#")), el("b", text(PROMPT)), class_="bar"),
        el(
            "div",
            _posted(first_came, first),
            _said("Ada", "#7a4fb5", replied, EDIT),
            _posted(edit_came, discord.card_parts(shown.edit, shown.files)),
            class_="log",
        ),
        _composer(f"Message “{PROMPT}”"),
        class_="thread",
    )
    return window("Discord", STYLE + _STYLE, _servers(), _sidebar(), channel, thread)


def _servers() -> Html:
    tiles = [el("div", text(letter), class_="on" if letter == "A" else "") for letter in ("A", "M", "P")]
    return el("div", *tiles, class_="servers")


def _sidebar() -> Html:
    channels = [_channel(name, "on" if name == "design" else "") for name in ("general", "design")]
    thread = el("div", text(PROMPT), class_="sub")
    you = el("div", initial("Ada", "#7a4fb5"), el("b", text("Ada")), class_="you")
    return el(
        "div",
        el("b", text("Acme"), class_="name"),
        el("small", text("TEXT CHANNELS")),
        *channels,
        thread,
        _channel("winter-issue", ""),
        you,
        class_="sidebar",
    )


def _channel(name: str, state: str) -> Html:
    return el("div", el("i", text("#")), text(name), class_=f"line {state}".strip())


def _said(name: str, colour: str, time: str, words: str) -> Html:
    head = el("div", el("b", text(name)), el("time", text(f"Today at {time}")))
    return el("div", initial(name, colour), el("div", head, el("div", text(words)), class_="body"), class_="message")


def _posted(time: str, parts: Html) -> Html:
    head = el(
        "div", el("b", text("Easel")), el("span", text("APP"), class_="app"), el("time", text(f"Today at {time}"))
    )
    return el("div", icon(), el("div", head, parts, class_="body"), class_="message")


def _thread_link() -> Html:
    return el("div", el("b", text(PROMPT)), el("a", text("2 Messages ›")), class_="thread-link")


def _composer(hint: str) -> Html:
    return el("div", el("i", text("+")), text(hint), class_="composer")


_STYLE = """
main.desktop { grid: 1fr / 54px 152px 406px 1fr; background: #1e1f22; font-size: 15px; }
.servers { display: flex; flex-direction: column; align-items: center; gap: 8px; padding-top: 10px; }
.servers div { width: 40px; height: 40px; border-radius: 20px; background: #313338; color: #dbdee1; font-weight: 600;
  display: flex; align-items: center; justify-content: center; }
.servers .on { border-radius: 13px; background: #5865f2; color: #fff; }
.sidebar { background: #2b2d31; color: #949ba4; position: relative; padding: 0 8px; font-size: 15px; }
.sidebar .name { display: flex; align-items: center; height: 46px; color: #f2f3f5; padding: 0 8px; margin: 0 -8px;
  padding-left: 16px; border-bottom: 1px solid #1f2023; }
.sidebar small { display: block; font-size: 11px; font-weight: 700; padding: 16px 8px 4px; }
.line { padding: 5px 8px; border-radius: 4px; font-weight: 500; white-space: nowrap; }
.line i, .bar i { font: 17px "Open Sans"; margin-right: 6px; color: #80848e; }
.line.on { background: #404249; color: #fff; }
.sub { padding: 4px 0 4px 30px; font-size: 13px; color: #dbdee1; white-space: nowrap; }
.you { position: absolute; left: 0; right: 0; bottom: 0; height: 50px; background: #232428; display: flex; gap: 8px;
  align-items: center; padding: 0 10px; color: #f2f3f5; font-size: 14px; }
.you .avatar { width: 30px; height: 30px; font-size: 14px; }
.channel, .thread { background: #313338; display: flex; flex-direction: column; min-width: 0; overflow: hidden; }
.thread { border-left: 1px solid #1f2023; }
.bar { height: 46px; flex: none; display: flex; align-items: center; padding: 0 16px; color: #f2f3f5;
  border-bottom: 1px solid #1f2023; position: relative; background: #313338; }
.message { padding: 7px 16px; gap: 14px; }
.avatar { background: none; }
time { margin-left: 6px; }
.app { margin: 0 0 0 6px; }
.mosaic.of1 img { width: 100%; max-width: 330px; }
.thread-link { background: #2b2d31; border-radius: 8px; padding: 8px 12px; margin-top: 8px; max-width: 330px;
  display: flex; gap: 8px; font-size: 14px; }
.thread-link a { font-weight: 600; }
.composer { background: #383a40; border-radius: 8px; margin: 6px 16px 18px; padding: 11px 14px; flex: none;
  color: #80848e; display: flex; gap: 12px; align-items: center; white-space: nowrap; overflow: hidden; }
.composer i { width: 20px; height: 20px; border-radius: 50%; background: #b5bac1; color: #383a40; text-align: center;
  font: 700 16px/20px "DejaVu Sans"; flex: none; }
"""
