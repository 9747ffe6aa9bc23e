"""What the app says, checked before it is stored: length, blocks, the files they show, and whom it would ring up."""

import re
from collections.abc import Sequence
from typing import Any

from tests.emulators.slack.kit.check import check_blocks, check_view, is_too_large, named
from tests.emulators.slack.kit.shapes import Report
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Channel, File, Json, Ping, Team

MAX_TEXT_CHARS = 40_000
"""Slack cuts longer ones."""
MAX_BLOCK_CHARS = 13_200
SHOWN_IN_BLOCKS = frozenset({"png", "jpg", "gif"})

_MENTION = re.compile(r"<(!channel|!here|!everyone|!subteam\^\w+|@[UW]\w+)(?:\|[^>]*)?>")
_NAMED = re.compile(r"(?<!\w)@(\w+)")


def check_words(
    state: State,
    team: Team,
    channel: Channel | None,
    *,
    through: str,
    text: str,
    blocks: Sequence[Any],
    parses_names: bool = False,
    takes_files: bool = True,
) -> list[Json]:
    """The blocks as they are stored.

    Args:
        channel: where it is said; None for what stands in no channel.
        through: the call, for those who read the problems.
        parses_names: whether Slack looks for plain `@name` too.
        takes_files: whether blocks may show files of Slack here; answers to a `response_url` may not.

    Raises:
        SlackError: Slack refuses it.
    """
    if not text and not blocks:
        raise SlackError("no_text", problem="neither text nor blocks")
    if not text:
        state.note(through, "blocks without a text for notifications and screen readers")
    if len(text) > MAX_TEXT_CHARS:
        raise SlackError("msg_too_long", problem=f"a text of {len(text)} characters")
    report = check_blocks(blocks)
    if report.errors:
        raise _refused(report.errors, "invalid_blocks")
    if report.chars > MAX_BLOCK_CHARS:
        raise SlackError("msg_blocks_too_long", problem=f"{report.chars} characters in blocks")
    _check_files(state, team, channel, report, "invalid_blocks", takes_files=takes_files)
    _remember_pings(state, team, through, [text, *report.mrkdwn], report.mentioned, parses_names=parses_names)
    return named(blocks)


def check_view_content(state: State, team: Team, through: str, view: Json, *, kind: str) -> Json:
    """The view's content as it is stored.

    Raises:
        SlackError: Slack refuses it.
    """
    if is_too_large(view):
        raise SlackError("view_too_large", problem="the view is larger than 250 kB")
    report = check_view(view)
    if view.get("type") != kind:
        report.add(f"must be {kind}", "/view/type")
    if report.errors:
        raise _refused(report.errors, "invalid_arguments")
    _check_files(state, team, None, report, "invalid_arguments", takes_files=True)
    _remember_pings(state, team, through, report.mrkdwn, report.mentioned)
    return {**view, "blocks": named(view["blocks"])}


def referred_file(state: State, reference: Json) -> File | None:
    """The file that a `slack_file` means, by its id or one of its addresses."""
    if "id" in reference:
        return state.files.get(reference["id"])
    return next((file for file in state.files.values() if f"-{file.id}/" in reference.get("url", "")), None)


def _check_files(
    state: State, team: Team, channel: Channel | None, report: Report, code: str, *, takes_files: bool
) -> None:
    for pointer, reference in report.slack_files:
        file = referred_file(state, reference)
        if not takes_files:
            problem = "a file of Slack in an answer to a response_url"
        elif file is None or file.team is not team:
            problem = f"no such file: {reference}"
        elif not _is_showable(state, file):
            problem = None
        elif file.filetype not in SHOWN_IN_BLOCKS:
            problem = f"{file.id} is {file.filetype}: blocks show PNG, JPEG and GIF only"
        elif not _is_visible(state, team, channel, file):
            problem = f"{file.id} is not shared where those who see the block could look"
        else:
            continue
        error = f"invalid slack file [json-pointer:{pointer}]"
        raise SlackError(code, problem=problem, errors=[error], response_metadata={"messages": [f"[ERROR] {error}"]})


def _is_showable(state: State, file: File) -> bool:
    """Whether it is there, whole, and looked into. An app cannot know, so that it is no fault where it is not."""
    return file.is_complete and not file.is_deleted and state.clock.now_s() >= file.ready_at_s


def _is_visible(state: State, team: Team, channel: Channel | None, file: File) -> bool:
    if file.owner == team.bot_user_id and state.unshared_files_visible:
        return True
    return bool(file.shares if channel is None else file.shared_in(channel.id))


def _refused(errors: Sequence[str], code: str) -> SlackError:
    told = {"messages": [f"[ERROR] {error}" for error in errors]}
    more: Json = {"response_metadata": told}
    if code == "invalid_blocks":
        more["errors"] = list(errors)
    return SlackError(code, problem="; ".join(errors), **more)


def _remember_pings(
    state: State,
    team: Team,
    through: str,
    texts: Sequence[str],
    mentioned: Sequence[str],
    *,
    parses_names: bool = False,
) -> None:
    for text in texts:
        found = [each[1].lstrip("!@") for each in _MENTION.finditer(text)]
        if parses_names:
            names = {person.name.lower(): person.id for person in state.people.values() if person.team is team}
            names |= {name: name for name in ("channel", "here", "everyone")}
            found += [names[each[1].lower()] for each in _NAMED.finditer(text) if each[1].lower() in names]
        state.pings += [Ping(who, through, text) for who in found]
    state.pings += [Ping(who, through, "rich text") for who in mentioned]
