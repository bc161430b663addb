"""A letter that arrived as the original of an answer: who, when, what about, its words, the files to hand on. Pure."""

from collections.abc import Iterable

from webapp.mail.messages.content import bytes_of
from webapp.mail.messages.people import Person, people_in
from webapp.mail.messages.quoting import LONGEST_QUOTE, Original
from webapp.mail.messages.reading import SIGNATURES, facts_of, words_of
from webapp.mail.messages.recipients import Fault, Mailbox, read_address
from webapp.mail.messages.structure import Attachment, structure_of

LOOKED_AT = 4 * LONGEST_QUOTE  # of the bytes of each passage: HTML says little in many


def original_of(raw: bytes) -> Original:
    """Return what answering a letter needs of it; people whose addresses nobody can write to are left out."""
    structure, facts = structure_of(raw), facts_of(raw)
    header = structure.header
    sender = next(iter(mailboxes_of(people_in(header, "from", "sender", "return-path"))), None)
    return Original(
        sender=sender or Mailbox(facts.sender_name, ""),
        reply_to=mailboxes_of(people_in(header, "reply-to")),
        to=mailboxes_of(people_in(header, "to")),
        cc=mailboxes_of(people_in(header, "cc")),
        subject=facts.subject,
        sent_at=facts.sent_at,
        message_id=facts.message_id,
        in_reply_to=facts.in_reply_to,
        references=facts.references,
        text=words_of(raw, structure, LOOKED_AT),
    )


def files_of(raw: bytes) -> tuple[Attachment, ...]:
    """Return what goes along when a letter is handed on: pictures among its words as well, for its words go as text."""
    return tuple(one for one in structure_of(raw).attachments if one.content_type not in SIGNATURES)


def data_of(raw: bytes, file: Attachment, limit: int) -> bytes:
    """Return the bytes of a file; no more than one over the limit, so that it shows."""
    return bytes_of(raw, file.part, limit + 1)


def mailboxes_of(people: Iterable[Person]) -> tuple[Mailbox, ...]:
    """Return the people one can write to."""
    read = ((person.name, read_address(person.address)) for person in people)
    return tuple(Mailbox(name, address) for name, address in read if not isinstance(address, Fault))
