"""What a person's client shows."""

from collections.abc import Iterable

from tests.emulators.slack.kit.check import elements_of
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, File, Message, Profile
from tests.emulators.slack.words import referred_file


def seen_in(channel: Channel, user: str) -> list[Message]:
    """The messages of a channel as this user sees them."""
    return [
        message
        for message in channel.messages
        if not message.is_deleted and not message.is_unseen and message.ephemeral_for in (None, user)
    ]


def can_download(state: State, person: Profile, file: File, seen: Iterable[Message]) -> bool:
    """Whether it is theirs or hangs on something that they see, and is still there.

    A picture in a block counts only where those who see the block can see a file that is shared nowhere.
    """
    if file.is_deleted or not file.is_complete or file.mode not in ("hosted", "snippet", "file_access"):
        return False
    if file.owner == person.id:
        return True
    messages = list(seen)
    if any(file in message.files for message in messages):
        return True
    if not state.unshared_files_visible:
        return False
    blocks = [block for message in messages for block in message.blocks]
    for view in (state.homes.get(person.id), state.modals.get(person.id)):
        blocks += view.blocks if view is not None else []
    pictures = [each for block in blocks for each in (block, *elements_of(block)) if "slack_file" in each]
    return any(referred_file(state, picture["slack_file"]) is file for picture in pictures)
