"""Searches by those who may not see everything: the indexes of what is in sight hold what a search asks of a study."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HELD = ["modalities", "name_key", "words", "description"]


def upgrade() -> None:
    """Apply."""
    op.drop_index("study_by_traits", table_name="study")
    op.create_index("study_by_traits", "study", ["traits_ref", "sort_key", "id", *_HELD])
    op.drop_index("study_newest", table_name="study")
    op.create_index("study_newest", "study", ["sort_key", "id", "traits_ref", *_HELD])
