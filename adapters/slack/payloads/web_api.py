"""Answers of the Web API, each named by its method."""

from dataclasses import dataclass
from typing import Final

from adapters.slack.payloads.files import File
from adapters.slack.payloads.messages import Message
from adapters.slack.payloads.parsing import Part, Parts, Text, Truthy, parser


@dataclass(frozen=True, slots=True)
class Failure:
    """The answer of any method that was refused: the error code, and the scope that is missing."""

    error: Text = ""
    needed: Text = ""


@dataclass(frozen=True, slots=True)
class AuthTest:
    """`team` is the name of the workspace, `user` that of the bot."""

    team_id: str
    user_id: str
    team: Text = ""
    url: Text = ""
    user: Text = ""
    bot_id: Text = ""
    is_enterprise_install: Truthy = False


@dataclass(frozen=True, slots=True)
class AppsConnectionsOpen:
    url: str


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str


@dataclass(frozen=True, slots=True)
class ConversationsOpen:
    channel: Conversation


@dataclass(frozen=True, slots=True)
class ConversationsHistory:
    """Also the answer of `conversations.replies`."""

    messages: Parts[Message] = ()


@dataclass(frozen=True, slots=True)
class ChatPostMessage:
    """The channel and ts of the new message; of one that was sent to a user, the channel of the direct message."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class FilesGetUploadURLExternal:
    upload_url: str
    file_id: str


@dataclass(frozen=True, slots=True)
class FilesInfo:
    file: File


@dataclass(frozen=True, slots=True)
class OAuthV2Access:
    access_token: str


@dataclass(frozen=True, slots=True)
class Profile:
    display_name: Text = ""
    real_name: Text = ""


@dataclass(frozen=True, slots=True)
class User:
    name: Text = ""
    real_name: Text = ""
    profile: Part[Profile] = Profile()
    is_admin: Truthy = False
    is_owner: Truthy = False
    is_primary_owner: Truthy = False


@dataclass(frozen=True, slots=True)
class UsersInfo:
    user: Part[User] = User()


parse_apps_connections_open: Final = parser(AppsConnectionsOpen)
parse_auth_test: Final = parser(AuthTest)
parse_chat_post_message: Final = parser(ChatPostMessage)
parse_conversations_history: Final = parser(ConversationsHistory)
parse_conversations_open: Final = parser(ConversationsOpen)
parse_failure: Final = parser(Failure)
parse_files_get_upload_url_external: Final = parser(FilesGetUploadURLExternal)
parse_files_info: Final = parser(FilesInfo)
parse_oauth_v2_access: Final = parser(OAuthV2Access)
parse_users_info: Final = parser(UsersInfo)
