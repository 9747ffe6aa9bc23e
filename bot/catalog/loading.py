"""Loads `models.toml` and the administrator's file into entries, and reports all problems at once."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ValidationError

from bot.catalog.model import Model, OutputFormula, OutputTable, Prices, Retired
from bot.catalog.sizes import FixedSizes, FlexibleSizes
from bot.domain.text import closest_match, fold
from bot.texts import model_errors

_Table = dict[str, object]
_ENTRY_KINDS = ("models", "retired")
_NOT_INHERITED = frozenset({"label", "aliases", "wire_name", "released", "shutdown", "successor"})
_TAGS = frozenset({"fixed", "flexible", "table", "formula"})
_NESTED: tuple[type[BaseModel], ...] = (Prices, OutputTable, OutputFormula, FixedSizes, FlexibleSizes)
_KEYS = {"like", *Model.model_fields} - {"name"}
_NESTED_KEYS = {key for nested in _NESTED for key in nested.model_fields}


@dataclass(frozen=True, slots=True)
class Entries:
    models: Mapping[str, Model]
    retired: Mapping[str, Retired]


def load_entries(extra: Path | None) -> Entries:
    """The built-in entries, merged with those of the administrator's file key by key.

    Raises:
        AdminError: the file cannot be read, or is wrong; the text lists all problems.
    """
    problems: list[str] = []
    builtin = tomllib.loads(
        files("bot.catalog").joinpath("models.toml").read_text(encoding="utf-8"), parse_float=Decimal
    )
    own = _read_file(extra) if extra else {}
    problems += [f"unknown table {kind!r}{_suggestion(kind, _ENTRY_KINDS)}" for kind in own if kind not in _ENTRY_KINDS]
    base = _resolve_inheritance(_tables_of_kind(builtin, "models", problems), problems)
    own_models = _tables_of_kind(own, "models", problems)
    raw = _resolve_inheritance(_merge(base, own_models), problems)
    for name in base:
        is_moved = raw[name].get("base_url") != base[name].get("base_url")
        if is_moved and "shutdown" not in own_models.get(name, {}):
            raw[name].pop("shutdown", None)  # the date is OpenAI's, and another service serves this model
    models = {name: model for name, table in raw.items() if (model := _parse_model(name, table, problems))}
    retired_raw = _merge(_tables_of_kind(builtin, "retired", problems), _tables_of_kind(own, "retired", problems))
    retired = {name: entry for name, table in retired_raw.items() if (entry := _parse_retired(name, table, problems))}
    if not problems:
        problems += [*_successor_problems(models, retired), *_name_problems(models, retired)]
    if problems:
        raise model_errors.models_file_invalid(problems)
    return Entries(models, retired)


def _read_file(path: Path) -> _Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise model_errors.models_file_unreadable(error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise model_errors.models_file_not_toml(error) from error


def _tables_of_kind(document: _Table, kind: str, problems: list[str]) -> dict[str, _Table]:
    tables = document.get(kind, {})
    if not isinstance(tables, dict):
        problems.append(f"{kind!r} must hold tables such as [{kind}.my-model]")
        return {}
    named = cast(_Table, tables)
    problems += [f"{kind}.{name} must be a table" for name, table in named.items() if not isinstance(table, dict)]
    return {name: cast(_Table, table) for name, table in named.items() if isinstance(table, dict)}


def _merge(under: Mapping[str, _Table], over: Mapping[str, _Table]) -> dict[str, _Table]:
    """Keys of `over` replace those of `under`, without merging nested tables; new entries come last."""
    return {
        name: {**under.get(name, {}), **over.get(name, {})} for name in (*under, *(n for n in over if n not in under))
    }


def _resolve_inheritance(tables: Mapping[str, _Table], problems: list[str]) -> dict[str, _Table]:
    """All entries, each with the keys of the entry that its `like` names."""
    return {name: _expand_entry(name, tables, (), problems) for name in tables}


def _expand_entry(name: str, tables: Mapping[str, _Table], seen: tuple[str, ...], problems: list[str]) -> _Table:
    table = dict(tables[name])
    if "like" not in table:
        return table
    like = table.pop("like")
    if not isinstance(like, str) or like not in tables:
        problems.append(f"{name}: like {like!r} is no entry{_suggestion(str(like), tables)}")
        return table
    if like in (name, *seen):
        problems.append(f"{name}: like {like!r} goes in a circle")
        return table
    inherited = _expand_entry(like, tables, (*seen, name), problems)
    return {**{key: value for key, value in inherited.items() if key not in _NOT_INHERITED}, **table}


def _parse_model(name: str, table: _Table, problems: list[str]) -> Model | None:
    try:
        return Model.model_validate({"wire_name": name, **table, "name": name})
    except ValidationError as error:
        problems += _describe_errors(name, error)
        return None


def _parse_retired(name: str, table: _Table, problems: list[str]) -> Retired | None:
    try:
        return Retired.model_validate({**table, "name": name})
    except ValidationError as error:
        problems += _describe_errors(name, error)
        return None


def _describe_errors(name: str, error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        path = [str(part) for part in detail["loc"] if part not in _TAGS]
        match detail["type"]:
            case "extra_forbidden":
                known = _KEYS if len(path) == 1 else _NESTED_KEYS
                yield f"{name}: unknown key {'.'.join(path)!r}{_suggestion(path[-1], known)}"
            case "missing":
                yield f"{name}: {'.'.join(path)} is missing"
            case _:
                where = f"{'.'.join(path)}: " if path else ""
                yield f"{name}: {where}{detail['msg'].removeprefix('Value error, ')}"


def _successor_problems(models: Mapping[str, Model], retired: Mapping[str, Retired]) -> Iterator[str]:
    known: dict[str, Model | Retired] = {**retired, **models}
    for name, entry in known.items():
        seen = [name]
        while entry.successor is not None:
            if entry.successor not in known:
                yield f"{name}: successor {entry.successor!r} is no entry{_suggestion(entry.successor, known)}"
                break
            if entry.successor in seen:
                yield f"{name}: its successors go in a circle"
                break
            seen.append(entry.successor)
            entry = known[entry.successor]


def _name_problems(models: Mapping[str, Model], retired: Mapping[str, Retired]) -> Iterator[str]:
    """Reports names, labels and aliases that belong to more than one entry."""
    owners: dict[str, str] = {}
    for name, entry in (*models.items(), *retired.items()):
        for word in dict.fromkeys((name, entry.label, *entry.aliases)):
            owner = owners.setdefault(fold(word), name)
            if owner != name:
                yield f"{name}: {word!r} already means {owner}"


def _suggestion(typed: str, known: Mapping[str, object] | set[str] | tuple[str, ...]) -> str:
    near = closest_match(typed, known)
    return f"; did you mean {near!r}?" if near else ""
