"""Explains Slack's settings and answers to the administrator who sets Easel up. Pure.

No diagnostic holds a token: for one in the wrong setting, it names the kind.
"""

from collections.abc import Collection, Iterator
from typing import Final

from adapters.slack.errors import REVOKED
from adapters.slack.options import SlackOptions
from adapters.slack.payloads.socket_mode import SocketFrame
from adapters.slack.setup.manifest import SCOPES
from bot.domain.diagnostics import Diagnostic

BOT_TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105 - the names of settings
APP_TOKEN: Final = "SLACK_APP_TOKEN"  # noqa: S105
SIGNING_SECRET: Final = "SLACK_SIGNING_SECRET"  # noqa: S105
CLIENT_ID: Final = "SLACK_CLIENT_ID"
CLIENT_SECRET: Final = "SLACK_CLIENT_SECRET"  # noqa: S105
PUBLIC_URL: Final = "EASEL_PUBLIC_URL"

HISTORY: Final = ("channels:history", "groups:history", "mpim:history")
"""Scopes that mention-only mode does without: there, Easel gets no replies in threads that do not mention it."""
_INDISPENSABLE: Final = frozenset({"chat:write", "commands", "files:read", "files:write"})
_USUAL_CONNECTIONS: Final = 2
"""Easel's own, and this one."""
_KINDS: Final = {
    "xoxb-": "a bot token",
    "xoxp-": "a user token",
    "xapp-": "an app-level token",
    "xoxe": "a token that expires",
    "xox": "another kind of token",
}
_NO_TOKEN: Final = "no token of Slack"  # noqa: S105 - words for people
_COPY_BOT_TOKEN: Final = "Copy the Bot User OAuth Token (xoxb-...) from the app's page, Install App."  # noqa: S105
_MAKE_APP_TOKEN: Final = (
    "On the app's page, Basic Information, App-Level Tokens: make one (xapp-...) with the scope connections:write."  # noqa: S105
)
_CREDENTIALS: Final = "It stands on the app's page, Basic Information, App Credentials."
PROXY: Final = "The proxy must forward /slack/ to Easel unchanged: docs/slack.md has examples."


def is_kind(token: str | None, prefix: str) -> bool:
    return token is not None and token.startswith(prefix)


def kind_of(token: str) -> str:
    """The kind of a token, for messages that must not show the token."""
    return next((kind for prefix, kind in _KINDS.items() if token.startswith(prefix)), _NO_TOKEN)


def judge_settings(given: SlackOptions) -> Iterator[Diagnostic]:
    """Checks the settings without a call to Slack: tokens in the wrong setting, and missing settings."""
    yield from _judge_kinds(given)
    by_oauth = given.client_id is not None and given.public_url is not None
    if given.bot_token is not None:
        yield from _judge_one_workspace(given)
    elif by_oauth:
        yield from _judge_oauth(given)
    else:
        text = "Slack is not connected: neither a workspace's token is set nor what installing by OAuth needs."
        advice = f"Set {BOT_TOKEN}; for several workspaces {CLIENT_ID}, {CLIENT_SECRET} and {PUBLIC_URL}."
        yield Diagnostic.problem("Slack", text, advice)
    if needs_public_url(given) and given.public_url is not None and not given.public_url.startswith("https://"):
        text = "Slack reaches nothing but https:// addresses."
        yield Diagnostic.problem(PUBLIC_URL, text, f"For example {PUBLIC_URL}=https://easel.example.com")


def judge_scopes(granted: Collection[str], *, mentions_only: bool, manifest: str) -> Iterator[Diagnostic]:
    """Args: `manifest`: the command that prints the manifest to paste."""
    left_out = HISTORY if mentions_only else ()
    missing = [scope for scope in SCOPES if scope not in granted and scope not in left_out]
    for scope in missing:
        text = f"Is missing. With it, Easel {SCOPES[scope]}."
        found = Diagnostic.problem if scope in _INDISPENSABLE else Diagnostic.warning
        yield found(f"scope {scope}", text, _paste(manifest))
    if not missing:
        count = len(SCOPES) - len([scope for scope in left_out if scope not in granted])
        why = ", as far as mention-only mode needs them" if count < len(SCOPES) else ""
        yield Diagnostic.ok("scopes", f"All {count} of the manifest are granted{why}.")


