"""A slash command."""

from dataclasses import dataclass
from typing import Final

from adapters.slack.payloads.parsing import Text, parser


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`text` is what follows the command, with `&`, `<` and `>` escaped."""

    trigger_id: str
    channel_id: str
    user_id: str
    user_name: Text = ""
    text: Text = ""


parse_slash_command: Final = parser(SlashCommand)
