"""Shows refusals of a service in the form that was submitted: at their fields, or at the top."""

from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from greendistrict.core.errors import NotAllowed, Refusal, Refused


def add_refusals(form: forms.BaseForm, refused: Refused, *, aliases: Mapping[str, str] | None = None) -> None:
    """Add each refusal, followed by what would settle it (a link if it is done elsewhere), as an error of its field, or of the form.

    Without a field of its own, a refusal of an uploaded file belongs to the field that the file was chosen in.
    """
    chosen_in = field_of(form, refused.file)
    for refusal in refused.refusals:
        field = (not refusal.field and chosen_in) or (aliases or {}).get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, _in_words(refusal))


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Add the errors of a model to the form; those of fields that it does not have stand at its top."""
    for field, found in error.update_error_dict({}).items():
        form.add_error(field if field in form.fields else None, found)


def _in_words(refusal: Refusal) -> str:
    if refusal.remedy and refusal.href:
        return render_to_string("components/remedy.html", {"refusal": refusal})
    return "。".join(filter(None, (refusal.text, refusal.remedy)))


def field_of(form: forms.BaseForm, file: object) -> str:
    """Name of the field that holds this file, alone or among several; empty if none does."""
    if file is None:
        return ""
    items = getattr(form, "cleaned_data", {}).items()
    return next((name for name, value in items if value is file or (isinstance(value, list) and any(one is file for one in value))), "")


class RefusalsIn:
    """``with RefusalsIn(form):`` adds refusals raised inside to the form and continues after the block; those in ``passing`` propagate.

    ``aliases`` maps the field of a refusal (``""``: none) to a form field. ``code`` is the status for the response.
    """

    code = HTTPStatus.OK.value

    def __init__(
        self, form: forms.BaseForm, *, passing: tuple[type[Refused], ...] = (NotAllowed,), aliases: Mapping[str, str] | None = None
    ) -> None:
        self._form, self._passing, self._aliases = form, passing, aliases

    def __enter__(self) -> Self:
        """Returns itself, so that the status can be read afterwards."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Returns whether the error was added to the form."""
        if not isinstance(error, Refused) or isinstance(error, self._passing):
            return False
        add_refusals(self._form, error, aliases=self._aliases)
        self.code = int(error.status)
        return True
