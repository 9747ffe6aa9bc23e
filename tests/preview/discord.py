"""What Discord's clients would show, imitated from the JSON that the adapter sends: only what is in it can be seen."""

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord import limits
from adapters.discord.rendering.cards import MessageFile, RenderedMessage, message, panel
from adapters.discord.rendering.custom_ids import for_form
from adapters.discord.rendering.modals import modal
from bot.domain.ids import PictureId
from bot.presentation.card import Card, Form, Home
from bot.presentation.fit import fit
from tests.emulators.discord.checking.components import check_components
from tests.emulators.discord.checking.findings import Findings
from tests.emulators.discord.checking.modals import check_modal
from tests.preview.discord_style import STYLE
from tests.preview.page import Html, el, page, text
from tests.preview.samples import Sample, samples

Component = Mapping[str, Any]
Images = Mapping[PictureId, bytes]

_STYLES = {1: "primary", 2: "secondary", 4: "danger"}
_MARKUP = re.compile(r"\\([^\w\s]|_)|\*\*(.+?)\*\*|\[([^\]]+)\]\((\S+?)\)|<t:\d+:R>")


async def page_of_all() -> Html:
    can = limits.capabilities(edit_interval_s=2)
    made = await samples(can)
    shown = [each for each in made.all if not isinstance(each.shows, Home)]
    return page("Discord", STYLE, [(each.name, _figure(each, made.files)) for each in shown])


def _figure(sample: Sample, images: Images) -> Html:
    shown = sample.shows
    if isinstance(shown, Form):
        return _modal(modal(shown, for_form(shown.target)))
    assert isinstance(shown, Card)
    if sample.private:
        return _message(panel(shown), images, private=True)
    return _message(message(fit(shown, limits.capabilities(edit_interval_s=2))), images, private=False)


def card_parts(card: Card, images: Images) -> Html:
    """What a message with this card shows, without the message around it."""
    rendered = message(card)
    content = el("div", _markdown(str(rendered.body.get("content", ""))), class_="content")
    components: Any = rendered.body["components"]
    return content + _attachments(rendered, images) + "".join(_component(each) for each in components)


def _message(rendered: RenderedMessage, images: Images, *, private: bool) -> Html:
    body = rendered.body
    components: Any = body["components"]
    findings = Findings()
    check_components(findings, _lists(components), is_v2="content" not in body)
    findings.settle()
    parts = (
        el("div", el("b", text("Easel")), el("span", text("APP"), class_="app"), el("time", text("Today at 12:03"))),
        el("div", _markdown(str(body.get("content", ""))), class_="content"),
        _attachments(rendered, images),
        *(_component(each) for each in components),
        el("div", text("👁 Only you can see this · Dismiss message"), class_="only-you") if private else "",
    )
    return el("div", el("div", text("◧"), class_="avatar"), el("div", *parts, class_="body"), class_="message")


def _attachments(rendered: RenderedMessage, images: Images) -> Html:
    pictures = [file for file in rendered.files if not file.name.endswith(".svg")]
    tiles = [_picture(file, images) for file in pictures]
    others = [el("div", text(f"📄 {file.name}"), class_="file") for file in rendered.files if file not in pictures]
    mosaic = el("div", *tiles, class_=f"mosaic of{min(len(tiles), 4)}") if tiles else ""
    return mosaic + "".join(others)


def _picture(file: MessageFile, images: Images) -> Html:
    data = base64.b64encode(file.data if file.stored is None else images[file.stored]).decode()
    return f'<img alt="{len(file.alt)} chars" src="data:image/png;base64,{data}">'


def _component(component: Component) -> Html:
    match component["type"]:
        case 1:
            return el("div", *(_component(each) for each in component["components"]), class_="row")
        case 2:
            return el("button", text(component["label"]), class_=_STYLES[component["style"]])
        case 10:
            return el("div", _markdown(component["content"]), class_="content")
        case 17:
            colour = f"border-left-color: #{component['accent_color']:06x}"
            return el("div", *(_component(each) for each in component["components"]), class_="panel", style=colour)
        case kind:
            raise ValueError(kind)


def _modal(view: Component) -> Html:
    check_modal(_lists(view))
    fields = "".join(_field(each) for each in view["components"])
    foot = el(
        "div",
        el("button", text("Cancel"), class_="link"),
        el("button", text("Submit"), class_="primary"),
        class_="foot",
    )
    head = el("div", el("b", text(view["title"])), class_="head")
    return el("div", head, fields, foot, class_="modal")


def _field(line: Component) -> Html:
    field = line["component"]
    needed = el("span", text(" *"), class_="needed") if field.get("required") else ""
    return el("label", text(line["label"]), needed) + _input(field)


def _input(field: Component) -> Html:
    match field["type"]:
        case 4:
            return el("div", text(field.get("value", "")), class_="input")
        case 3:
            chosen = next((each for each in field["options"] if each.get("default")), None)
            shown = text(chosen["label"] if chosen else "Make a selection")
            beneath = el("small", text(chosen["description"])) if chosen and "description" in chosen else ""
            return el("div", shown, beneath, el("i", text("▾")), class_="select")
        case 19:
            return el("div", text(f"Drop files here or browse · up to {field['max_values']}"), class_="files")
        case kind:
            raise ValueError(kind)


def _markdown(content: str) -> Html:
    """As much of Discord's markup as the adapter writes."""
    before, fence, rest = content.partition("\n```\n")
    code, _, after = rest.partition("\n```")
    box = el("pre", text(code)) if fence else ""
    return "".join((_lines(before), box, _lines(after.strip("\n")) if after.strip() else ""))


def _lines(content: str) -> Html:
    made: list[Html] = []
    for line in content.split("\n"):
        if line.startswith("> "):
            made.append(el("blockquote", _inline(line[2:])))
        elif line.startswith("-# "):
            made.append(el("div", _inline(line[3:]), class_="small"))
        elif line.startswith("- "):
            made.append(el("div", _inline(line[2:]), class_="item"))
        elif line:
            made.append(el("div", _inline(line)))
    return "".join(made)


def _inline(line: str) -> Html:
    made, at = "", 0
    for found in _MARKUP.finditer(line):
        made += text(line[at : found.start()]) + _marked(found)
        at = found.end()
    return made + text(line[at:])


def _marked(found: re.Match[str]) -> Html:
    if found[1]:
        return text(found[1])
    if found[2]:
        return el("b", _inline(found[2]))
    if found[3]:
        return el("a", text(found[3]), href="#")
    return el("span", text("17 seconds ago"), class_="time")


def _lists(value: Any) -> Any:
    """Unchanged after a journey as JSON."""
    if isinstance(value, Mapping):
        return {name: _lists(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_lists(inner) for inner in value]
    return value
