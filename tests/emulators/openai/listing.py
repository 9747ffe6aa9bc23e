"""GET /v1/models."""

from dataclasses import replace

from tests.emulators.openai.orders import Listing
from tests.emulators.openai.problems import no_model
from tests.emulators.openai.state import State

_RELEASED = 1_790_000_000


def model_list(listing: Listing, state: State) -> Listing:
    """All models, or the one that was asked for.

    Raises:
        ApiProblem: it is not listed.
    """
    if listing.name is None:
        body: dict[str, object] = {"object": "list", "data": [_entry(name, state) for name in state.models]}
        return replace(listing, body=body)
    if listing.name not in state.models:
        raise no_model(listing.name)
    return replace(listing, body=_entry(listing.name, state))


def _entry(name: str, state: State) -> dict[str, object]:
    shutdown = state.models[name]
    return {"id": name, "object": "model", "created": _RELEASED, "owned_by": "system", "shutdown_date": shutdown}
