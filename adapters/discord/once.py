"""The same event, told by Discord more than once, is handled once while this process lives: a resume replays events.

What it accepts is one job in any case, by its key; this keeps it from being answered twice as well.
"""

from collections import OrderedDict

_MOST = 5_000


class Seen:
    """The newest keys, as many as are of use: an event is replayed within minutes."""

    def __init__(self, most: int = _MOST) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def is_new(self, key: str) -> bool:
        """Whether this is the first time; then it is not the next time."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._most:
            self._keys.popitem(last=False)
        return True

    def forget(self, key: str) -> None:
        """It was not handled after all."""
        self._keys.pop(key, None)
