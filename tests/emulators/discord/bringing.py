"""Brings what a person did with the app to it, and waits as their client does for what comes of it."""

import asyncio

from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.ids import secret
from tests.emulators.discord.interactions import Interaction, InteractionKind, Outcome
from tests.emulators.discord.messages import Message
from tests.emulators.discord.payloads import Resolved, interaction_json, resolved_json
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Json, Profile

NO_ANSWER: dict[InteractionKind, str] = {
    "command": "The application did not respond",
    "component": "This interaction failed",
    "autocomplete": "Loading options failed",
    "modal": "Something went wrong. Try again.",
}


class Bringing:
    def __init__(self, state: State, happenings: Happenings) -> None:
        self._state = state
        self._happenings = happenings
        self.under_way = 0

    def begin(
        self,
        kind: InteractionKind,
        person: Profile,
        channel: Channel,
        *,
        name: str = "",
        command_type: int = 0,
        custom_id: str = "",
        message: Message | None = None,
        target: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        interaction = Interaction(
            id=self._state.new_id(),
            token=secret("aW50ZXJhY3Rpb24"),
            kind=kind,
            person=person,
            channel=channel,
            created_s=self._state.clock.now_s(),
            name=name,
            command_type=command_type,
            custom_id=custom_id,
            message=message,
            target=target,
            opened_by=opened_by,
        )
        self._state.interactions[interaction.id] = interaction
        return interaction

    async def bring(self, interaction: Interaction, data: Json, resolved: Resolved, times: int = 1) -> Outcome:
        """Tells the app, `times` times of the very same interaction, and waits until it is acknowledged or given up."""
        told = resolved_json(self._state, resolved, interaction.channel)
        payload = interaction_json(self._state, interaction, {**data, **({"resolved": told} if told else {})})
        self.under_way += 1
        try:
            for _ in range(times):
                self._happenings.interacted(payload, interaction.channel)
            async with asyncio.timeout(self._state.patience_s):
                while interaction.answered_with is None and self._is_awaited(interaction):
                    await self._state.changed()
        except TimeoutError:
            pass
        finally:
            self.under_way -= 1
            self._state.tell()
        interaction.has_timed_out = interaction.answered_with is None
        if interaction.has_timed_out:
            return Outcome(interaction=interaction, error=NO_ANSWER[interaction.kind])
        return Outcome(interaction=interaction)

    def _is_awaited(self, interaction: Interaction) -> bool:
        return self._state.clock.now_s() - interaction.created_s <= self._state.ack_limit_s
