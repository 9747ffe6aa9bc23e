"""Triggers: the right to open one modal before one person, soon after that person did something."""

from dataclasses import dataclass

from tests.emulators.slack.ids import secret
from tests.emulators.slack.problems import SlackError, invalid_arguments
from tests.emulators.slack.things import Team


@dataclass(eq=False, slots=True)
class Trigger:
    person: str
    team: Team
    made_at_s: float
    is_used: bool = False


class Triggers:
    """`limit_s` is how long each of them lives."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}

    def new(self, person: str, team: Team, now_s: float) -> str:
        trigger_id = f"{int(now_s * 1000)}.{len(self._triggers)}.{secret()}"
        self._triggers[trigger_id] = Trigger(person, team, now_s)
        return trigger_id

    def exchange(self, trigger_id: str, team: Team, now_s: float, limit_s: float) -> str:
        """The person before whom a modal may be opened, once.

        Raises:
            SlackError: it was used before, or too long ago, or is none.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None or trigger.team is not team:
            raise invalid_arguments("invalid `trigger_id`")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if now_s - trigger.made_at_s > limit_s:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger.person
