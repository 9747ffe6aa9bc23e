"""Nothing but the product's one clock reads the date, and no test reads the real one."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs.clock import SystemClock
from tests import clock
from tests.paths import ROOT

READS = re.compile(
    r"\b(?:datetime|date|dt)\.(?:now|utcnow|today)\b"
    r"|\btime\.(?:time|time_ns|localtime|gmtime|ctime|asctime|strftime)\b"
    r"|\bfrom time import\b.*\b(?:time|time_ns|localtime|gmtime)\b"
    r"|\btime_ns\b|\butcnow\b"
)
CLOCKS = {Path("bot/jobs/clock.py"), Path("tests/clock.py")}


@pytest.mark.parametrize("room", ["bot", "adapters", "tests"])
def test_one_clock_tells_the_date(room: str) -> None:
    """Every other module is given a clock, so that a test can say what day it is."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.relative_to(ROOT) not in CLOCKS and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if READS.search(line)
    ]
    assert found == []


def test_the_date_is_held() -> None:
    """In a test the clock tells the day of the tests, however late in the run, and time passes."""
    earlier = SystemClock().now()
    assert clock.BEGINNING <= earlier <= SystemClock().now() < clock.BEGINNING + timedelta(hours=11)
