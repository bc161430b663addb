"""Words for problems in a conversation: the greeting, the login, the test message, and look-ups."""

from webapp.net.problems import ProblemKind
from webapp.web.wording.words import N_, ProblemWords

WORDS: dict[ProblemKind, ProblemWords] = {
    ProblemKind.SILENT: ProblemWords(
        N_("silent"),
        N_("%(host)s took the connection at port %(port)s and said nothing."),
        N_("Often port and connection security do not match. Try another of them, then re-test."),
    ),
    ProblemKind.LINE_TOO_LONG: ProblemWords(
        N_("endless line"),
        N_("%(host)s does not talk like a mail server: its line has no end."),
        N_("Check server name and port; something else seems to answer there."),
    ),
    ProblemKind.ANSWER_TOO_LONG: ProblemWords(
        N_("endless answer"),
        N_("%(host)s does not talk like a mail server: its answer has no end."),
        N_("Check server name and port; something else seems to answer there."),
    ),
    ProblemKind.WRONG_PROTOCOL: ProblemWords(
        N_("another protocol"),
        N_("At port %(port)s of %(host)s another service answers."),
        N_("Check the port and the choice between IMAP and POP3; outgoing mail and news have ports of their own."),
    ),
    ProblemKind.UNEXPECTED_ANSWER: ProblemWords(
        N_("answer not understood"),
        N_("%(host)s answered something we do not understand."),
        N_("Check server name and port. If they are right, show the server's words to its administrator."),
    ),
    ProblemKind.SERVICE_UNAVAILABLE: ProblemWords(
        N_("does not serve now"),
        N_("%(host)s says it cannot serve at the moment."),
        N_("This is usually temporary: re-test in a few minutes."),
    ),
    ProblemKind.LOGIN_REQUIRED: ProblemWords(
        N_("wants a login"),
        N_("%(host)s serves only those who log in."),
        N_("Enter the login name and the password the server's administrator gave you."),
    ),
    ProblemKind.PASSWORD_MISSING: ProblemWords(
        N_("no password"),
        N_("A password is needed to log in."),
        N_("Type the password of the mailbox."),
    ),
    ProblemKind.PLAIN_NOT_CONSENTED: ProblemWords(
        N_("unprotected"),
        N_("The connection to %(host)s is not protected, so the password was not sent."),
        N_("Choose SSL/TLS or STARTTLS. Without them anybody on the way can read the password."),
    ),
    ProblemKind.HOST_NOT_CONSENTED: ProblemWords(
        N_("your consent is needed"),
        N_("%(host)s was not named by a trusted source, so the password was not sent there."),
        N_("Look at the server's domain and decide whether it may get your password."),
    ),
    ProblemKind.NO_COMMON_AUTH_METHOD: ProblemWords(
        N_("no login method we know"),
        N_("%(host)s offers no way to log in that Mailroom supports."),
        N_("Logins by OAuth2, NTLM or GSSAPI are not supported. Ask the provider for an application password."),
    ),
    ProblemKind.AUTH_METHOD_REFUSED: ProblemWords(
        N_("login method refused"),
        N_("%(host)s does not accept the chosen authentication method."),
        N_("Choose Autodetect, and the best method the server offers is used."),
    ),
    ProblemKind.LOGIN_REFUSED: ProblemWords(
        N_("login refused"),
        N_("%(host)s refused the login name or the password."),
        N_("Type it again. Many providers want an application password, and IMAP switched on in their settings."),
    ),
    ProblemKind.LOGIN_UNAVAILABLE: ProblemWords(
        N_("no logins now"),
        N_("%(host)s cannot check passwords at the moment."),
        N_("This says nothing about your password. Try again in a few minutes."),
    ),
    ProblemKind.LOGIN_PAUSED: ProblemWords(
        N_("pause after refusals"),
        N_("The login was refused three times, so we pause for ten minutes to keep the mailbox from being locked."),
        N_("Use the time to check the password in the provider's web mail, then try again."),
    ),
    ProblemKind.FOLDER_REFUSED: ProblemWords(
        N_("inbox does not open"),
        N_("%(host)s let us in but does not open the inbox."),
        N_("Check in the provider's web mail that the mailbox is in order; the server's words say more."),
    ),
    ProblemKind.SENDER_REFUSED: ProblemWords(
        N_("sender refused"),
        N_("%(host)s does not let this login send from this address."),
        N_("Check the login name for sending: it must belong to the address of the account."),
    ),
    ProblemKind.RECIPIENT_REFUSED: ProblemWords(
        N_("recipient refused"),
        N_("%(host)s does not take the test message for this address."),
        N_("Check the email address: the test message goes to the account's own address and nowhere else."),
    ),
    ProblemKind.LETTER_REFUSED: ProblemWords(
        N_("message refused"),
        N_("%(host)s did not accept the test message."),
        N_("The server's words say why; its administrator can help."),
    ),
    ProblemKind.LETTER_NOT_ARRIVED: ProblemWords(
        N_("not here yet"),
        N_("The test message was accepted but has not arrived within half a minute."),
        N_("The account is saved. The message may still come: look into the inbox and the spam folder later."),
    ),
    ProblemKind.NO_RECORD: ProblemWords(
        N_("no record"),
        N_("No server was found for this address."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.NOT_OFFERED: ProblemWords(
        N_("not offered"),
        N_("The provider says that it does not offer this service."),
        N_("Clear this use of the account, or ask the provider for the server name."),
    ),
    ProblemKind.OAUTH_ONLY: ProblemWords(
        N_("OAuth2 only"),
        N_("The provider of %(host)s lets mail programs in only by OAuth2, which Mailroom does not support yet."),
        N_("Neither the usual nor an application password helps here: use a mailbox at another provider."),
    ),
    ProblemKind.NO_MAIL_PROGRAMS: ProblemWords(
        N_("no mail programs"),
        N_("The provider of %(host)s offers no servers that mail programs could reach."),
        N_("Use a mailbox at another provider; this one can only be read as the provider offers it."),
    ),
    ProblemKind.HTTP_STATUS: ProblemWords(
        N_("nothing published"),
        N_("No settings are published at %(host)s."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.NOT_A_CONFIGURATION: ProblemWords(
        N_("not mail settings"),
        N_("%(host)s publishes something that is not mail settings."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.EXCHANGE_ONLY: ProblemWords(
        N_("Exchange only"),
        N_("The provider publishes settings for Exchange alone, which Mailroom does not speak."),
        N_("Ask the mail administrator whether IMAP and SMTP can be switched on, and for the server names."),
    ),
    ProblemKind.DIGEST_MISMATCH: ProblemWords(
        N_("not what was announced"),
        N_("The settings published at %(host)s are not those the domain announces, so they are not used."),
        N_("Tell the provider: the digest in its DNS does not fit the document."),
    ),
    ProblemKind.DOCUMENT_TOO_LARGE: ProblemWords(
        N_("document too large"),
        N_("The document at %(host)s is too large for mail settings."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.TOO_MANY_REDIRECTS: ProblemWords(
        N_("sent in circles"),
        N_("%(host)s sends us from page to page without end."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.REDIRECT_REFUSED: ProblemWords(
        N_("unsafe redirect"),
        N_("%(host)s redirects to an unprotected page, so we did not follow."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.OUT_OF_TIME: ProblemWords(
        N_("out of time"),
        N_("The search ended before this server answered."),
        N_("Type the server name the provider told you, then re-test."),
    ),
    ProblemKind.ACCOUNT_EXISTS: ProblemWords(
        N_("already there"),
        N_("There already is an account of this address."),
        N_("Use the account that is there, or delete it first."),
    ),
    ProblemKind.ACCOUNT_CHANGED: ProblemWords(
        N_("changed meanwhile"),
        N_("Somebody else changed these settings meanwhile."),
        N_("Look at the new values, or begin again with what you typed."),
    ),
    ProblemKind.NOT_ALLOWED: ProblemWords(
        N_("not allowed"),
        N_("You may not save this any more."),
        N_("Ask an administrator: your rights or the account changed meanwhile."),
    ),
}
