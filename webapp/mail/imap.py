"""The IMAP conversation after the login: folders, finding and removing a letter (RFC 3501, RFC 6154, RFC 4315)."""

from webapp.mail.causes import Step
from webapp.mail.imap_answers import Response, Token, numbers, tokens
from webapp.mail.imap_commands import Part, decode_utf7, folder_name, string
from webapp.mail.imap_login import ImapLogin
from webapp.mail.imap_wire import Done
from webapp.net.problems import ProblemKind

NAMES_OF_USE = {
    r"\Junk": frozenset({"junk", "spam", "спам", "junk e-mail", "junk email", "bulk mail", "нежелательная почта"}),
}
"""Folder names that stand for a special use where the server marks none."""


class ImapSession(ImapLogin):
    """An IMAP conversation with one mailbox."""

    async def special_folder(self, attribute: str) -> str | None:
        r"""Return the name of the folder marked with a special use such as `\Junk`, or one usually named so."""
        await self.read_abilities()
        usual = NAMES_OF_USE.get(attribute, frozenset())
        # Plain LIST carries the marks as well (RFC 6154, section 2), but all folders come with it.
        quick = [b'LIST (SPECIAL-USE) "" "*"'] if self.can(b"SPECIAL-USE") and self.can(b"LIST-EXTENDED") else []
        for command in (*quick, b'LIST "" "*"'):
            folders = await self._folders(command)
            marked = [name for marks, _, name in folders if attribute.lower() in marks]
            named = [name for _, delimiter, name in folders if _last_part(name, delimiter).casefold() in usual]
            if marked or named:
                return (marked or named)[0]
        return None

    async def select(self, folder: str) -> None:
        """Open a folder; raises FOLDER_REFUSED."""
        await self._do(ProblemKind.FOLDER_REFUSED, b"SELECT", folder_name(folder))

    async def find(self, message_id: str) -> tuple[int, ...]:
        """Return the UIDs of the letters with this Message-ID in the open folder, new ones included."""
        await self._do(ProblemKind.FOLDER_REFUSED, b"NOOP")  # some servers look for new letters only now
        return await self._search(b"HEADER Message-ID", string(message_id))

    async def delete(self, uids: tuple[int, ...]) -> bool:
        r"""Remove letters from the open folder; False if they could only be marked as deleted.

        A plain EXPUNGE also removes what other programs have marked, so it is
        sent only when nothing else is.
        """
        if not uids:
            return True
        listed = ",".join(map(str, uids)).encode()
        await self.read_abilities()
        await self._do(ProblemKind.FOLDER_REFUSED, rb"UID STORE %s +FLAGS.SILENT (\Deleted)" % listed)
        if self.can(b"UIDPLUS") or self.can(b"IMAP4REV2"):
            await self._do(ProblemKind.FOLDER_REFUSED, b"UID EXPUNGE " + listed)
            return True
        if not set(await self._search(b"DELETED")) <= set(uids):
            return False
        await self._do(ProblemKind.FOLDER_REFUSED, b"EXPUNGE")
        return True

    async def _do(self, refusal: ProblemKind, *parts: Part) -> Done:
        self.step = Step.FOLDER
        done = await self._command(*parts)
        if not done.ok:
            raise self.trouble(refusal, done.said)
        return done

    async def _search(self, *keys: Part) -> tuple[int, ...]:
        done = await self._do(ProblemKind.FOLDER_REFUSED, b"UID SEARCH", *keys)
        async with self._answering():
            found = [tokens(response.pieces) for response in done.data if _names(response, b"SEARCH")]
        return tuple(sorted({number for answer in found for number in numbers(answer[1:])}))

    async def _folders(self, command: bytes) -> list[tuple[frozenset[str], str, str]]:
        """Return marks (lower case), delimiter and name of the folders that can be opened."""
        done = await self._do(ProblemKind.FOLDER_REFUSED, command)
        async with self._answering():
            listed = [tokens(response.pieces) for response in done.data if _names(response, b"LIST")]
        folders = [folder for folder in map(_folder, listed) if folder is not None]
        return [folder for folder in folders if not folder[0] & {r"\noselect", r"\nonexistent"}]


def _names(response: Response, kind: bytes) -> bool:
    return response.status is None and response.pieces[0].split(b" ", 1)[0].upper() == kind


def _folder(answer: list[Token]) -> tuple[frozenset[str], str, str] | None:
    if len(answer) < 4 or not isinstance(answer[1], list) or not isinstance(answer[3], bytes):
        return None
    marks = frozenset(mark.decode("ascii", "replace").lower() for mark in answer[1] if isinstance(mark, bytes))
    delimiter = answer[2].decode("ascii", "replace") if isinstance(answer[2], bytes) else ""
    return marks, delimiter, decode_utf7(answer[3])


def _last_part(name: str, delimiter: str) -> str:
    return name.rpartition(delimiter)[2] if delimiter else name
