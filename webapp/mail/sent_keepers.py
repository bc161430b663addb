"""Providers whose outgoing servers put a copy of each letter into the folder for sent letters by themselves. Facts."""

from enum import StrEnum


class Keeping(StrEnum):
    """How sure it is that a provider keeps a copy."""

    ALWAYS = "always"  # a copy of ours would be a second one
    PERHAPS = "perhaps"  # it is looked for, after a while, before ours is made


KEEPERS = {
    # A letter sent by Gmail's server is in Sent Mail unless a similar one is there: github.com/zone-eu/wildduck,
    # wiki "Gmail sending" (2017).
    "smtp.gmail.com": Keeping.ALWAYS,
    "smtp.googlemail.com": Keeping.ALWAYS,
    # "Sent email will now be stored in the Sent Items folder of the mailbox": techcommunity.microsoft.com, "Changes
    # coming to the SMTP Authenticated Submission client protocol" (2018). Of outlook.com the same:
    # github.com/thunderbird/thunderbird-android issues 6067, 7134. These also give letters another Message-ID, so
    # looking for ours would not find it.
    "smtp.office365.com": Keeping.ALWAYS,
    "outlook.office365.com": Keeping.ALWAYS,
    "smtp-mail.outlook.com": Keeping.ALWAYS,
    # A setting of each mailbox, on for most: github.com/nylas/sync-engine issue 365 (2016).
    "smtp.zoho.com": Keeping.PERHAPS,
    "smtppro.zoho.com": Keeping.PERHAPS,
    "smtp.zoho.eu": Keeping.PERHAPS,
    "smtppro.zoho.eu": Keeping.PERHAPS,
}


def keeping_of(host: str) -> Keeping | None:
    """Return whether whoever runs this outgoing server keeps copies, None where nothing is known of it."""
    return KEEPERS.get(host.lower())
