"""Outgoing servers of their own, sessions as rows, the journal, network settings, the system account"""

import datetime
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERVER_COLUMNS = (
    "id, protocol, host, port, security, auth_method, username, pinned_sha256, "
    "plain_consented_by_id, plain_consented_at, secret, proved_at"
)
APPEND_ONLY = "the journal is append-only"


def upgrade() -> None:
    _create_office()
    _create_servers()
    _move_servers()
    _change_accounts()
    op.drop_table("servers")
    _change_drafts()
    _change_people()
    _create_session_secrets()
    _fill_keys()
    _insert_first_rows()
    _guard_journal()


def _create_office() -> None:
    op.create_table(
        "network_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allowed_networks", sa.JSON(), nullable=False),
        sa.Column("online_lookups", sa.Boolean(), nullable=False),
        sa.Column("ispdb_url", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_settings")),
    )
    op.create_table(
        "browser_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_browser_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_sessions")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_browser_sessions_key_hash")),
    )
    with op.batch_alter_table("browser_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_sessions_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_browser_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=320), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("search_key", sa.String(length=700), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_journal_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        for column in ("account_id", "action", "at", "owner_id", "user_id"):
            batch_op.create_index(batch_op.f(f"ix_journal_{column}"), [column], unique=False)


def _create_servers() -> None:
    for table, own_columns in (("incoming_servers", ()), ("outgoing_servers", _outgoing_columns())):
        op.create_table(
            table,
            *own_columns,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("protocol", sa.String(40), nullable=False),
            sa.Column("host", sa.String(length=255), nullable=False),
            sa.Column("port", sa.Integer(), nullable=False),
            sa.Column("security", sa.String(40), nullable=False),
            sa.Column("auth_method", sa.String(40), nullable=False),
            sa.Column("username", sa.String(length=320), nullable=True),
            sa.Column("pinned_sha256", sa.String(length=64), nullable=True),
            sa.Column("plain_consented_by_id", sa.Integer(), nullable=True),
            sa.Column("plain_consented_at", sa.DateTime(), nullable=True),
            sa.Column("secret", sa.Text(), nullable=True),
            sa.Column("proved_at", sa.DateTime(), nullable=False),
            sa.ForeignKeyConstraint(
                ["plain_consented_by_id"], ["users.id"], name=op.f(f"fk_{table}_plain_consented_by_id_users")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
    with op.batch_alter_table("outgoing_servers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_servers_owner_id"), ["owner_id"], unique=False)
        for index, column, condition in (
            ("uq_outgoing_servers_default", "owner_id", "is_default"),
            ("uq_outgoing_servers_everyone_default", "is_default", "owner_id IS NULL AND is_default"),
        ):
            where = sa.text(condition)
            batch_op.create_index(index, [column], unique=True, sqlite_where=where, postgresql_where=where)


def _outgoing_columns() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_outgoing_servers_owner_id_users")),
    )


def _move_servers() -> None:
    """Give every server its table; ids stay, so that accounts need not change, and so do secrets and their glue."""
    op.execute(
        f"INSERT INTO incoming_servers ({SERVER_COLUMNS}) "
        f"SELECT {SERVER_COLUMNS} FROM servers WHERE id IN (SELECT incoming_id FROM accounts)"
    )
    columns = ", ".join(f"servers.{column}" for column in SERVER_COLUMNS.split(", "))
    op.execute(
        f"INSERT INTO outgoing_servers ({SERVER_COLUMNS}, owner_id, description, is_default, version) "
        f"SELECT {columns}, accounts.owner_id, '', false, 1 "
        "FROM servers JOIN accounts ON accounts.outgoing_id = servers.id"
    )
    op.execute(
        "UPDATE outgoing_servers SET is_default = true "
        "WHERE id IN (SELECT min(id) FROM outgoing_servers GROUP BY owner_id)"
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("incoming_servers", "outgoing_servers"):
            op.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})) "
                f"FROM {table} LIMIT 1"
            )


