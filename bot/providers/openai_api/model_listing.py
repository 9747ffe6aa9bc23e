"""Compares the model lists of services with the catalog, for `easel models --check` and the doctor."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from httpx2 import Response
from openai import APIStatusError, AsyncOpenAI
from pydantic import BaseModel, ValidationError

from bot.catalog.model import Model
from bot.domain.diagnostics import Diagnostic
from bot.errors import AdminError
from bot.providers.openai_api.bounds import UNREAD, CallTooLong, read_limited
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.errors import PROBLEMS, to_easel_error

_WARN_BEFORE: Final = timedelta(days=90)
_TIMEOUT_S: Final = 15.0
_MAX_LISTING_BYTES: Final = 8 * 1024 * 1024
"""The limit of a list of models: routers that serve thousands send 1 MB."""
_NO_LIST_STATUSES: Final = frozenset({404, 405, 501})


async def check_services(models: Sequence[Model], clients: OpenAIClients, *, today: date) -> list[Diagnostic]:
    """Requests the model list of each service behind `models` once, and reports differences from their entries."""
    diagnostics: list[Diagnostic] = []
    for group in _group_by_service(models, clients).values():
        diagnostics += await _check_service(group, clients, today)
    return diagnostics


def _group_by_service(models: Iterable[Model], clients: OpenAIClients) -> Mapping[tuple[str, str | None], list[Model]]:
    """Groups models by address and key, without those that need no service."""
    groups: dict[tuple[str, str | None], list[Model]] = {}
    for model in models:
        if model.api != "none":
            groups.setdefault((clients.base_url_of(model), model.api_key_env), []).append(model)
    return groups


async def _check_service(models: Sequence[Model], clients: OpenAIClients, today: date) -> list[Diagnostic]:
    address = clients.base_url_of(models[0])
    by_entry = [diagnostic for model in models for diagnostic in _check_shutdown(model, model.shutdown, today)]
    try:
        served = await _list_models(clients.for_model(models[0]))
    except AdminError as problem:
        return [Diagnostic(address, "problem", problem.text, problem.hint), *by_entry]
    except PROBLEMS as problem:
        known = to_easel_error(problem, models[0])
        return [Diagnostic(address, "problem", known.text, known.hint), *by_entry]
    if served is None:
        text = "Has no list of models, so their names cannot be checked."
        return [Diagnostic(address, "warning", text, "Draw once with each of them to be sure."), *by_entry]
    listed = sum(model.wire_name in served for model in models)
    total = Diagnostic(address, "fine", f"Serves {listed} of {len(models)} models that the catalog places there.")
    return [total, *(diagnostic for model in models for diagnostic in _check_model(model, served, today))]


async def _list_models(client: AsyncOpenAI) -> Mapping[str, date | None] | None:
    """The model names of the service, each with its shutdown date if set; None if the service has no list."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            listing = _Listing.model_validate_json(await _read_listing(client))
    except TimeoutError as problem:
        raise CallTooLong(_TIMEOUT_S) from problem
    except APIStatusError as problem:
        if problem.status_code in _NO_LIST_STATUSES:
            return None
        raise
    except ValidationError:
        return None
    return {served.id: _parse_date(served.shutdown_date) for served in listing.data}


async def _read_listing(client: AsyncOpenAI) -> bytes:
    response = await client.get("/models", cast_to=Response, options={"timeout": _TIMEOUT_S, "headers": UNREAD})
    try:
        return b"".join([chunk async for chunk in read_limited(response, max_bytes=_MAX_LISTING_BYTES)])
    finally:
        await response.aclose()


class _Served(BaseModel):
    id: str
    shutdown_date: str | None = None


class _Listing(BaseModel):
    data: list[_Served]


def _check_model(model: Model, served: Mapping[str, date | None], today: date) -> list[Diagnostic]:
    if model.wire_name in served:
        return _check_shutdown(model, served[model.wire_name] or model.shutdown, today)
    if dated := _check_shutdown(model, model.shutdown, today):
        return dated
    # The list can be late after a launch: a model that it lacks may work anyway.
    text = f"{model.wire_name} is not in the service's list of models."
    return [Diagnostic(model.name, "warning", text, f"If it cannot be drawn with, {_advice(model)}.")]


def _check_shutdown(model: Model, shutdown: date | None, today: date) -> list[Diagnostic]:
    if shutdown is None or shutdown - today > _WARN_BEFORE:
        return []
    if shutdown <= today:
        return [Diagnostic(model.name, "problem", f"Was shut down on {shutdown}.", f"{_advice(model).capitalize()}.")]
    days = (shutdown - today).days
    text = f"Will be shut down on {shutdown}, in {days} day{'' if days == 1 else 's'}."
    noted = f" Write shutdown = {shutdown} into its entry." if model.shutdown != shutdown else ""
    return [Diagnostic(model.name, "warning", text, f"Until then, {_advice(model)}.{noted}")]


def _advice(model: Model) -> str:
    if model.successor is not None:
        return f"use its successor {model.successor}"
    return "correct wire_name in its entry, or take the entry out of EASEL_MODELS_FILE"


def _parse_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
