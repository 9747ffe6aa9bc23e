"""How what Slack keeps looks on the wire: in answers, events and interactions alike."""

from urllib.parse import quote

from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, File, Json, Message, Profile, Team, View

_PRETTY = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WebP", "heic": "HEIC", "svg": "SVG", "pdf": "PDF"}
THUMBNAILS_PX = (64, 360, 1024)


def message_json(state: State, message: Message, *, metadata: bool = False) -> Json:
    """A message as history and events show it."""
    channel = state.channels[message.channel]
    shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    shown["team"] = channel.team.id
    if message.subtype is not None:
        shown["subtype"] = message.subtype
    if message.bot_id is not None:
        shown |= {"bot_id": message.bot_id, "app_id": state.app_id, "bot_profile": _bot_profile(state, channel.team)}
    if message.client_msg_id is not None:
        shown["client_msg_id"] = message.client_msg_id
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.files:
        shown |= {"files": [file_json(state, file) for file in message.files], "upload": True}
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.edited is not None:
        shown["edited"] = message.edited
    if message.metadata is not None and metadata:
        shown["metadata"] = message.metadata
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return shown | _thread_json(channel, message)


def tombstone_json(state: State, message: Message) -> Json:
    """What is left of a root that was deleted."""
    shown: Json = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "ts": message.ts}
    shown["text"] = "This message was deleted."
    return shown | _thread_json(state.channels[message.channel], message)


def forwarded_json(state: State, message: Message, *, by: str) -> Json:
    """A message as it hangs on the one that forwards it; `by` is the name of who wrote it."""
    channel = state.channels[message.channel]
    shown: Json = {
        "id": 1,
        "ts": message.ts,
        "author_id": message.user,
        "author_name": by,
        "channel_id": channel.id,
        "channel_team": channel.team.id,
        "is_share": True,
        "is_msg_unfurl": True,
        "fallback": f"{by}: {message.text}",
        "text": message.text,
        "from_url": f"https://{channel.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}",
        "mrkdwn_in": ["text"],
    }
    inner: Json = {"blocks": message.blocks} if message.blocks else {}
    shown["message_blocks"] = [{"team": channel.team.id, "channel": channel.id, "ts": message.ts, "message": inner}]
    if message.files:
        shown["files"] = [file_json(state, file) for file in message.files]
    return shown


def _thread_json(channel: Channel, message: Message) -> Json:
    if message.is_root:
        replies = channel.replies(message.ts)
        if not replies:
            return {}
        users = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }
    root = channel.find(message.thread_ts or "")
    return {"thread_ts": message.thread_ts, "parent_user_id": root.user if root else "USLACKBOT"}


def _bot_profile(state: State, team: Team) -> Json:
    return {"id": team.bot_id, "app_id": state.app_id, "name": team.bot_name, "team_id": team.id, "deleted": False}


def file_json(state: State, file: File, *, shares: bool = False, is_new: bool = False) -> Json:
    """A file as events show it, and with its shares as `files.info` does.

    What Slack has not looked into yet, as it never has while it answers (`is_new`), has no type.
    """
    if file.mode == "tombstone" or file.is_deleted:
        return {"id": file.id, "mode": "tombstone"}
    is_ready = state.clock.now_s() >= file.ready_at_s and not is_new
    shown: Json = {
        "id": file.id,
        "created": int(file.created_s),
        "timestamp": int(file.created_s),
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype if is_ready else "",
        "filetype": file.filetype if is_ready else "",
        "pretty_type": _PRETTY.get(file.filetype, file.filetype.upper()) if is_ready else "",
        "user": file.owner,
        "user_team": file.team.id,
        "editable": file.mode == "snippet",
        "size": len(file.data),
        "mode": file.mode if file.mode in ("hidden_by_limit", "snippet") else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(share.is_public for share in file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "permalink": f"{state.origin}/files/{file.owner}/{file.id}/{_in_address(file.name)}",
        "file_access": "visible",
        "has_rich_preview": False,
    }
    if file.mode == "external":
        shown |= {"mode": "external", "is_external": True, "external_type": "gdrive"}
        shown |= {"url_private": f"https://drive.example.com/{file.id}", "size": 0}
    elif file.mode in ("hosted", "snippet", "file_access"):
        shown |= _addresses(state, file, with_thumbnails=is_ready and file.mimetype.startswith("image/"))
    if shares:
        shown |= _shares_json(state, file)
    return shown


def stub_json(file: File) -> Json:
    """A file of another organisation in an event: ask `files.info` for more."""
    return {"id": file.id, "mode": "file_access", "file_access": "check_file_info", "created": 0, "user": ""}


def _addresses(state: State, file: File, *, with_thumbnails: bool) -> Json:
    path, name = f"{state.origin}/files-pri/{file.team.id}-{file.id}", _in_address(file.name)
    shown: Json = {"url_private": f"{path}/{name}", "url_private_download": f"{path}/download/{name}"}
    if with_thumbnails:
        shown |= {f"thumb_{edge}": f"{path}/thumb_{edge}/{name}" for edge in THUMBNAILS_PX}
        shown |= {"original_w": file.width_px, "original_h": file.height_px}
    return shown


def _shares_json(state: State, file: File) -> Json:
    shares: Json = {}
    by_kind: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for share in file.shares:
        channel = state.channels[share.channel]
        told: Json = {"ts": share.ts, "channel_name": channel.name, "team_id": channel.team.id, "reply_users": []}
        told |= {"reply_count": 0, "share_user_id": file.owner, "source": "UNKNOWN"}
        if share.thread_ts is not None:
            told["thread_ts"] = share.thread_ts
        shares.setdefault("public" if share.is_public else "private", {}).setdefault(share.channel, []).append(told)
        kind = {"channel": "channels", "im": "ims"}.get(channel.kind, "groups")
        if share.channel not in by_kind[kind]:
            by_kind[kind].append(share.channel)
    return {"shares": shares, **by_kind}


def channel_json(channel: Channel) -> Json:
    shown: Json = {
        "id": channel.id,
        "created": int(channel.created_s),
        "creator": channel.team.bot_user_id,
        "is_archived": channel.is_archived,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "context_team_id": channel.team.id,
    }
    if channel.kind == "im":
        return shown | {"user": next(iter(channel.members - {channel.team.bot_user_id}), "")}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": False,
        "is_member": channel.has_bot,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(person: Profile) -> Json:
    return {
        "id": person.id,
        "team_id": person.team.id,
        "name": person.name.lower().replace(" ", "."),
        "deleted": False,
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": "Western European Time",
        "tz_offset": 0,
        "profile": {
            "real_name": person.name,
            "real_name_normalized": person.name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "team": person.team.id,
        },
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }


def view_json(state: State, view: View, values: Json | None = None) -> Json:
    """A view as answers and interactions show it; `values` is the state of its inputs."""
    content = view.content
    return {
        "id": view.id,
        "team_id": view.team.id,
        "app_id": state.app_id,
        "app_installed_team_id": view.team.id,
        "bot_id": view.team.bot_id,
        "type": content["type"],
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": values or {}},
        "hash": view.hash,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.id,
        "previous_view_id": None,
    }


def _in_address(name: str) -> str:
    return quote(name, errors="replace")  # half a character has no place in one
