"""The form of a consent: its boxes come from what a run proved, so it has no fields of its own but the token."""

from flask_wtf import FlaskForm


class ConsentForm(FlaskForm):
    """Carries the CSRF token and the errors of a consent page."""
