"""How attachments of Discord are stored with orders, and read back after an update of Easel."""

import pytest

from adapters.discord.payloads.attachments import AttachmentRef


@pytest.mark.parametrize(
    ("ref", "stored"),
    [
        (AttachmentRef("https://cdn/a.png"), '{"url": "https://cdn/a.png"}'),
        (
            AttachmentRef("https://cdn/a.png", "https://media/a.png", 1, 2, 3),
            '{"url": "https://cdn/a.png", "proxy": "https://media/a.png", "in": [1, 2, 3]}',
        ),
    ],
)
def test_stored_refs_stay_readable(ref: AttachmentRef, stored: str) -> None:
    """Accepted orders hold these texts: the format does not change."""
    assert str(ref) == stored
    assert AttachmentRef.parse(stored) == ref
