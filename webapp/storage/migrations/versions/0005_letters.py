"""Letters, the outbox, the background, notices"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_blobs()
    _create_folders()
    _create_letters()
    _create_search()
    _create_letter_changes()
    _create_outgoing_letters()
    _create_outgoing_parts()
    _create_traffic()
    _create_notices()
    _create_notice_copies()
    _note_earlier_version()
    _change_people()


def _create_blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )

    op.create_table(
        "blob_pieces",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blobs.sha256"], name=op.f("fk_blob_pieces_sha256_blobs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", "number", name=op.f("pk_blob_pieces")),
    )


def _create_folders() -> None:
    op.create_table(
        "folders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("delimiter", sa.String(length=4), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("on_server", sa.Boolean(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("uid_next", sa.BigInteger(), nullable=True),
        sa.Column("modseq", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_folders_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folders")),
    )
    with op.batch_alter_table("folders", schema=None) as batch_op:
        batch_op.create_index("uq_folders_account_name", ["account_id", "name"], unique=True)

    op.create_table(
        "known_uidls",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(), nullable=False),
        sa.Column("delete_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_uidls_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_known_uidls")),
    )


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("uidl", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("in_reply_to", sa.String(length=500), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.String(length=320), nullable=False),
        sa.Column("sender_address", sa.String(length=320), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("snippet", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("unsettled", sa.Boolean(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_letters_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["folders.id"], name=op.f("fk_letters_folder_id_folders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_letters_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("ix_letters_account_received", ["account_id", "received_at", "id"], unique=False)
        batch_op.create_index("ix_letters_folder_received", ["folder_id", "received_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_message_id"), ["message_id"], unique=False)
        for index, column in (("ix_letters_account_unread", "account_id"), ("ix_letters_folder_unread", "folder_id")):
            batch_op.create_index(
                index,
                [column, "received_at", "id"],
                unique=False,
                sqlite_where=sa.text("seen = 0"),
                postgresql_where=sa.text("NOT seen"),
            )
        batch_op.create_index(batch_op.f("ix_letters_sha256"), ["sha256"], unique=False)
        batch_op.create_index("uq_letters_folder_uid", ["folder_id", "uid"], unique=True)


def _create_search() -> None:
    """Give SQLite its table of words; other databases search the letters themselves.

    Whoever rebuilds `letters` in a later batch makes the trigger anew: it goes with the old table.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        "CREATE VIRTUAL TABLE letter_texts USING fts5(subject, people, text, "
        "tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3', columnsize = 0)"
    )
    # Where a whole folder or account goes, everybody would wait: `letter_search.sweep` takes those, bit by bit.
    op.execute(
        "CREATE TRIGGER letters_take_their_texts AFTER DELETE ON letters "
        "WHEN EXISTS (SELECT 1 FROM folders WHERE id = OLD.folder_id) "
        "AND EXISTS (SELECT 1 FROM accounts WHERE id = OLD.account_id) "
        "BEGIN DELETE FROM letter_texts WHERE rowid = OLD.id; END"
    )


def _create_letter_changes() -> None:
    op.create_table(
        "letter_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["folders.id"], name=op.f("fk_letter_changes_folder_id_folders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_changes_letter_id_letters"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_changes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("letter_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_changes_folder_id"), ["folder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_changes_letter_id"), ["letter_id"], unique=False)


def _create_outgoing_letters() -> None:
    op.create_table(
        "outgoing_letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("cc", sa.Text(), nullable=False),
        sa.Column("bcc", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("in_reply_to", sa.String(length=500), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_in", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("kept_in_sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_outgoing_letters_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["letters.id"], name=op.f("fk_outgoing_letters_answers_id_letters"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_outgoing_letters_author_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_outgoing_letters_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_letters")),
    )
    with op.batch_alter_table("outgoing_letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_letters_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_letters_answers_id"), ["answers_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_letters_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_letters_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_letters_state"), ["state"], unique=False)


def _create_outgoing_parts() -> None:
    op.create_table(
        "outgoing_recipients",
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["outgoing_letters.id"],
            name=op.f("fk_outgoing_recipients_letter_id_outgoing_letters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("letter_id", "address", name=op.f("pk_outgoing_recipients")),
    )

    op.create_table(
        "outgoing_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["outgoing_letters.id"],
            name=op.f("fk_outgoing_files_letter_id_outgoing_letters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_outgoing_files_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_files")),
    )
    with op.batch_alter_table("outgoing_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_files_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_files_sha256"), ["sha256"], unique=False)


def _create_traffic() -> None:
    op.create_table(
        "traffic",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("leased_by", sa.String(length=200), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.JSON(), nullable=True),
        sa.Column("trouble_since", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("worked_at", sa.DateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_traffic_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "direction", name=op.f("pk_traffic")),
    )
    with op.batch_alter_table("traffic", schema=None) as batch_op:
        batch_op.create_index("ix_traffic_due_at", ["due_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )

    op.create_table(
        "program_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("schema", sa.String(length=50), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_state")),
    )


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(40), nullable=True),
        sa.Column("subject", sa.String(length=320), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=True),
        sa.Column("over_at", sa.DateTime(), nullable=True),
        sa.Column("ends_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ends_id"], ["notices.id"], name=op.f("fk_notices_ends_id_notices"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    open_trouble = sa.text("kind = 'trouble' AND over_at IS NULL")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_ends_id"), ["ends_id"], unique=False)
        batch_op.create_index(
            "uq_notices_open_trouble",
            ["account_id", "direction"],
            unique=True,
            sqlite_where=open_trouble,
            postgresql_where=open_trouble,
        )


def _create_notice_copies() -> None:
    op.create_table(
        "notice_copies",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("fate", sa.String(40), nullable=False),
        sa.Column("letter_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["outgoing_letters.id"],
            name=op.f("fk_notice_copies_letter_id_outgoing_letters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_copies_notice_id_notices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notice_copies_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "user_id", name=op.f("pk_notice_copies")),
    )
    with op.batch_alter_table("notice_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_copies_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_copies_fate"), ["fate"], unique=False)
        batch_op.create_index("ix_notice_copies_user_id_read_at", ["user_id", "read_at"], unique=False)


def _note_earlier_version() -> None:
    """Let an office that people use already be told of this upgrade; a new one has nobody and hears nothing."""
    earlier = "INSERT INTO program_state (id, version, schema, changed_at) "
    op.execute(earlier + "SELECT 1, '', '', CURRENT_TIMESTAMP WHERE EXISTS (SELECT 1 FROM users)")


def _change_people() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice_address", sa.String(length=320), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
