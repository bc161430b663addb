"""Accepted certificates, and consents to connections without TLS, belong to an account"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What was accepted and agreed to for a server is taken over for its account. Where several share an outgoing
# server nobody knows for which of them it was: they are asked again, each for itself.
INCOMING = "accounts JOIN incoming_servers AS servers ON servers.id = accounts.incoming_id"
OUTGOING = (
    "accounts JOIN outgoing_servers AS servers ON servers.id = accounts.outgoing_id "
    "AND (SELECT COUNT(*) FROM accounts AS others WHERE others.outgoing_id = servers.id) = 1"
)
PLACE = "servers.host || ':' || servers.port"


def upgrade() -> None:
    _create_certificates()
    _create_plain_consents()
    for servers in (INCOMING, OUTGOING):
        op.execute(
            "INSERT INTO accepted_certificates (account_id, place, sha256) "
            f"SELECT accounts.id, {PLACE}, servers.pinned_sha256 "
            f"FROM {servers} WHERE servers.pinned_sha256 IS NOT NULL"
        )
        op.execute(
            "INSERT INTO plain_consents (account_id, place, password, agreed_by_id, agreed_at) "
            f"SELECT accounts.id, {PLACE}, servers.auth_method <> 'none', servers.plain_consented_by_id, "
            "COALESCE(servers.plain_consented_at, servers.proved_at) "
            f"FROM {servers} WHERE servers.security = 'none' AND servers.plain_consented_by_id IS NOT NULL"
        )
    for table in ("incoming_servers", "outgoing_servers"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_plain_consented_by_id_users"), type_="foreignkey")
            batch_op.drop_column("plain_consented_by_id")
            batch_op.drop_column("plain_consented_at")


def _create_certificates() -> None:
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


def _create_plain_consents() -> None:
    op.create_table(
        "plain_consents",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=270), nullable=False),
        sa.Column("password", sa.Boolean(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["users.id"], name=op.f("fk_plain_consents_agreed_by_id_users")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_plain_consents_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "place", name=op.f("pk_plain_consents")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