def _change_accounts() -> None:
    # The server defaults are for the rows that exist; the program always says what it wants.
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(40), nullable=False, server_default="mail"))
        batch_op.add_column(sa.Column("is_system", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("people_may_send", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("reply_to", sa.String(length=320), nullable=True))
        batch_op.add_column(sa.Column("signature", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("title_key", sa.String(length=320), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sender_key", sa.String(length=320), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("search_key", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("keep_on_server", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("delete_after_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("login_refused", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(), nullable=True))
        batch_op.alter_column("source", existing_type=sa.String(40), nullable=True)
        batch_op.alter_column("created_by_id", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("proved_at", existing_type=sa.DateTime(), nullable=True)
        for column in ("outgoing_id", "sender_key", "title_key"):
            batch_op.create_index(batch_op.f(f"ix_accounts_{column}"), [column], unique=False)
        where = sa.text("is_system")
        batch_op.create_index(
            "uq_accounts_system", ["is_system"], unique=True, sqlite_where=where, postgresql_where=where
        )
        for direction in ("incoming", "outgoing"):
            batch_op.drop_constraint(batch_op.f(f"fk_accounts_{direction}_id_servers"), type_="foreignkey")
            name = batch_op.f(f"fk_accounts_{direction}_id_{direction}_servers")
            batch_op.create_foreign_key(name, f"{direction}_servers", [f"{direction}_id"], ["id"])
        batch_op.drop_column("state")
    op.execute("UPDATE accounts SET checked_at = proved_at")


def _change_drafts() -> None:
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("aim", sa.String(40), nullable=False, server_default="new-account"))
        batch_op.add_column(sa.Column("saved", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("account_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outgoing_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outgoing_version", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_drafts_account_id"), ["account_id"], unique=False)
        for column, table in (("session_id", "browser_sessions"), ("outgoing_id", "outgoing_servers")):
            name = batch_op.f(f"fk_drafts_{column}_{table}")
            batch_op.create_foreign_key(name, table, [column], ["id"], ondelete="SET NULL")
    # until now a draft was given its account exactly when it was saved
    op.execute("UPDATE drafts SET saved = true WHERE account_id IS NOT NULL AND ended_at IS NOT NULL")


def _change_people() -> None:
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_by_id", sa.Integer(), nullable=True))
        name = batch_op.f("fk_one_time_links_created_by_id_users")
        batch_op.create_foreign_key(name, "users", ["created_by_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("display_key", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("theme", sa.String(40), nullable=False, server_default="auto"))
        batch_op.add_column(sa.Column("default_account_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_users_display_key"), ["display_key"], unique=False)
        name = batch_op.f("fk_users_default_account_id_accounts")
        batch_op.create_foreign_key(
            name, "accounts", ["default_account_id"], ["id"], ondelete="SET NULL", use_alter=True
        )


def _create_session_secrets() -> None:
    op.create_table(
        "session_secrets",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_session_secrets_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["browser_sessions.id"],
            name=op.f("fk_session_secrets_session_id_browser_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "account_id", "direction", name=op.f("pk_session_secrets")),
    )
    with op.batch_alter_table("session_secrets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_secrets_account_id"), ["account_id"], unique=False)


def _fill_keys() -> None:
    """Write the folded forms of names, as `storage.folding` makes them from now on."""
    users = sa.table("users", sa.column("id"), sa.column("display_name"), sa.column("display_key"))
    for row in op.get_bind().execute(sa.select(users)).all():
        key = _folded(row.display_name)[:200]
        op.execute(users.update().where(users.c.id == row.id).values(display_key=key))
    names, keys = ("id", "title", "sender_name", "address"), ("title_key", "sender_key", "search_key")
    accounts = sa.table("accounts", *(sa.Column(name) for name in names + keys))
    for row in op.get_bind().execute(sa.select(*(accounts.c[name] for name in names))).all():
        folded = {
            "title_key": _folded(row.title)[:320],
            "sender_key": _folded(row.sender_name)[:320],
            "search_key": _folded(f"{row.title} {row.sender_name} {row.address}"),
        }
        op.execute(accounts.update().where(accounts.c.id == row.id).values(**folded))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").split())


def _insert_first_rows() -> None:
    op.bulk_insert(
        sa.table(
            "network_settings",
            sa.column("id", sa.Integer()),
            sa.column("allowed_networks", sa.JSON()),
            sa.column("online_lookups", sa.Boolean()),
            sa.column("version", sa.Integer()),
        ),
        [{"id": 1, "allowed_networks": [], "online_lookups": True, "version": 1}],
    )
    system = {
        "is_system": True,
        "for_sending": True,
        "for_receiving": False,
        "automatic": True,
        "remember_password": True,
        "trusted": False,
    }
    empty = dict.fromkeys(("title", "sender_name", "address", "address_key", "domain"), "")
    accounts = sa.table(
        "accounts",
        *(sa.Column(name, sa.Boolean()) for name in system),
        *(sa.Column(name, sa.String()) for name in empty),
        sa.Column("created_at", sa.DateTime()),
    )
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    op.bulk_insert(accounts, [{**system, **empty, "created_at": now}])


def _guard_journal() -> None:
    """Let the database itself refuse to change what happened."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )
    # INSERT OR REPLACE deletes without asking the trigger of DELETE.
    op.execute(
        "CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal "
        "WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