def judge_bot_token(code: str) -> Diagnostic:
    """Args: `code`: the error with which `auth.test` refused the token."""
    if code in ("token_revoked", "account_inactive"):
        return Diagnostic.problem(
            BOT_TOKEN, "The app was removed from its workspace.", f"Install it. {_COPY_BOT_TOKEN}"
        )
    if code in REVOKED:
        return Diagnostic.problem(BOT_TOKEN, "Slack does not know this token.", _COPY_BOT_TOKEN)
    return Diagnostic.problem(BOT_TOKEN, f"Slack refuses it: {code}.", _COPY_BOT_TOKEN)


def judge_app_token(code: str, *, manifest: str) -> Diagnostic:
    if code == "missing_scope":
        return Diagnostic.problem(APP_TOKEN, "It lacks the scope connections:write.", _MAKE_APP_TOKEN)
    if code in REVOKED or code == "not_allowed_token_type":
        return Diagnostic.problem(APP_TOKEN, f"Slack does not accept it: {code}.", _MAKE_APP_TOKEN)
    text = f"Slack opens no connection: {code}. Socket Mode may be off for this app."
    return Diagnostic.problem(
        "Socket Mode", text, f"Turn it on, on the app's page, Socket Mode. Or: {_paste(manifest)}"
    )


def judge_first_frame(frame: SocketFrame) -> Diagnostic:
    """The first message of Slack's on a new connection."""
    match frame.type, frame.reason:
        case "hello", _:
            count = frame.num_connections or 1
            text = f"Connected. This app has {count} connection{'' if count == 1 else 's'} with this one."
            if count <= _USUAL_CONNECTIONS:
                return Diagnostic.ok("Socket Mode", text)
            advice = "Slack delivers each event to one of them: stop what else runs with this app's token."
            return Diagnostic.warning("Socket Mode", text, advice)
        case "disconnect", "too_many_websockets":
            advice = "Stop what else runs with this app's token."
            return Diagnostic.problem("Socket Mode", "The 10 connections that Slack allows an app are taken.", advice)
        case "disconnect", "link_disabled":
            advice = "Turn it on, on the app's page, Socket Mode."
            return Diagnostic.problem("Socket Mode", "Socket Mode is off for this app.", advice)
        case _:
            return Diagnostic.warning("Socket Mode", "Slack did not say hello.", "Try again in a minute.")


def judge_channel(channel: str, code: str | None, *, granted: Collection[str]) -> Diagnostic:
    """Args: `code`: the error with which `conversations.history` refused the channel; None where it did not."""
    subject = f"channel {channel}"
    match code:
        case None:
            return Diagnostic.ok(subject, "Easel is a member.")
        case "not_in_channel" if "channels:join" in granted:
            advice = "A mention is heard only after that. To let it in now, type /invite and its name there."
            return Diagnostic.warning(subject, "Easel is no member; it joins at the first /imagine there.", advice)
        case "not_in_channel":
            return Diagnostic.problem(subject, "Easel is no member.", "Type /invite and its name in the channel.")
        case "channel_not_found":
            text = "Easel sees no such channel: it is private or of another workspace, or the ID is wrong."
            advice = "Type /invite and its name in the channel. The ID stands at the end of the channel's details."
            return Diagnostic.problem(subject, text, advice)
        case "is_archived":
            return Diagnostic.problem(subject, "It is archived.", "Unarchive it, or use another channel.")
        case "missing_scope":
            text = "Cannot be looked at without a scope such as channels:history."
            return Diagnostic.warning(subject, text, "Type /imagine there: the answer says if it must be invited.")
        case _:
            return Diagnostic.warning(subject, f"Slack shows nothing of it: {code}.", "Type /imagine there and see.")


def judge_upload(code: str, *, manifest: str) -> Diagnostic:
    match code:
        case "storage_limit_reached":
            text = "The workspace has no room for more files, so no picture can be shown."
            return Diagnostic.problem("uploads", text, "Delete files, or get a Slack plan with more storage.")
        case "file_uploads_disabled":
            text = "The workspace allows no uploads, so no picture can be shown."
            return Diagnostic.problem(
                "uploads", text, "An admin can allow them in the workspace's settings, Permissions."
            )
        case "missing_scope":
            return Diagnostic.problem("uploads", "The scope files:write is missing.", _paste(manifest))
        case _:
            return Diagnostic.problem("uploads", f"Slack takes no files: {code}.", "Ask an admin of the workspace why.")


