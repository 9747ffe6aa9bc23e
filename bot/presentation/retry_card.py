"""The status card of a job that waits for a retry."""

import math
from dataclasses import replace

from bot.domain.requests import Order
from bot.domain.retries import Retry
from bot.presentation import cards
from bot.presentation.card import Card


def retry_status(order: Order, *, model_label: str, retry: Retry) -> Card:
    """Shows the reason, the number of the attempt and the delay. Without a running clock, to avoid two times."""
    when = f"in {math.ceil(retry.delay_s)} s" if retry.delay_s >= 1 else "now"
    title = f"{retry.reason} Retrying, attempt {retry.attempt} of {retry.attempts}, {when}"
    return replace(cards.queued(order, model_label=model_label, place=1), title=title)
