"""Brings events, commands and interactions to the app: events again and again, the others once."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

from tests.emulators.slack.parcels import Ack, Attempt, Carrier, Parcel
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Json, Team

# What a subscription needs, so that an app without it gets nothing.
_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}


class Deliveries:
    """Everything that is under way. Work that Slack does later of its own accord counts as well."""

    def __init__(self, state: State, socket: Carrier, http: Carrier) -> None:
        self._state = state
        self._carriers: dict[str, Carrier] = {"socket": socket, "http": http}
        self._tasks: set[asyncio.Task[None]] = set()
        self._parked = 0
        self._events_to_double = 0
        self._envelopes_to_double = 0
        self.last_event: Json | None = None

    def double_events(self, times: int) -> None:
        self._events_to_double += times

    def double_envelopes(self, times: int) -> None:
        self._envelopes_to_double += times

    def send_event(
        self, team: Team, kind: str, event: Json, *, hours_ago: float = 0, times: int = 1, event_id: str | None = None
    ) -> None:
        """Begins to deliver an event, if the app subscribed to it. `times` sends the very same event again."""
        scope = _EVENT_SCOPES.get(kind)
        is_wanted = kind in self._state.events and (scope is None or scope in team.scopes)
        if not is_wanted or not (team.is_installed or kind in ("app_uninstalled", "tokens_revoked")):
            return
        payload = self._event_payload(team, event, hours_ago, event_id)
        self.last_event = payload
        if self._events_to_double:
            self._events_to_double -= 1
            times += 1
        for _ in range(times):
            self.spawn(self._bring_event(payload))

    def send_again(self, payload: Json) -> None:
        """An event that was delivered before."""
        self.spawn(self._bring_event(payload))

    async def ask(self, parcel: Parcel) -> Ack:
        """Brings a command or an interaction, which are not tried again, and waits for what the app says."""
        carrier = self._carriers[self._state.delivery]
        if not carrier.is_ready:
            return Ack(ok=False, error="dispatch_failed")
        return await carrier.bring(parcel, Attempt())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Lets something happen later, for which `quiet` waits."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def quiet(self, limit_s: float) -> None:
        """Waits until all was acknowledged or given up; what waits for a socket does not count."""
        await self._state.until(lambda: len(self._tasks) <= self._parked, limit_s=limit_s)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._state.note("emulator", f"broke: {error!r}")
        self._state.tell()

    async def _bring_event(self, payload: Json) -> None:
        attempt = Attempt()
        while True:
            carrier = self._carriers[self._state.delivery]
            if not carrier.is_ready:
                await self._park(carrier)
            parcel = Parcel("events_api", payload)
            if attempt.number == 0 and self._envelopes_to_double:
                self._envelopes_to_double -= 1
                self.spawn(self._bring_once(carrier, parcel))
            ack = await carrier.bring(parcel, attempt)
            if ack.ok or ack.stop or attempt.number >= len(self._state.retry_delays_s):
                return
            await asyncio.sleep(self._state.retry_delays_s[attempt.number])
            attempt = Attempt(attempt.number + 1, ack.reason)

    async def _bring_once(self, carrier: Carrier, parcel: Parcel) -> None:
        await carrier.bring(parcel, Attempt())

    async def _park(self, carrier: Carrier) -> None:
        self._parked += 1
        self._state.tell()
        try:
            await carrier.ready()
        finally:
            self._parked -= 1

    def _event_payload(self, team: Team, event: Json, hours_ago: float, event_id: str | None) -> Json:
        state = self._state
        authorization = {
            "enterprise_id": None,
            "team_id": team.id,
            "user_id": team.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": state.verification_token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": state.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or state.ids.new("Ev"),
            "event_time": int(state.clock.now_s() - hours_ago * 3600),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{uuid4().hex}",
        }
