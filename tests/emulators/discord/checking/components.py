"""The rules of a message's components, of both generations."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.emulators.discord.checking.findings import Findings, Path, check_object
from tests.emulators.discord.checking.kinds import (
    BUTTON,
    CONTAINER,
    EMOJI,
    FIELDS,
    FILE,
    GALLERY,
    GALLERY_ITEM,
    LINK,
    MEDIA,
    OPTION,
    PREMIUM,
    PRESSED,
    ROW,
    SECTION,
    SELECT,
    SELECTS,
    SEPARATOR,
    TEXT_DISPLAY,
    THUMBNAIL,
)
from tests.emulators.discord.things import Json

MAX_ROWS = 5
MAX_V2_COMPONENTS = 40
MAX_V2_CHARS = 4000
_TOP_LEVEL_V2 = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER = tuple(kind for kind in _TOP_LEVEL_V2 if kind != CONTAINER)


def check_components(findings: Findings, components: list[Any], *, is_v2: bool) -> None:
    if not is_v2 and len(components) > MAX_ROWS:
        findings.add(("components",), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_ROWS} in length.")
    allowed = _TOP_LEVEL_V2 if is_v2 else (ROW,)
    for index, each in enumerate(components):
        _check(findings, ("components", index), each, allowed)
    if findings.is_clean:
        _check_all(findings, components, is_v2=is_v2)


def each_of(components: Sequence[Json]) -> Iterator[Json]:
    """Every component with what is in it, from the top."""
    for component in components:
        yield component
        yield from each_of(component.get("components", ()))
        for name in ("accessory", "component"):
            if isinstance(inner := component.get(name), dict):
                yield from each_of([inner])


def media_in(components: Sequence[Json]) -> Iterator[Json]:
    """The `{"url": …}` of everything that is shown."""
    for component in each_of(components):
        match component["type"]:
            case 11:
                yield component["media"]
            case 12:
                yield from (item["media"] for item in component["items"])
            case 13:
                yield component["file"]
            case _:
                pass


def files_in(components: Sequence[Json]) -> list[str]:
    """The names of uploaded files that the components show."""
    urls = [media["url"] for media in media_in(components)]
    return [url.removeprefix("attachment://") for url in urls if url.startswith("attachment://")]


def with_ids(components: Sequence[Json]) -> list[Json]:
    """Copies that have an id each, as Discord gives where the app gave none."""
    taken = {each["id"] for each in each_of(components) if each.get("id")}
    numbers = iter(number for number in range(1, 1000) if number not in taken)

    def numbered(component: Json) -> Json:
        copy = dict(component)
        copy["id"] = component.get("id") or next(numbers)
        if "components" in copy:
            copy["components"] = [numbered(each) for each in copy["components"]]
        for name in ("accessory", "component"):
            if name in copy:
                copy[name] = numbered(copy[name])
        return {name: value for name, value in copy.items() if value is not None}

    return [numbered(each) for each in components]


# Private


def _check(findings: Findings, path: Path, component: Any, allowed: Sequence[int]) -> None:
    if not isinstance(component, dict) or component.get("type") not in allowed:
        kind = component.get("type") if isinstance(component, dict) else component
        findings.add((*path, "type"), "UNION_TYPE_CHOICES", f"Value of field type must be one of {allowed}, is {kind}.")
        return
    kind = component["type"]
    if not check_object(findings, path, component, FIELDS[kind]):
        return
    match kind:
        case 1:
            _check_row(findings, path, component["components"])
        case 2:
            check_button(findings, path, component)
        case 3 | 5 | 6 | 7 | 8:
            check_select(findings, path, component)
        case 9:
            for index, each in enumerate(component["components"]):
                _check(findings, (*path, "components", index), each, (TEXT_DISPLAY,))
            _check(findings, (*path, "accessory"), component["accessory"], (BUTTON, THUMBNAIL))
        case 11:
            check_object(findings, (*path, "media"), component["media"], MEDIA)
        case 12:
            for index, each in enumerate(component["items"]):
                if check_object(findings, (*path, "items", index), each, GALLERY_ITEM):
                    check_object(findings, (*path, "items", index, "media"), each["media"], MEDIA)
        case 13:
            if check_object(findings, (*path, "file"), component["file"], MEDIA) and not component["file"][
                "url"
            ].startswith("attachment://"):
                findings.add((*path, "file", "url"), "FILE_COMPONENT_URL", "must be attachment://<filename>")
        case 17:
            for index, each in enumerate(component["components"]):
                _check(findings, (*path, "components", index), each, _IN_CONTAINER)
        case _:
            pass


def _check_row(findings: Findings, path: Path, children: list[Any]) -> None:
    kinds = [child.get("type") if isinstance(child, dict) else None for child in children]
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        findings.add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "a select takes the whole row")
    for index, child in enumerate(children):
        _check(findings, (*path, "components", index), child, PRESSED)


def check_button(findings: Findings, path: Path, button: Json) -> None:
    style = button["style"]
    wanted = {LINK: "url", PREMIUM: "sku_id"}.get(style, "custom_id")
    for name in ("custom_id", "url", "sku_id"):
        if (name == wanted) != (button.get(name) is not None):
            fault = "is needed" if name == wanted else "must not be there"
            findings.add((*path, name), "BUTTON_COMPONENT_INVALID", f"a button of style {style}: {name} {fault}")
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        findings.add(path, "BUTTON_COMPONENT_INVALID_EMOJI", "a button needs a label or an emoji")
    if button.get("emoji"):
        check_object(findings, (*path, "emoji"), button["emoji"], EMOJI)


def check_select(findings: Findings, path: Path, select: Json) -> None:
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if least > most:
        findings.add((*path, "min_values"), "BASE_TYPE_MAX", "min_values is more than max_values")
    if select["type"] != SELECT:
        return
    check_options(findings, path, select["options"])
    if most > len(select["options"]):
        findings.add((*path, "max_values"), "BASE_TYPE_MAX", "max_values is more than there are options")
    if sum(bool(isinstance(each, dict) and each.get("default")) for each in select["options"]) > most:
        findings.add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "more defaults than max_values")


def check_options(findings: Findings, path: Path, options: list[Any]) -> None:
    values: set[str] = set()
    for index, option in enumerate(options):
        if not check_object(findings, (*path, "options", index), option, OPTION):
            continue
        if option["value"] in values:
            code = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
            findings.add((*path, "options", index, "value"), code, "The specified option value is already used")
        values.add(option["value"])


def _check_all(findings: Findings, components: list[Json], *, is_v2: bool) -> None:
    every = list(each_of(components))
    custom_ids = [each["custom_id"] for each in every if each.get("custom_id") is not None]
    for custom_id in {each for each in custom_ids if custom_ids.count(each) > 1}:
        code = "COMPONENT_CUSTOM_ID_DUPLICATED"
        findings.add(("components",), code, f"Component custom id cannot be duplicated: {custom_id}")
    ids = [each["id"] for each in every if each.get("id")]
    if len(ids) != len(set(ids)):
        findings.add(("components",), "COMPONENT_ID_DUPLICATED", "Component ids cannot be duplicated")
    if not is_v2:
        return
    if len(every) > MAX_V2_COMPONENTS:
        findings.add(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"{len(every)} are more than 40")
    chars = sum(len(each["content"]) for each in every if each["type"] == TEXT_DISPLAY)
    if chars > MAX_V2_CHARS:
        findings.add(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"{chars} are more than 4000")
