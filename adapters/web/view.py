"""Builds the JSON of messages for one person, with replies and previews."""

from collections.abc import Sequence

from adapters.web.conversation import Conversation, is_stored
from adapters.web.message import Message, MessageJson, message_json
from adapters.web.previews import Previews


class ConversationView:
    def __init__(self, conversation: Conversation, previews: Previews) -> None:
        self._conversation = conversation
        self._previews = previews

    async def messages(self, messages: Sequence[Message], *, viewer: str) -> list[MessageJson]:
        roots = {message.place.thread or message.id for message in messages if is_stored(message.id)}
        replies = await self._conversation.replies(sorted(roots), viewer=viewer) if roots else {}
        return [
            message_json(
                message,
                viewer=viewer,
                preview=self._previews.number(message.id),
                replies=replies.get(message.place.thread or message.id),
            )
            for message in messages
        ]

    async def message(self, message: Message, *, viewer: str) -> MessageJson:
        return (await self.messages([message], viewer=viewer))[0]
