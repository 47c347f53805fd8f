"""Refusals of a service in the form that asked for it: each beside its field, the others on top."""

from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self

from django import forms

from greendistrict.core.errors import NotAllowed, Refused


def add_refusals(form: forms.BaseForm, refused: Refused, *, aliases: Mapping[str, str] | None = None) -> None:
    """Put each refusal beside its field, or on top."""
    for refusal in refused.refusals:
        field = (aliases or {}).get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, refusal.text)


class RefusalsIn:
    """``with RefusalsIn(form):`` puts what is refused inside into the form and goes on after the block; those of ``passing`` pass.

    ``aliases`` names the field for a refusal of another one, of ``""`` for a refusal without one. ``code`` is the status of the answer.
    """

    code = HTTPStatus.OK.value

    def __init__(
        self, form: forms.BaseForm, *, passing: tuple[type[Refused], ...] = (NotAllowed,), aliases: Mapping[str, str] | None = None
    ) -> None:
        self._form, self._passing, self._aliases = form, passing, aliases

    def __enter__(self) -> Self:
        """Itself, for the status afterwards."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Whether the error stands in the form now."""
        if not isinstance(error, Refused) or isinstance(error, self._passing):
            return False
        add_refusals(self._form, error, aliases=self._aliases)
        self.code = int(error.status)
        return True
