"""The coverage list: every Web API method that is emulated, and what of it. Validation reads nothing else.

An argument is written `name`, `name!` where it must be given, with its kind after a colon where that is not text:
`ts` a message's time, `flag`, `number`, `array` and `object` JSON, `ids` a list that may also be comma-separated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["text", "ts", "flag", "number", "array", "object", "ids"]
Tier = Literal[1, 2, 3, 4, "posting", "none"]
Caller = Literal["bot", "app", "client", "anyone"]


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    kind: Kind
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    Attributes:
        scopes: all of them are needed; some methods look for more, depending on the channel.
        tier: calls a minute and workspace: 1, 20, 50, 100; "posting" is one a second and channel.
        caller: whose token: the bot's, the app's `xapp-`, OAuth's client id and secret, or anyone's.
        takes_json: whether a JSON body is read; otherwise it is left unread.
    """

    arguments: Mapping[str, Argument]
    scopes: tuple[str, ...] = ()
    tier: Tier = 3
    caller: Caller = "bot"
    takes_json: bool = True


def _method(arguments: str, *scopes: str, tier: Tier = 3, caller: Caller = "bot", takes_json: bool = True) -> Method:
    return Method({each.name: each for each in map(_argument, arguments.split())}, scopes, tier, caller, takes_json)


def _argument(written: str) -> Argument:
    name, _, kind = written.partition(":")
    for known in get_args(Kind):
        if known == (kind or "text"):
            return Argument(name.rstrip("!"), known, name.endswith("!"))
    raise ValueError(written)


_PAGED = "cursor limit:number oldest latest inclusive:flag include_all_metadata:flag"
_SAID = "text blocks:array thread_ts:ts parse link_names:flag"

METHODS: Mapping[str, Method] = {
    "api.test": _method("", tier="none", caller="anyone"),
    "apps.connections.open": _method("", tier=1, caller="app"),
    "assistant.threads.setStatus": _method(
        "channel_id! thread_ts!:ts status! loading_messages:array", "chat:write", tier="none"
    ),
    "auth.revoke": _method("test:flag", takes_json=False),
    "auth.test": _method("", tier="none"),
    "chat.delete": _method("channel! ts!:ts", "chat:write"),
    "chat.getPermalink": _method("channel! message_ts!:ts", tier="none", takes_json=False),
    "chat.postEphemeral": _method(f"channel! user! {_SAID}", "chat:write", tier=4),
    "chat.postMessage": _method(
        f"channel! {_SAID} metadata:object unfurl_links:flag unfurl_media:flag reply_broadcast:flag mrkdwn:flag "
        "client_msg_id",
        "chat:write",
        tier="posting",
    ),
    "chat.update": _method(
        "channel! ts!:ts text blocks:array metadata:object parse link_names:flag", "chat:write", tier=3
    ),
    "conversations.history": _method(f"channel! {_PAGED}", takes_json=False),
    "conversations.info": _method("channel! include_num_members:flag include_locale:flag", takes_json=False),
    "conversations.join": _method("channel!", "channels:join"),
    "conversations.open": _method("channel users:ids return_im:flag prevent_creation:flag"),
    "conversations.replies": _method(f"channel! ts!:ts {_PAGED}", takes_json=False),
    "files.completeUploadExternal": _method(
        "files!:array channel_id channels:ids thread_ts:ts initial_comment blocks:array", "files:write", tier=4
    ),
    "files.delete": _method("file!", "files:write"),
    "files.getUploadURLExternal": _method(
        "filename! length!:number alt_txt snippet_type", "files:write", tier=4, takes_json=False
    ),
    "files.info": _method("file! count:number cursor limit:number page:number", "files:read", tier=4, takes_json=False),
    "oauth.v2.access": _method("client_id client_secret code! redirect_uri", tier=4, caller="client", takes_json=False),
    "reactions.add": _method("channel! name! timestamp!:ts", "reactions:write"),
    "users.info": _method("user! include_locale:flag", "users:read", tier=4, takes_json=False),
    "views.open": _method("trigger_id! view!:object", tier=4),
    "views.publish": _method("user_id! view!:object hash", tier=4),
    "views.update": _method("view!:object view_id external_id hash", tier=4),
}
