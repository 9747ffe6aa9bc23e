"""Logging, metrics and redaction of secrets. What people typed is logged at DEBUG only.

Log events are `noun.verb_past` with values beside them: `log.info("job.accepted", platform="web", model="sketch")`.
"""

import logging
import re
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Literal, TextIO, cast

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog.typing import EventDict, Processor, WrappedLogger

JOBS_ACCEPTED = Counter("easel_jobs_accepted", "Jobs accepted.", ["platform", "model"])
JOBS_ENDED = Counter(
    "easel_jobs_ended", "Jobs that came to an end, by the state they ended in.", ["platform", "model", "state"]
)
JOBS_WAITING = Gauge("easel_jobs_waiting", "Accepted jobs that wait for their turn to draw.")
JOBS_DRAWING = Gauge("easel_jobs_drawing", "Jobs that draw now.")
DRAWING_SECONDS = Histogram(
    "easel_drawing_seconds",
    "From the provider's call to its last picture.",
    ["model"],
    # A sketch takes a second or less; a large picture at high quality can take several minutes.
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600),
)
PROVIDER_ERRORS = Counter(
    "easel_provider_errors", "Drawings that a provider did not deliver, by kind.", ["provider", "kind"]
)
COST_USD = Counter("easel_cost_usd", "US dollars paid for drawing, as far as it is known.", ["platform", "model"])
COST_UNKNOWN = Counter("easel_cost_unknown", "Paid drawings of which nobody reported the cost.", ["platform", "model"])


def configure_logging(style: Literal["console", "json"], level: str, stream: TextIO | None = None) -> None:
    """Sends the log lines of structlog and the standard library to `stream` (default: standard error)."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(style, out)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(max(least, root.level))


@contextmanager
def log_context(**values: str) -> Generator[None]:
    """Adds these values, such as the job's id, to all log lines of this task and the tasks it starts."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


def redact(value: object) -> object:
    """`value` with everything that looks like a secret replaced by `***`, at any depth."""
    match value:
        case str():
            return _SECRET_TEXT.sub(lambda found: f"{found[1] or found[2] or found[3] or ''}***", value)
        case Mapping():
            pairs = cast("Mapping[str, object]", value)
            return {
                name: "***" if _SECRET_NAME.search(name) and inner else redact(inner) for name, inner in pairs.items()
            }
        case list() | tuple():
            return [redact(inner) for inner in cast("list[object]", value)]
        case _:
            return value


# At INFO these libraries log one line per request or statement, which only their own developers need.
_LIBRARY_LEVELS = {
    "aiohttp.access": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
    "dbos": logging.WARNING,
    "discord": logging.WARNING,
    "httpcore2": logging.WARNING,
    "httpx2": logging.WARNING,
    "openai": logging.WARNING,
    # It warns about every SLACK_ variable in the environment that it does not use.
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}

_SECRET_NAME = re.compile(r"(?:token|secret|password|api_?key|authorization|cookie|credentials?)$", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(\bbearer\s+)\S+"
    r"|([?&](?:token|key|sig|signature|password|secret)=)[^&\s]+"  # the playground's address contains its token
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|(/(?:webhooks|interactions)/\d+/)[\w-]{20,}"  # Discord's: valid for 15 minutes, allows posting as Easel
    r"|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"
    r"|\bsk-[\w-]{8,}"
    r"|\bx(?:ox[a-z]|app)-[\w-]{8,}",
    re.IGNORECASE,
)


def _renderers(style: Literal["console", "json"], stream: TextIO) -> list[Processor]:
    if style == "json":
        return [structlog.processors.format_exc_info, _redact_event, structlog.processors.JSONRenderer()]
    colours = stream.isatty()
    plain = structlog.dev.plain_traceback
    return [
        structlog.processors.format_exc_info,
        _redact_event,
        structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain),
    ]


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: redact(value) if not _SECRET_NAME.search(name) else "***" for name, value in event.items()}
