"""The body of a message as the app sent it, checked: for new messages and edits, on every route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.emulators.discord.calls import ApiCall
from tests.emulators.discord.checking import components as parts
from tests.emulators.discord.checking import embeds as embed_rules
from tests.emulators.discord.checking.findings import (
    ANY,
    Findings,
    Rule,
    array,
    check_object,
    flag,
    number,
    obj,
    text,
)
from tests.emulators.discord.checking.mentions import Allowed, check_allowed
from tests.emulators.discord.messages import (
    COMPONENTS_V2,
    EPHEMERAL,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    VOICE,
    Attachment,
    Message,
)
from tests.emulators.discord.problems import ApiError
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Json
from tests.emulators.discord.uploads import check_files, received

MAX_CONTENT_CHARS = 2000
_FIELDS: Mapping[str, Rule] = {
    "content": text(0, MAX_CONTENT_CHARS, null=True),
    "tts": flag(),
    "embeds": array(0, 10, null=True),
    "components": array(0, 40, null=True),
    "attachments": array(0, 10, null=True),
    "allowed_mentions": obj(null=True),
    "flags": number(0, null=True),
}
_NEW = {"nonce": ANY, "enforce_nonce": flag(), "message_reference": obj(), "sticker_ids": array(0, 3), "poll": obj()}
_ATTACHMENT = {
    "id": ANY,
    "filename": text(1, 1024),
    "description": text(0, 1024, null=True),
    **dict.fromkeys(
        ("proxy_url", "size", "url", "spoiler", "height", "width", "content_type", "title", "is_spoiler"), ANY
    ),
}
_SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | VOICE | COMPONENTS_V2


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to become of a message. Of an edit, None leaves a part as it is.

    Attributes:
        attachments: all that the message has then, the new ones among them.
        shown_elsewhere: the names of files that embeds and components show.
    """

    content: str | None
    embeds: list[Json] | None
    components: list[Json] | None
    attachments: list[Attachment] | None
    flags: int | None
    allowed: Allowed
    shown_elsewhere: frozenset[str]


def draft(
    state: State,
    call: ApiCall,
    body: Any,
    channel: Channel,
    *,
    original: Message | None = None,
    is_new: bool = True,
    may_be_ephemeral: bool = False,
    limit_bytes: int | None = None,
    root: str = "",
) -> Draft:
    """`original` is the message that is edited; `root` says where in the request the body stands.
    `limit_bytes` is how large a file may be where it is not what the channel allows.

    Raises:
        ApiError: Discord refuses it.
    """
    findings = Findings()
    check_files(state, findings, call, limit_bytes or state.file_limit_bytes(channel))
    fields = {**_FIELDS, **(_NEW if original is None and is_new else {})}
    if call.unreadable is not None:
        raise ApiError(400, 50109, problem=call.unreadable)
    if not check_object(findings, (root,) if root else (), body, fields):
        findings.settle()
    flags = _flags(findings, body, original, may_be_ephemeral=may_be_ephemeral)
    is_v2 = bool((flags or 0) & COMPONENTS_V2) or (original is not None and original.is_v2)
    embeds, components = _list(body, "embeds"), _list(body, "components")
    embed_rules.check_embeds(findings, embeds or [])
    parts.check_components(findings, components or [], is_v2=is_v2)
    _check_attachments(findings, call, body, original)
    allowed = check_allowed(findings, body.get("allowed_mentions"))
    if is_v2:
        _check_v2(findings, body, original)
    findings.settle()
    shown = _check_shown(findings, call, body, original, embeds, components)
    findings.settle()
    for complaint in findings.complaints:
        state.note(call.route, complaint)
    attachments = _attachments(state, call, body, channel, original)
    if is_v2 and components is not None:
        for hidden in [each.filename for each in attachments or () if each.filename not in shown]:
            state.note(call.route, f"{hidden} is shown by no component")
    return Draft(
        content=None if "content" not in body and original is not None else body.get("content") or "",
        embeds=embeds if embeds is not None or original is not None else [],
        components=parts.with_ids(components) if components is not None else None if original is not None else [],
        attachments=attachments,
        flags=flags,
        allowed=allowed,
        shown_elsewhere=shown,
    )


def _list(body: Json, name: str) -> list[Any] | None:
    """What is to be there then; null clears it as the empty list does."""
    return (body[name] or []) if name in body else None


def _flags(findings: Findings, body: Json, original: Message | None, *, may_be_ephemeral: bool) -> int | None:
    flags: int | None = body.get("flags")
    if flags is None:
        return None
    settable = _SETTABLE | (EPHEMERAL if may_be_ephemeral else 0)
    if original is not None:
        # What is sent back unchanged is taken as unchanged.
        settable |= original.flags
        if original.is_v2 and not flags & COMPONENTS_V2:
            code = "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"
            findings.add(("flags",), code, "The IS_COMPONENTS_V2 flag cannot be removed")
    if flags & ~settable:
        findings.complain(("flags",), f"{flags & ~settable} cannot be set here")
    return flags & settable


def _check_v2(findings: Findings, body: Json, original: Message | None) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        left = original is not None and name in ("content", "embeds") and name not in body and getattr(original, name)
        if body.get(name) or left:
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            findings.add((name,), code, f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")


def _check_attachments(findings: Findings, call: ApiCall, body: Json, original: Message | None) -> None:
    known = {each.id for each in original.attachments} if original is not None else set[str]()
    for index, each in enumerate(_list(body, "attachments") or []):
        if not check_object(findings, ("attachments", index), each, _ATTACHMENT):
            continue
        named = str(each.get("id", ""))
        if not named.isdigit() or (named not in known and int(named) not in call.files):
            code = "ATTACHMENT_NOT_FOUND"
            findings.add(("attachments", index), code, f"there is neither a file nor an attachment {named!r}")


def _check_shown(
    findings: Findings,
    call: ApiCall,
    body: Json,
    original: Message | None,
    embeds: list[Json] | None,
    components: list[Json] | None,
) -> frozenset[str]:
    """The names that are shown from then on, each of which must be there."""
    sent = {file.filename for file in call.files.values()}
    kept = {each.filename for each in _kept(body, original)}
    then_embeds = embeds if embeds is not None else original.embeds if original is not None else []
    then_parts = components if components is not None else original.components if original is not None else []
    in_embeds, in_parts = embed_rules.files_in(then_embeds), parts.files_in(then_parts)
    for name in (*in_embeds, *in_parts):
        if name not in sent | kept:
            where = ("components",) if name in in_parts else ("embeds",)
            findings.add(where, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"no file is called {name!r}")
    return frozenset((*in_embeds, *in_parts))


def _kept(body: Json, original: Message | None) -> Sequence[Attachment]:
    if original is None:
        return ()
    listed = _list(body, "attachments")
    if listed is None:
        return original.attachments
    return [each for each in original.attachments if each.id in {str(one.get("id")) for one in listed}]


def _attachments(
    state: State, call: ApiCall, body: Json, channel: Channel, original: Message | None
) -> list[Attachment] | None:
    listed = _list(body, "attachments")
    if original is not None and listed is None and not call.files:
        return None
    said = {str(each.get("id")): each for each in listed or ()}
    kept = list(_kept(body, original))
    for each in kept:
        if each.id in said and "description" in said[each.id]:
            each.description = said[each.id]["description"]
    new = [
        received(state, channel.id, file, said.get(str(number), {}).get("description"), through=call.route)
        for number, file in sorted(call.files.items())
    ]
    return kept + new
