"""What Slack's clients would show, imitated from the JSON that the adapter sends: only what is in it can be seen."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack import limits
from adapters.slack.rendering.app_home import home_view
from adapters.slack.rendering.cards import message
from adapters.slack.rendering.modals import modal
from bot.domain.ids import PictureId
from bot.presentation.card import Card, Form
from bot.presentation.fit import fit
from tests.preview.page import Html, el, page, text
from tests.preview.samples import Sample, samples
from tests.preview.slack_style import STYLE
from tests.unit.slack.rendering.checks import check_message, check_view

Block = Mapping[str, Any]
Images = Mapping[str, bytes]
"""By Slack's id of the file."""

_PREVIEW_FILE = "F0PREVIEW0"


async def page_of_all() -> Html:
    can = limits.capabilities(edit_interval_s=3, previews=True)
    made = await samples(can)
    files = {picture: f"F{picture[:10].upper()}" for picture in made.files}
    images = {files[picture]: data for picture, data in made.files.items()}
    return page("Slack", STYLE, [(each.name, _figure(each, files, images)) for each in made.all])


def _figure(sample: Sample, files: Mapping[PictureId, str], images: Images) -> Html:
    shown = sample.shows
    if isinstance(shown, Card):
        card = fit(shown, limits.capabilities(edit_interval_s=3, previews=True))
        if card.preview is not None:
            images = {**images, _PREVIEW_FILE: card.preview.data}
        sent = message(card, files, nonce="n", preview_file=_PREVIEW_FILE if card.preview else None)
        check_message(sent.text, sent.blocks)
        return _message(sent.blocks, images, private=sample.private)
    if isinstance(shown, Form):
        view = modal(shown, metadata="{}", asks_for_place=True)
        check_view(view)
        return _modal(view, images)
    links = {each.message.message: "https://x.slack.com/archives/C1/p1" for each in shown.recent if each.message}
    view = home_view(shown, files, links, nonce="n")
    check_view(view)
    return el("div", *(_block(block, images) for block in view["blocks"]), class_="home")


def card_blocks(card: Card, files: Mapping[PictureId, str], images: Images) -> Html:
    """A card's blocks, without the message around them."""
    sent = message(card, files, nonce="n", preview_file=None)
    check_message(sent.text, sent.blocks)
    return _blocks(sent.blocks, images)


def _message(blocks: Sequence[Block], images: Images, *, private: bool) -> Html:
    only_you = el("div", text("👁 Only visible to you"), class_="only-you") if private else ""
    name = el("div", el("b", text("Easel")), el("span", text("APP"), class_="app"), el("time", text("12:03")))
    body = el("div", only_you, name, _blocks(blocks, images), class_="body")
    return el("div", el("div", text("◧"), class_="avatar"), body, class_="message")


def _modal(view: Block, images: Images) -> Html:
    head = el("div", el("span", text("◧"), class_="avatar small"), el("b", text(_plain(view["title"]))), class_="head")
    foot = el(
        "div",
        el("button", text(_plain(view["close"]))),
        el("button", text(_plain(view["submit"])), class_="primary"),
        class_="foot",
    )
    return el("div", head, *(_block(block, images) for block in view["blocks"]), foot, class_="modal")


def _blocks(blocks: Sequence[Block], images: Images) -> Html:
    return "".join(_block(block, images) for block in blocks)


def _block(block: Block, images: Images) -> Html:
    return el("div", _BLOCKS[block["type"]](block, images), class_=f"block {block['type']}")


def _section(block: Block, images: Images) -> Html:
    links = "".join(el("a", text(_plain(each).split("|")[1].rstrip(">")), href="#") for each in block.get("fields", ()))
    accessory = el("div", _element(block["accessory"], images), class_="accessory") if "accessory" in block else ""
    return el("div", text(_plain(block["text"])), el("div", links), class_="words") + accessory


def _image(block: Block, images: Images) -> Html:
    title = el("div", text(_plain(block["title"])), text(" ▾"), class_="image-title") if "title" in block else ""
    return title + _picture(block, images)


def _picture(block: Block, images: Images) -> Html:
    data = base64.b64encode(images[block["slack_file"]["id"]]).decode()
    return f'<img alt="{len(block["alt_text"])} chars" src="data:image/png;base64,{data}">'


def _rich_text(block: Block, images: Images) -> Html:
    return "".join(_rich(each) for each in block["elements"])


def _rich(part: Block) -> Html:
    match part["type"]:
        case "rich_text_list":
            return el("ul", *(el("li", _runs(each["elements"])) for each in part["elements"]))
        case "rich_text_quote":
            return el("blockquote", _runs(part["elements"]))
        case "rich_text_preformatted":
            return el("pre", _runs(part["elements"]))
        case _:
            return el("div", _runs(part["elements"]))


def _runs(elements: Sequence[Block]) -> Html:
    return "".join(_run(each) for each in elements)


def _run(run: Block) -> Html:
    match run["type"]:
        case "emoji":
            return {"warning": "⚠️"}[run["name"]]
        case _:
            words = text(run["text"].replace("  ", " \u00a0"))
            return el("b", words) if run.get("style", {}).get("bold") else words


def _element(element: Block, images: Images) -> Html:
    match element["type"]:
        case "button":
            asked = _dialog(element["confirm"]) if "confirm" in element else ""
            return el("button", text(_plain(element["text"])), class_=element.get("style")) + asked
        case "image":
            return _picture(element, images)
        case "static_select":
            chosen = element.get("initial_option")
            beneath = _plain(chosen["description"]) if chosen and "description" in chosen else ""
            shown = _plain(chosen["text"]) if chosen else "Select an option"
            return el("div", text(shown), el("small", text(beneath)), el("i", text("▾")), class_="select")
        case "plain_text_input":
            return el("div", text(element.get("initial_value", "")), class_="input")
        case "file_input":
            return el("div", el("button", text("Upload files")), text(f" up to {element['max_files']}"), class_="files")
        case "conversations_select":
            return el("div", text("# design"), el("i", text("▾")), class_="select")
        case kind:
            raise ValueError(kind)


def _dialog(confirm: Block) -> Html:
    buttons = (
        el("button", text(_plain(confirm["deny"]))),
        el("button", text(_plain(confirm["confirm"])), class_=confirm.get("style", "primary")),
    )
    head = el("b", text(_plain(confirm["title"])))
    return el("div", head, el("p", text(_plain(confirm["text"]))), el("div", *buttons, class_="foot"), class_="dialog")


def _input(block: Block, images: Images) -> Html:
    optional = el("span", text(" (optional)"), class_="optional") if block.get("optional") else ""
    return el("label", text(_plain(block["label"])), optional) + _element(block["element"], images)


def _plain(text_object: Block) -> str:
    return text_object["text"]


_BLOCKS: Mapping[str, Callable[[Block, Images], Html]] = {
    "actions": lambda block, images: "".join(_element(each, images) for each in block["elements"]),
    "context": lambda block, images: "".join(el("span", text(_plain(each))) for each in block["elements"]),
    "divider": lambda block, images: "<hr>",
    "header": lambda block, images: text(_plain(block["text"])),
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
    "section": _section,
}
