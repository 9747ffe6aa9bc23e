"""The emulator: a real server on the loopback address that behaves to an app as Slack does."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from tests.clock import PATIENCE_S
from tests.emulators.script import Held
from tests.emulators.slack import consent
from tests.emulators.slack.answers import Answers
from tests.emulators.slack.deliveries import Deliveries
from tests.emulators.slack.faults import Fault
from tests.emulators.slack.forms import Forms
from tests.emulators.slack.happenings import Happenings
from tests.emulators.slack.hosting import Hosting
from tests.emulators.slack.ids import secret
from tests.emulators.slack.interactions import Interactions
from tests.emulators.slack.person import Person, Services
from tests.emulators.slack.request_urls import RequestUrls
from tests.emulators.slack.shapes import message_json
from tests.emulators.slack.socket_mode import Connection, DisconnectReason, SocketMode
from tests.emulators.slack.state import State
from tests.emulators.slack.things import BOT_SCOPES, Channel, ChannelKind, Json, Team
from tests.emulators.slack.web_api import WebApi

MAX_REQUEST_BYTES = 2_000_000_000


class SlackEmulator(State):
    """Runs while its context is open. Leaving it fails where the app did what no app should, and nobody forgave it.

    `team` is the first workspace, with the app installed.

    Args:
        port: 0 for any that is free.
    """

    def __init__(self, *, port: int = 0) -> None:
        super().__init__()
        self._port = port
        self._all_held: list[Held] = []
        self._more_routes: list[web.RouteDef] = []
        self._socket = SocketMode(self)
        self._http = RequestUrls(self)
        self._deliveries = Deliveries(self, self._socket, self._http)
        self._happenings = Happenings(self, self._deliveries)
        self._answers = Answers(self, self._happenings)
        interactions = Interactions(self, self._answers)
        forms = Forms(self, self._deliveries, interactions)
        self._services = Services(self, self._deliveries, self._happenings, self._answers, interactions, forms)
        self.team = self.add_team("Acme")

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/"

    @property
    def connections(self) -> list[Connection]:
        """The sockets that are open."""
        return self._socket.connections

    # Who and what there is

    def add_team(self, name: str, *, installed: bool = True) -> Team:
        team = Team(
            id=self.ids.new("T"),
            name=name,
            domain=name.lower(),
            bot_token=secret("xoxb-"),
            bot_user_id=self.ids.new("U"),
            bot_id=self.ids.new("B"),
            scopes=set(BOT_SCOPES),
            is_installed=installed,
        )
        self.teams[team.id] = team
        return team

    def add_person(self, name: str, *, team: Team | None = None, is_admin: bool = False) -> Person:
        person = Person(
            id=self.ids.new("U"), name=name, team=team or self.team, is_admin=is_admin, services=self._services
        )
        self.people[person.id] = person
        return person

    def add_channel(
        self,
        name: str,
        *,
        team: Team | None = None,
        members: Iterable[Person] = (),
        is_private: bool = False,
        with_bot: bool = True,
        is_archived: bool = False,
        kind: ChannelKind | None = None,
    ) -> Channel:
        """A channel; `kind` "mpim" makes it a conversation of several people."""
        home = team or self.team
        channel = Channel(
            id=self.ids.new("C"),
            name=name,
            team=home,
            kind=kind or ("group" if is_private else "channel"),
            members={member.id for member in members} | ({home.bot_user_id} if with_bot else set()),
            is_archived=is_archived,
            created_s=self.clock.now_s(),
        )
        self.channels[channel.id] = channel
        return channel

    # What goes wrong

    def forgive(self) -> None:
        """Forgets what the app did wrong so far."""
        self.problems.clear()

    def fail(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """The next `times` calls of the method meet this fault; also of "upload", "download", or "*" of any."""
        self.faults.add(fault, to=method, times=times)

    def hold(self, method: str, *, executed: bool = False) -> Held:
        """The next call of the method waits for `go`; with `executed` it is carried out before it waits."""
        held = Held(executed=executed)
        self.held.add(held, to=method)
        self._all_held.append(held)
        return held

    def never_share(self, times: int = 1) -> None:
        """The next `times` completed uploads are answered with ok and never shown."""
        self.shares_to_lose += times

    def double_events(self, times: int = 1) -> None:
        """The next `times` events are delivered twice, with the same `event_id` in envelopes of their own."""
        self._deliveries.double_events(times)

    def double_envelopes(self, times: int = 1) -> None:
        """The next `times` envelopes with events come twice, on two sockets where there are two."""
        self._deliveries.double_envelopes(times)

    def replay_event(self, *, hours_ago: float = 0) -> None:
        """The last event comes once more, as after an outage; `hours_ago` moves it into the past."""
        payload = self._deliveries.last_event
        assert payload is not None, "there was no event"
        self._deliveries.send_again({**payload, "event_time": payload["event_time"] - int(hours_ago * 3600)})

    async def replay_old_event(
        self, person: Person, channel: Channel, text: str, *, hours_ago: float = 3, thread_ts: str | None = None
    ) -> str:
        """A message that was said hours ago, of which the app hears only now."""
        return await person.say(channel, text, thread_ts=thread_ts, hours_ago=hours_ago)

    def disconnect(self, reason: DisconnectReason = "warning", *, close: bool = True) -> None:
        """Sends every socket a `disconnect` frame, and closes it unless told otherwise."""
        self._socket.disconnect(reason, close=close)

    def cut_sockets(self) -> None:
        """Resets every socket's connection, without a close frame."""
        self._socket.cut_all()

    # What people decide

    def revoke(self, team: Team, *, error: str = "account_inactive") -> None:
        """Somebody throws the app out: its token answers `error` from now on, and the app is told."""
        self.uninstall(team, error)
        self._happenings.uninstalled(team)

    def kick_bot(self, channel: Channel) -> None:
        channel.members.discard(channel.team.bot_user_id)
        self.tell()

    def invite_bot(self, channel: Channel) -> None:
        channel.members.add(channel.team.bot_user_id)
        self.tell()

    def archive(self, channel: Channel) -> None:
        channel.is_archived = True
        self.tell()

    def delete_message(self, channel: Channel, ts: str) -> None:
        """Its author, or an admin, deletes it; what it showed is shared there no more."""
        message = channel.find(ts)
        assert message is not None, "there is no such message"
        self._happenings.remove(message)

    def unfurl(self, channel: Channel, ts: str, preview: Json) -> None:
        """Slack shows the preview of a link below a message, as it does some time after it was said."""
        message = channel.find(ts)
        assert message is not None, "there is no such message"
        previous = message_json(self, message)
        message.attachments = [*message.attachments, preview]
        self.tell()
        self._happenings.unfurled(message, previous)

    async def install(
        self, team: Team, install_url: str, session: aiohttp.ClientSession, *, answer: str = "allow"
    ) -> tuple[int, str]:
        """A person opens the app's install page and presses Allow, or "cancel"; gives the app's last page."""
        return await consent.install(self.origin, team, install_url, session, answer=answer)

    async def verify_request_url(self) -> bool:
        """Whether the app answers the challenge at its `request_url`."""
        return await self._http.verify()

    async def quiet(self, *, limit_s: float = PATIENCE_S) -> None:
        """Waits until every delivery is acknowledged or given up, and every share is done."""
        await self._deliveries.quiet(limit_s)

    # Runs

    def also_serve(self, routes: Iterable[web.RouteDef]) -> None:
        """Adds what is no part of Slack, before the context is entered."""
        self._more_routes += routes

    async def __aenter__(self) -> Self:
        await self._http.open()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for held in self._all_held:
            held.go()
        await self._deliveries.close()
        await self._socket.close()
        await self._runner.cleanup()
        await self._http.close()
        if kind is None and self.problems:
            raise AssertionError("what no app should do:\n" + "\n".join(self.problems))

    def _application(self) -> web.Application:
        api = WebApi(self, self._happenings, self._deliveries, self._socket)
        hosting, page = Hosting(self), consent.ConsentPage(self)
        routes: Sequence[web.RouteDef] = [
            web.route("*", "/api/{method}", api.serve),
            web.get("/link/", self._socket.serve),
            web.post("/upload/v1/{ticket}/{file}", hosting.upload),
            web.get("/files-pri/{team}-{file}/{rest:.*}", hosting.download),
            web.get("/edge/{file}/{rest:.*}", hosting.serve_elsewhere),
            web.post("/response/{team}/{ticket}", self._answers.serve),
            web.get("/oauth/v2/authorize", page.show),
            web.post("/oauth/v2/allow", page.allow),
        ]
        application = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[self._notice_own_faults])
        application.add_routes([*routes, *self._more_routes])
        application.on_response_prepare.append(self._date)
        return application

    async def _date(self, _: web.Request, response: web.StreamResponse) -> None:
        """Its own time, and not the real one that the server would put there."""
        response.headers["Date"] = self.clock.http_date()

    @web.middleware
    async def _notice_own_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Exception as fault:
            if not isinstance(fault, web.HTTPException | ConnectionError):
                self.note("emulator", f"broke in {request.path}: {fault!r}")
            raise
