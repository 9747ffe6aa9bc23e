"""What a delivered result takes of Slack's limits: its calls of the Web API, by method."""

from collections import Counter
from collections.abc import AsyncIterator

from tests.benchmarks.measurement import Measurement
from tests.benchmarks.slack_studio import Studio, open_studio

_WHY = {
    "chat.postMessage": "the status at once",
    "chat.update": "“Drawing”, then the result in its place",
    "files.getUploadURLExternal": "an address for each file, as Slack has it",
    "files.completeUploadExternal": "all files as one message",
    "files.info": "whether they are shown yet: its ok does not say so",
}


async def measure() -> AsyncIterator[Measurement]:
    async with open_studio("small", "socket", people=1) as studio:
        await _asked(studio, "a red fox", 1)  # the channel is joined, and who asks is known
        for number, pictures in enumerate((1, 4), start=2):
            yield await _counted(studio, number, pictures)


async def _counted(studio: Studio, number: int, pictures: int) -> Measurement:
    before = len(studio.slack.calls)
    await _asked(studio, f"a red fox --n {pictures}", number)
    calls = Counter(call.method for call in studio.slack.calls[before:])
    # A message, an address for each file, their completion, one look, and the message once more.
    least = 4 + pictures
    each = ", ".join(f"{count} {method} ({_WHY.get(method, 'needless')})" for method, count in calls.items())
    return Measurement(
        f"calls for a result of {pictures}: {each}",
        str(calls.total()),
        f"{least}, the fewest with which Slack shows a message at once and its pictures later",
        calls.total() / least,
        "no other than these",
        set(calls) <= set(_WHY),
    )


async def _asked(studio: Studio, words: str, number: int) -> None:
    """Returns when there are as many results."""
    await studio.people[0].command(studio.channel, words)
    await studio.results(number)
