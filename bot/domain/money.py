"""Money in whole micro-dollars (one millionth of a US dollar), so that sums are exact."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

UsdMicros = NewType("UsdMicros", int)

FREE = UsdMicros(0)


def usd_micros(amount_usd_micros: Decimal) -> UsdMicros:
    """Rounds an amount of micro-dollars to a whole number, half up."""
    return UsdMicros(int(amount_usd_micros.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def format_usd(amount: UsdMicros | None) -> str:
    """`free`, `$0.0527`, `$12.34`, or `unknown` for None.

    Below one dollar four decimals, since most pictures cost cents.
    """
    if amount is None:
        return "unknown"
    if amount == 0:
        return "free"
    decimals = 4 if abs(amount) < 1_000_000 else 2
    return f"${Decimal(amount) / 1_000_000:.{decimals}f}"
