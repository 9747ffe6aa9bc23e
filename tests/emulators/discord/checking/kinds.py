"""The fields of each kind of component."""

from collections.abc import Mapping

from tests.emulators.discord.checking.findings import (
    ANY,
    Rule,
    array,
    flag,
    number,
    obj,
    one_of,
    snowflake,
    text,
)

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23

SELECTS = (SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
INPUTS = (TEXT_INPUT, *SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)
"""What may stand in a label."""
PRESSED = (BUTTON, *SELECTS)
"""What an interaction may come from."""

LINK, PREMIUM = 5, 6
"""The styles of buttons that the app hears nothing of."""

_CUSTOM_ID = text(1, 100, needed=True)
_DESCRIPTION = text(0, 1024, null=True)
_COMMON = {"type": number(needed=True), "id": number(0)}
_SELECT = {
    "custom_id": _CUSTOM_ID,
    "placeholder": text(0, 150, null=True),
    "min_values": number(0, 25),
    "max_values": number(1, 25),
    "disabled": flag(),
    "required": flag(),
}
_DEFAULTS = {"default_values": array(0, 25)}

FIELDS: Mapping[int, Mapping[str, Rule]] = {
    kind: _COMMON | fields
    for kind, fields in {
        ROW: {"components": array(1, 5, needed=True)},
        BUTTON: {
            "style": one_of(1, 2, 3, 4, LINK, PREMIUM, needed=True),
            "label": text(0, 80, null=True),
            "emoji": obj(null=True),
            "custom_id": text(1, 100),
            "sku_id": snowflake(),
            "url": text(1, 512),
            "disabled": flag(),
        },
        SELECT: _SELECT | {"options": array(1, 25, needed=True)},
        USER_SELECT: _SELECT | _DEFAULTS,
        ROLE_SELECT: _SELECT | _DEFAULTS,
        MENTIONABLE_SELECT: _SELECT | _DEFAULTS,
        CHANNEL_SELECT: _SELECT | _DEFAULTS | {"channel_types": array()},
        TEXT_INPUT: {
            "custom_id": _CUSTOM_ID,
            "style": one_of(1, 2, needed=True),
            "label": text(1, 45, null=True),
            "min_length": number(0, 4000),
            "max_length": number(1, 4000),
            "required": flag(),
            "value": text(0, 4000, null=True),
            "placeholder": text(0, 100, null=True),
        },
        SECTION: {"components": array(1, 3, needed=True), "accessory": obj(needed=True)},
        TEXT_DISPLAY: {"content": text(1, 4000, needed=True)},
        THUMBNAIL: {"media": obj(needed=True), "description": _DESCRIPTION, "spoiler": flag()},
        GALLERY: {"items": array(1, 10, needed=True)},
        FILE: {"file": obj(needed=True), "spoiler": flag()},
        SEPARATOR: {"divider": flag(), "spacing": one_of(1, 2)},
        CONTAINER: {
            "components": array(1, 40, needed=True),
            "accent_color": number(0, 0xFFFFFF, null=True),
            "spoiler": flag(),
        },
        LABEL: {
            "label": text(1, 45, needed=True),
            "description": text(0, 100, null=True),
            "component": obj(needed=True),
        },
        FILE_UPLOAD: {
            "custom_id": _CUSTOM_ID,
            "min_values": number(0, 10),
            "max_values": number(1, 10),
            "required": flag(),
            "file_types": array(0, 10),
        },
        RADIO_GROUP: {"custom_id": _CUSTOM_ID, "options": array(2, 10, needed=True), "required": flag()},
        CHECKBOX_GROUP: {
            "custom_id": _CUSTOM_ID,
            "options": array(1, 10, needed=True),
            "min_values": number(0, 10),
            "max_values": number(1, 10),
            "required": flag(),
        },
        CHECKBOX: {"custom_id": _CUSTOM_ID, "default": flag()},
    }.items()
}
OPTION = {
    "label": text(1, 100, needed=True),
    "value": text(1, 100, needed=True),
    "description": text(0, 100, null=True),
    "emoji": ANY,
    "default": flag(),
}
GALLERY_ITEM = {"media": obj(needed=True), "description": _DESCRIPTION, "spoiler": flag()}
MEDIA = {"url": text(1, 2048, needed=True)}
EMOJI = {"id": snowflake(null=True), "name": text(0, 32, null=True), "animated": flag()}
