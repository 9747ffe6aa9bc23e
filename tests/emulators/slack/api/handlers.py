"""Which code answers which method. A test holds this against the coverage list."""

from collections.abc import Mapping

from tests.emulators.slack.api import access, chat, conversations, files, people, views
from tests.emulators.slack.api.asked import Handler

HANDLERS: Mapping[str, Handler] = {
    "api.test": access.test_api,
    "apps.connections.open": access.open_connection,
    "assistant.threads.setStatus": people.set_status,
    "auth.revoke": access.revoke,
    "auth.test": access.test,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.join": conversations.join,
    "conversations.open": conversations.open_,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.info": files.info,
    "oauth.v2.access": access.oauth_access,
    "reactions.add": people.add_reaction,
    "users.info": people.user_info,
    "views.open": views.open_,
    "views.publish": views.publish,
    "views.update": views.update,
}
