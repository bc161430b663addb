"""Certificate authorities of the office"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The journal's new actions need nothing: its column is text, and a batch would drop the triggers that guard it.
    op.create_table(
        "office_authorities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("not_after", sa.DateTime(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_by_name", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_office_authorities_added_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_authorities")),
        sa.UniqueConstraint("sha256", name=op.f("uq_office_authorities_sha256")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
