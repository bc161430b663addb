"""The form that takes certificates of authorities, pasted or as a file."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field, FileField, TextAreaField
from wtforms.validators import ValidationError

from webapp.net.authorities import Authority, checked_authority
from webapp.net.authority_faults import AuthorityFault, AuthorityRefused
from webapp.net.certificate_files import LARGEST, certificates_in, pem_of
from webapp.storage.base import utc_now
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.wording.authorities import fault_words


class AuthorityForm(SettingsForm):
    """Takes certificates either as text or as a file; `authorities` are those that passed every check.

    What was typed is shown again only as the certificates that were read in
    it: the rest may be a private key.
    """

    authority_text = TextAreaField(_("Certificate as text"))
    authority_file = FileField(_("Certificate as a file"))

    authorities: tuple[Authority, ...] = ()

    def validate_authority_text(self, field: TextAreaField) -> None:
        """Read what was pasted."""
        typed, field.data = (field.data or "").strip(), ""
        if self._file() is not None:
            if typed:
                raise ValidationError(gettext("Either paste a text or choose a file, not both."))
            return
        if not typed:
            raise ValidationError(gettext("Paste the certificate or choose its file."))
        self._read(typed.encode("utf-8", "replace"), echo=field)

    def validate_authority_file(self, field: FileField) -> None:
        """Read the file."""
        file = self._file()
        if file is not None and not self.authority_text.errors:
            self._read(file.stream.read(LARGEST + 1))

    def pem(self) -> str:
        """Return the certificates that passed, as the page asks about them again."""
        return "".join(authority.pem for authority in self.authorities)

    def refuse_size(self) -> None:
        """Say that more was sent than any form may hold; nothing of it was read."""
        self.authority_file.errors = [fault_words(AuthorityRefused(AuthorityFault.TOO_LARGE))]

    def _read(self, content: bytes, echo: Field | None = None) -> None:
        try:
            certificates = certificates_in(content)
            if echo is not None:
                echo.data = pem_of(certificates)
            now = utc_now()
            self.authorities = tuple(checked_authority(certificate, now) for certificate in certificates)
        except AuthorityRefused as refused:
            raise ValidationError(fault_words(refused)) from None

    def _file(self) -> FileStorage | None:
        """Return the chosen file; a browser sends an empty one where none was chosen."""
        file = self.authority_file.data
        return file if isinstance(file, FileStorage) and file.filename else None
