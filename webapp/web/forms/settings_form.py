"""The form every form of the settings is one of: its fields know where to find what they are, and their order."""

from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field


class SettingsForm(FlaskForm):
    """A form with words beside each of its fields: those of web/explaining/catalogue/help.toml.

    `on_screen` names the fields in the order of the page, where they were not
    written in that order: the error summary follows it.
    """

    on_screen: ClassVar[tuple[str, ...]] = ()

    class Meta(FlaskForm.Meta):
        """Marks each field of the form as it is made."""

        def bind_field(self, form: "SettingsForm", unbound_field: Any, options: dict[str, Any]) -> Field:
            """Return the field, with the names of the forms whose words it takes."""
            field = super().bind_field(form, unbound_field, options)
            field.explained_by = form.names()
            return field

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        places = {name: place for place, name in enumerate(self.on_screen)}
        in_order = sorted(self, key=lambda field: places.get(field.name, len(places)))
        self._fields = {field.name: field for field in in_order}

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the form's own name and those of the forms it is made of, the most special first."""
        return tuple(form.__name__ for form in cls.__mro__ if issubclass(form, SettingsForm))
