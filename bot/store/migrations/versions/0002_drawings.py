"""The SVG behind a picture, and what a service really applied."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("versions", sa.Column("applied", sa.JSON(), nullable=True))
    op.add_column("version_pictures", sa.Column("svg_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_version_pictures_svg_id"), "version_pictures", ["svg_id"], unique=False)
