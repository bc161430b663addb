"""What the folders of an IMAP server are for, as far as their marks and names tell."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.background.receiving.server_folders import server_folders
from webapp.mail.imap_commands import encode_utf7
from webapp.storage.models import FolderRole

INBOX, SENT, TRASH, JUNK = FolderRole.INBOX, FolderRole.SENT, FolderRole.TRASH, FolderRole.JUNK
DRAFTS, ARCHIVE, OTHER = FolderRole.DRAFTS, FolderRole.ARCHIVE, FolderRole.OTHER


def roles(*listed: tuple[str, str], delimiter: bytes | None = b"/") -> dict[str, FolderRole]:
    """Return the roles of folders, given by their marks and names."""
    answers = [(tuple(marks.encode().split()), delimiter, encode_utf7(name)) for marks, name in listed]
    return {folder.listed.name: folder.listed.role for folder in server_folders(answers)}


def test_marks_tell_what_a_folder_is_for() -> None:
    assert roles(
        ("", "INBOX"),
        (r"\Drafts", "Entwürfe"),
        (r"\SENT", "Gesendet"),
        (r"\Junk", "Werbung"),
        (r"\Trash", "Papierkorb"),
    ) == {"INBOX": INBOX, "Entwürfe": DRAFTS, "Gesendet": SENT, "Werbung": JUNK, "Papierkorb": TRASH}


def test_where_there_are_none_usual_names_do() -> None:
    listed = ("INBOX", "Черновики", "Отправленные", "Спам", "Корзина", "Архив", "Проекты")
    expected = [INBOX, DRAFTS, SENT, JUNK, TRASH, ARCHIVE, OTHER]
    english = ("INBOX", "Drafts", "Sent Items", "Junk E-mail", "Deleted Items", "Archive", "Projects")

    assert list(roles(*(("", name) for name in listed)).values()) == expected
    assert list(roles(*(("", name) for name in english)).values()) == expected


def test_a_mark_counts_more_than_a_name_and_each_role_is_given_once() -> None:
    found = roles(("", "Trash"), (r"\Trash", "Удалённые"), (r"\Trash", "Ещё"), ("", "Sent"), ("", "Sent Items"))

    assert [found[name] for name in ("Trash", "Удалённые", "Ещё", "Sent", "Sent Items")] == [
        OTHER,
        TRASH,
        OTHER,
        SENT,
        OTHER,
    ]


def test_usual_names_count_at_the_top_and_in_the_inbox_only() -> None:
    found = roles(("", "INBOX.Sent"), ("", "Проекты"), ("", "Проекты.Корзина"), delimiter=b".")

    assert (found["INBOX.Sent"], found["Проекты.Корзина"]) == (SENT, OTHER)


def test_views_of_letters_that_are_elsewhere_are_left_out() -> None:
    gmail = [
        (r"\HasNoChildren", "INBOX"),
        (r"\HasChildren \Noselect", "[Gmail]"),
        (r"\All \HasNoChildren", "[Gmail]/Вся почта"),
        (r"\HasNoChildren \Trash", "[Gmail]/Корзина"),
        (r"\HasNoChildren \Important", "[Gmail]/Важное"),
        (r"\Flagged", "[Gmail]/Помеченные"),
        (r"\Sent", "[Gmail]/Отправленные"),
        ("", "Договоры"),
    ]
    expected = {
        "INBOX": INBOX,
        "[Gmail]": OTHER,
        "[Gmail]/Корзина": TRASH,
        "[Gmail]/Отправленные": SENT,
        "Договоры": OTHER,
    }

    assert roles(*gmail) == expected
    without_marks = [("", name) for _, name in gmail]
    assert roles(*without_marks) == expected


def test_the_inbox_is_always_there_and_called_so() -> None:
    assert roles() == {"INBOX": INBOX}
    assert roles(("", "Inbox"), ("", "Inbox/Sub")) == {"INBOX": INBOX, "Inbox/Sub": OTHER}


def test_a_folder_that_only_holds_others_is_not_opened() -> None:
    folders = server_folders(
        [((rb"\Noselect",), b"/", b"Holder"), ((), b"/", b"Holder/In"), ((rb"\NonExistent",), b"/", b"Gone")]
    )

    assert {folder.listed.name: folder.can_open for folder in folders} == {
        "INBOX": True,
        "Holder": False,
        "Holder/In": True,
        "Gone": False,
    }


def test_names_are_read_for_people_and_kept_for_the_server() -> None:
    (_, folder) = server_folders([((), None, b"&BCEERwQ1BEIEMA- &- &BDAEOgRCBEs-")])

    assert folder.listed.name == "Счета & акты"
    assert folder.wire_name == "&BCEERwQ1BEIEMA- &- &BDAEOgRCBEs-"
    assert folder.listed.delimiter == ""


def test_names_nobody_could_ask_for_are_left_out() -> None:
    assert [folder.listed.name for folder in server_folders([((), b"/", b"\xff\xfe"), ((), b"/", b"x" * 2000)])] == [
        "INBOX"
    ]


@given(st.lists(st.tuples(st.lists(st.binary(max_size=12)).map(tuple), st.none() | st.binary(max_size=8), st.binary())))
def test_no_list_makes_it_stumble(answers: list[tuple[tuple[bytes, ...], bytes | None, bytes]]) -> None:
    folders = server_folders(answers)

    names = [folder.listed.name for folder in folders]
    assert len(names) == len(set(names))
    assert all(name.isprintable() and len(name) <= 1000 for name in names)
