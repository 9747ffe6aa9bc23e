"""A file object, in messages, in form inputs and in the answer of `files.info`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from adapters.slack.payloads.parsing import ByteCount, OrNone, Part, Parts, Text, Truthy


@dataclass(frozen=True, slots=True)
class Share:
    """A message that shows a file."""

    ts: Text = ""


Shares = Annotated[Mapping[str, Parts[Share]] | None, OrNone]
"""Messages by the id of their channel."""


@dataclass(frozen=True, slots=True)
class FileShares:
    """The messages that show a file, of public channels, and of private channels and direct messages."""

    public: Shares = None
    private: Shares = None

    def first_ts(self, channel: str) -> str | None:
        """The ts of the first message that shows the file in the channel."""
        for shares in (self.public, self.private):
            for share in (shares or {}).get(channel, ()):
                return share.ts
        return None


@dataclass(frozen=True, slots=True)
class File:
    """A file. Of a stub (Slack Connect, or a file that was just uploaded) only the id is known.

    Attributes:
        mode: `hosted`, `snippet`, `external`, or `tombstone` for a deleted file.
        size: in bytes.
    """

    id: Text = ""
    name: Text = ""
    title: Text = ""
    mimetype: Text = ""
    mode: Text = ""
    size: ByteCount = None
    is_external: Truthy = False
    url_private: Text = ""
    url_private_download: Text = ""
    shares: Part[FileShares] = field(default_factory=FileShares)
