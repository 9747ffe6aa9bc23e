"""The rules of embeds."""

from typing import Any

from tests.emulators.discord.checking.findings import (
    ANY,
    Findings,
    Path,
    array,
    check_object,
    flag,
    number,
    obj,
    one_of,
    text,
)

MAX_CHARS = 6000
"""Of all embeds of a message together."""

_EMBED = {
    "title": text(0, 256, null=True),
    "type": one_of("rich"),
    "description": text(0, 4096, null=True),
    "url": text(0, 2048, null=True),
    "timestamp": text(null=True),
    "color": number(0, 0xFFFFFF, null=True),
    "footer": obj(null=True),
    "image": obj(null=True),
    "thumbnail": obj(null=True),
    "author": obj(null=True),
    "fields": array(0, 25),
    "flags": ANY,
}
_PARTS = {
    "footer": {"text": text(1, 2048, needed=True), "icon_url": text(null=True)},
    "image": {"url": text(1, 2048, needed=True)},
    "thumbnail": {"url": text(1, 2048, needed=True)},
    "author": {"name": text(1, 256, needed=True), "url": text(null=True), "icon_url": text(null=True)},
}
_FIELD = {"name": text(1, 256, needed=True), "value": text(1, 1024, needed=True), "inline": flag()}
_URLS = (("image", "url"), ("thumbnail", "url"), ("footer", "icon_url"), ("author", "icon_url"))


def check_embeds(findings: Findings, embeds: list[Any]) -> None:
    chars = 0
    for index, embed in enumerate(embeds):
        path: Path = ("embeds", index)
        if not check_object(findings, path, embed, _EMBED):
            continue
        for name, rules in _PARTS.items():
            if embed.get(name):
                check_object(findings, (*path, name), embed[name], rules)
        for place, each in enumerate(embed.get("fields", ())):
            check_object(findings, (*path, "fields", place), each, _FIELD)
        chars += _chars(embed)
    if chars > MAX_CHARS:
        findings.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_CHARS}")


def files_in(embeds: list[Any]) -> list[str]:
    """The names of uploaded files that the embeds show."""
    urls = [str((embed.get(part) or {}).get(name) or "") for embed in embeds for part, name in _URLS]
    return [url.removeprefix("attachment://") for url in urls if url.startswith("attachment://")]


def _chars(embed: dict[str, Any]) -> int:
    said = [embed.get("title"), embed.get("description")]
    said += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or ():
        if isinstance(field, dict):
            said += [field.get("name"), field.get("value")]
    return sum(len(each) for each in said if isinstance(each, str))
