"""What servers have in common: routes, keys, and how an answer or a refusal is worded."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from tests.emulators.openai import images, problems
from tests.emulators.openai.calls import Call
from tests.emulators.openai.models import SHUTDOWNS
from tests.emulators.openai.orders import ImageOrder, Listing, Work
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

Understand = Callable[[Call, State], Work]


class Dialect:
    """One kind of server.

    Attributes:
        prefix: what its paths begin with.
        demands_key: whether it refuses other keys.
        serves: the names it can be asked for, with the model behind each.
    """

    prefix: ClassVar[str] = "/v1"
    demands_key: ClassVar[bool] = False
    serves: ClassVar[Mapping[str, str]] = {}
    posts: ClassVar[Mapping[str, Understand]] = {}

    def listed(self) -> dict[str, str | None]:
        """What GET /v1/models shows at first."""
        return {name: SHUTDOWNS.get(name) for name in self.serves}

    def check_key(self, call: Call, state: State) -> None:
        """Raises: ApiProblem: it is missing or another one."""
        if state.demands_key and call.bearer != state.key:
            raise self.wrong_key(call.bearer)

    def wrong_key(self, key: str | None) -> ApiProblem:
        return problems.bad_key(key)

    def understand(self, call: Call, state: State) -> Work:
        """What the request comes to.

        Raises:
            ApiProblem: it breaks a rule of this server.
        """
        path = call.path.removeprefix(self.prefix)
        if call.method == "GET" and path == "/models":
            return Listing()
        if call.method == "GET" and path.startswith("/models/"):
            return Listing(path.removeprefix("/models/"))
        understand = self.posts.get(path) if call.method == "POST" else None
        if understand is None:
            raise problems.no_such_path(call.method, call.path)
        return understand(call, state)

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"error": problem.error}

    def image_body(self, order: ImageOrder, pictures: list[bytes], state: State) -> images.Body:
        return images.image_body(order, pictures, state)