def judge_client(code: str) -> Diagnostic:
    """Args: `code`: the error of `oauth.v2.access` for a made-up code. It shows whether Slack knows the app."""
    match code:
        case "invalid_client_id" | "bad_client_id":
            return Diagnostic.problem(CLIENT_ID, "Slack does not know it.", _CREDENTIALS)
        case "bad_client_secret" | "invalid_client_secret":
            return Diagnostic.problem(CLIENT_SECRET, f"It does not belong to {CLIENT_ID}.", _CREDENTIALS)
        case "invalid_code":
            return Diagnostic.ok(CLIENT_ID, f"Slack objects neither to it nor to {CLIENT_SECRET}.")
        case _:
            return Diagnostic.warning(CLIENT_ID, f"Slack answers {code}.", "Try the install address that Easel prints.")


def judge_request_url(address: str, status: int, body: str) -> Diagnostic:
    """Judges the answer to a request without a signature, which Easel refuses with texts of its own."""
    if status == 401 and "for Slack" in body:
        return Diagnostic.ok(PUBLIC_URL, f"Easel answers at {address}, the request URL for Slack.")
    if status == 503 and "Easel" in body:
        return Diagnostic.warning(PUBLIC_URL, "Easel is starting or stopping.", "Try again in a minute.")
    text = f"What answers at {address} is not Easel (status {status})."
    return Diagnostic.warning(PUBLIC_URL, text, f"Is Easel running? {PROXY}")


def needs_public_url(given: SlackOptions) -> bool:
    """Whether Slack or browsers must reach Easel: for events over HTTP, or for the OAuth install flow."""
    return given.app_token is None or given.bot_token is None


def manifest_command(given: SlackOptions) -> str:
    """The command that prints the manifest for these settings."""
    if not needs_public_url(given) or given.public_url is None:
        return "easel slack manifest"
    return f"easel slack manifest --url {given.public_url.rstrip('/')}"


def _paste(manifest: str) -> str:
    return f"Paste what `{manifest}` prints on the app's page, App Manifest; save, and install the app again."


def _judge_kinds(given: SlackOptions) -> Iterator[Diagnostic]:
    tokens = ((BOT_TOKEN, given.bot_token, "xoxb-"), (APP_TOKEN, given.app_token, "xapp-"))
    for name, token, prefix in tokens:
        if token is None or token.startswith(prefix):
            continue
        kind = kind_of(token)
        advice = _COPY_BOT_TOKEN if name == BOT_TOKEN else _MAKE_APP_TOKEN
        if kind == _KINDS["xoxe"]:
            advice = "Easel renews no tokens: make the app anew from its manifest, with token rotation off."
        yield Diagnostic.problem(name, f"Holds {kind} instead of {_KINDS[prefix]} ({prefix}...).", advice)
    secrets = ((SIGNING_SECRET, given.signing_secret), (CLIENT_SECRET, given.client_secret))
    for name, secret in secrets:
        if secret is not None and (kind := kind_of(secret)) != _NO_TOKEN:
            yield Diagnostic.problem(name, f"Holds {kind} instead of a secret.", _CREDENTIALS)
    if given.signing_secret is not None and given.signing_secret == given.client_secret:
        text = f"Is the same as {CLIENT_SECRET}: they are two secrets, one below the other."
        yield Diagnostic.problem(SIGNING_SECRET, text, _CREDENTIALS)


def _judge_one_workspace(given: SlackOptions) -> Iterator[Diagnostic]:
    if given.client_id is not None:
        text = f"Is not used: with {BOT_TOKEN} set, Easel serves that one workspace."
        yield Diagnostic.warning(CLIENT_ID, text, f"For several workspaces leave {BOT_TOKEN} out; else leave this out.")
    if given.app_token is not None:
        return
    if given.signing_secret is None:
        text = "Slack cannot reach Easel: neither Socket Mode nor HTTP is set up."
        yield Diagnostic.problem("Slack", text, f"Set {APP_TOKEN} (Socket Mode), or {SIGNING_SECRET} (HTTP).")
        return
    yield from _judge_http(given)


def _judge_http(given: SlackOptions) -> Iterator[Diagnostic]:
    yield Diagnostic.ok("Slack", "Events are to come over HTTP, signed.")
    if given.public_url is None:
        text = "Is not set, so the request URL that Slack needs is not known."
        yield Diagnostic.warning(PUBLIC_URL, text, f"For example {PUBLIC_URL}=https://easel.example.com")


def _judge_oauth(given: SlackOptions) -> Iterator[Diagnostic]:
    needed = ((CLIENT_SECRET, given.client_secret), (SIGNING_SECRET, given.signing_secret))
    for name, secret in needed:
        if secret is None:
            yield Diagnostic.problem(name, "Is not set, and installing by OAuth needs it.", _CREDENTIALS)
    if all(secret for _, secret in needed):
        yield Diagnostic.ok("Slack", "Workspaces install the app: Easel prints the address for it when it starts.")
