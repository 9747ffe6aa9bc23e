"""Logs: their shape, and that no secret gets into them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.observability import configure_logging, log_context, redact


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Where log lines go in a test; logging is put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer ***"),
        ("http://127.0.0.1:8765/?token=s3cr3t&x=1", "http://127.0.0.1:8765/?token=***&x=1"),
        ("postgresql://easel:hunter2@db/easel", "postgresql://***@db/easel"),
        ("Incorrect API key provided: sk-proj-abcDEF123456", "Incorrect API key provided: ***"),
        ("xoxb-1234567890-abcdef and xapp-1-A0-123456789", "*** and ***"),
        ("a risk-averse task at v2", "a risk-averse task at v2"),
    ],
)
def test_secrets_in_text_are_redacted(text: str, shown: str) -> None:
    """What looks like a key, a token or a password in an address is replaced, and nothing else."""
    assert redact(text) == shown


def test_secrets_by_name_are_redacted_however_deep() -> None:
    """A value whose name says that it is secret never shows, at any depth; counts of tokens do."""
    event = {"api_key": "abc", "headers": [{"Cookie": "x"}, ("Bearer y",)], "image_tokens": 5, "token": ""}
    assert redact(event) == {
        "api_key": "***",
        "headers": [{"Cookie": "***"}, ["Bearer ***"]],
        "image_tokens": 5,
        "token": "",
    }


def test_json_lines_hold_the_event_its_values_and_its_job(lines: io.StringIO) -> None:
    """Every line of the JSON format is one object with level, time, logger and what the context adds."""
    configure_logging("json", "INFO", lines)
    with log_context(job_id="abc"):
        structlog.get_logger("bot.jobs").info("job.accepted", model="sketch", token="t")
    structlog.get_logger("bot.jobs").info("job.ended")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "job.accepted",
        "job_id": "abc",
        "level": "info",
        "logger": "bot.jobs",
        "model": "sketch",
        "token": "***",
    }
    assert "job_id" not in second


@pytest.mark.parametrize("style", ["console", "json"])
def test_the_standard_library_logs_the_same_way(style: str, lines: io.StringIO) -> None:
    """Lines of other libraries come in the same format, redacted, with the job they belong to."""
    configure_logging("json" if style == "json" else "console", "INFO", lines)
    with log_context(job_id="abc"):
        logging.getLogger("slack").warning("cannot connect with %s", "xoxb-1234567890-abcdef")
    assert "cannot connect with ***" in lines.getvalue()
    assert "abc" in lines.getvalue().replace("abcdef", "")


def test_less_important_lines_are_dropped(lines: io.StringIO) -> None:
    """Nothing below the level is written, and nothing below WARNING from libraries that narrate every request."""
    configure_logging("console", "INFO", lines)
    structlog.get_logger("bot").debug("prompt.read", prompt="a fox")
    logging.getLogger("aiohttp.access").info("GET /")
    assert lines.getvalue() == ""


def test_a_traceback_is_redacted(lines: io.StringIO) -> None:
    """The message of an exception can hold a key: its traceback is redacted as well."""
    configure_logging("json", "INFO", lines)
    try:
        raise ValueError("bad key sk-abcdefgh12345678")
    except ValueError:
        structlog.get_logger("bot").exception("provider.failed")
    line = json.loads(lines.getvalue())
    assert "ValueError: bad key ***" in line["exception"]
