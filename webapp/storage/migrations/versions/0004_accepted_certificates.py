"""Accepted certificates belong to an account"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What was accepted for a server is taken over for its account. Where several share an outgoing server nobody
# knows for which of them it was: they are asked again, each for itself.
INCOMING = """
INSERT INTO accepted_certificates (account_id, place, sha256)
    SELECT accounts.id, servers.host || ':' || servers.port, servers.pinned_sha256
    FROM accounts JOIN incoming_servers AS servers ON servers.id = accounts.incoming_id
    WHERE servers.pinned_sha256 IS NOT NULL
"""
OUTGOING = """
INSERT INTO accepted_certificates (account_id, place, sha256)
    SELECT accounts.id, servers.host || ':' || servers.port, servers.pinned_sha256
    FROM accounts JOIN outgoing_servers AS servers ON servers.id = accounts.outgoing_id
    WHERE servers.pinned_sha256 IS NOT NULL
        AND (SELECT COUNT(*) FROM accounts AS others WHERE others.outgoing_id = servers.id) = 1
"""


def upgrade() -> None:
    op.create_table(
        "accepted_certificates",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=270), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["users.id"], name=op.f("fk_accepted_certificates_accepted_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_accepted_certificates_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "place", name=op.f("pk_accepted_certificates")),
    )
    op.execute(INCOMING)
    op.execute(OUTGOING)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
