"""Slack's desktop client with a result in a channel and an edit in its thread, for the documentation."""

import base64

from adapters.slack import limits
from tests.preview import slack
from tests.preview.page import Html, el, text
from tests.preview.slack_style import STYLE
from tests.preview.story import EDIT, story
from tests.preview.window import TIMES, icon, initial, window


async def slack_window() -> Html:
    shown = await story(limits.capabilities(edit_interval_s=3, previews=True))
    ids = {picture: f"F{picture[:10].upper()}" for picture in shown.files}
    images = {ids[picture]: data for picture, data in shown.files.items()}
    _, asked, first_came, replied, edit_came = TIMES
    first = slack.card_blocks(shown.first, ids, images)
    channel = el(
        "div",
        el("div", el("b", text("# design")), class_="bar"),
        el(
            "div",
            el("div", el("span", text("Today")), class_="day"),
            _said("Grace", "#2f7d6b", asked, "Can we see a first idea for the cover today?"),
            _posted(first_came, first),
            _replies(edit_came),
            class_="log",
        ),
        _composer("Message #design"),
        class_="channel",
    )
    thread = el(
        "div",
        el("div", el("b", text("Thread")), el("span", text("# design")), class_="bar"),
        el(
            "div",
            _posted(first_came, _shared(images[ids[shown.first.pictures[0].picture.id]])),
            _said("Ada", "#7a4fb5", replied, EDIT),
            _posted(edit_came, slack.card_blocks(shown.edit, ids, images)),
            class_="log",
        ),
        _composer("Reply…"),
        class_="thread",
    )
    top = el("div", el("div", text("Search Acme"), class_="search"), class_="top")
    return window("Slack", STYLE + _STYLE, top, _rail(), _sidebar(), channel, thread)


def _rail() -> Html:
    marks = (("A", "Home"), ("⌂", "Home"), ("✉", "DMs"), ("⋯", "More"))
    tiles = [el("div", el("i", text(mark)), el("small", text(name))) for mark, name in marks[1:]]
    return el("div", el("div", text("A"), class_="team"), *tiles, class_="rail")


def _sidebar() -> Html:
    channels = [el("div", text(f"# {name}"), class_="on" if name == "design" else "") for name in _CHANNELS]
    direct = [
        el("div", initial("Grace", "#2f7d6b"), text("Grace")),
        el("div", initial("Linus", "#b5542f"), text("Linus")),
    ]
    app = el("div", icon(), text("Easel"))
    return el(
        "div",
        el("b", text("Acme"), el("i", text("▾")), class_="name"),
        el("small", text("Channels")),
        *channels,
        el("small", text("Direct messages")),
        *direct,
        el("small", text("Apps")),
        app,
        class_="sidebar",
    )


_CHANNELS = ("announcements", "design", "general", "winter-issue")


def _said(name: str, colour: str, time: str, words: str) -> Html:
    head = el("div", el("b", text(name)), el("time", text(time)))
    return el("div", initial(name, colour), el("div", head, el("div", text(words)), class_="body"), class_="message")


def _posted(time: str, blocks: Html) -> Html:
    head = el("div", el("b", text("Easel")), el("span", text("APP"), class_="app"), el("time", text(time)))
    return el("div", icon(), el("div", head, blocks, class_="body"), class_="message")


def _shared(data: bytes) -> Html:
    """The file itself, which the adapter shares in the thread so that the card may show it."""
    name = el("div", text("easel-v1.png ▾"), class_="image-title")
    encoded = base64.b64encode(data).decode()
    return el("div", name, f'<img alt="" src="data:image/png;base64,{encoded}">', class_="block image")


def _replies(time: str) -> Html:
    faces = initial("Ada", "#7a4fb5") + icon()
    words = el("a", text("4 replies")) + el("time", text(f"Last reply today at {time}"))
    return el("div", faces, words, class_="replies")


def _composer(hint: str) -> Html:
    return el("div", el("span", text(hint)), el("div", el("i", text("+")), el("u", text("➤"))), class_="composer")


_STYLE = """
main.desktop { grid: 40px 1fr / 54px 148px 420px 1fr; background: #4a154b; }
.top { grid-column: 1 / -1; display: flex; align-items: center; justify-content: center; }
.search { width: 420px; height: 26px; border-radius: 6px; background: #6f4470; color: #e3d7e4; font-size: 13px;
  line-height: 26px; padding-left: 12px; }
.rail { display: flex; flex-direction: column; align-items: center; gap: 14px; padding-top: 6px; color: #fff; }
.rail .team { width: 34px; height: 34px; border-radius: 8px; background: #f3e9dc; color: #4a154b; font-weight: 900;
  display: flex; align-items: center; justify-content: center; font-size: 18px; }
.rail div:not(.team) { text-align: center; }
.rail i { display: block; font: 20px/1.2 "DejaVu Sans"; }
.rail small { font-size: 10px; font-weight: 700; }
.sidebar { background: #5c2a5d; color: #e0d2e1; border-radius: 8px 0 0 0; padding: 0 6px; font-size: 14px; }
.sidebar > * { display: flex; align-items: center; gap: 8px; padding: 3px 10px; border-radius: 6px; }
.sidebar .name { height: 48px; font-size: 17px; font-weight: 900; color: #fff; gap: 4px; }
.sidebar .name i { font: 11px "DejaVu Sans"; }
.sidebar small { font-size: 13px; margin-top: 12px; color: #cdb8ce; }
.sidebar .on { background: #fff; color: #39063a; }
.sidebar .avatar { width: 18px; height: 18px; border-radius: 4px; font-size: 10px; }
.channel, .thread { background: #fff; display: flex; flex-direction: column; min-width: 0; overflow: hidden; }
.thread { border-left: 1px solid #ddd; }
.bar { height: 48px; flex: none; display: flex; align-items: center; gap: 8px; padding: 0 18px; font-size: 17px;
  font-weight: 900; border-bottom: 1px solid #e8e8e8; position: relative; background: #fff; }
.bar span { font-size: 13px; font-weight: 400; color: #616061; }
.message { padding: 6px 18px; }
.body b { font-weight: 900; }
.body time { margin-left: 6px; }
.app { margin: 0 0 0 6px; font-weight: 700; }
.dialog { display: none; }
.image img { max-width: 322px; }
button { padding-top: 2px; }
.header { margin-top: 0; font-size: 17px; }
.block { margin: 3px 0 6px; }
.day { border-top: 1px solid #e8e8e8; text-align: center; margin: 14px 0 4px; height: 14px; }
.day span { position: relative; top: -13px; background: #fff; border: 1px solid #ddd; border-radius: 13px;
  padding: 3px 14px; font-size: 13px; font-weight: 700; }
.replies { display: flex; align-items: center; gap: 5px; margin: 0 18px 8px 62px; font-size: 13px; }
.replies .avatar { width: 22px; height: 22px; border-radius: 5px; font-size: 12px; }
.replies a { font-weight: 700; margin-left: 3px; }
.composer { border: 1px solid #b8b8b8; border-radius: 8px; margin: 2px 18px 10px; padding: 9px 12px 4px; flex: none;
  color: #8d8d8d; font-size: 14px; }
.composer div { display: flex; justify-content: space-between; margin-top: 6px; }
.composer i { width: 20px; height: 20px; border-radius: 50%; background: #f1f1f1; text-align: center;
  font: 16px/20px "DejaVu Sans"; }
.composer u { text-decoration: none; color: #bbb; font: 14px/20px "DejaVu Sans"; }
"""
