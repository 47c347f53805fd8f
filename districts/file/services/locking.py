"""Write under a lock: version check, changes for the audit record, database errors as refusals."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from districts.file.file_locks import held
from districts.file.models.district import District
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.core.row_checks import all_hold

Row = TypeVar("Row", bound=models.Model)
STALE = "他人刚刚修改过，请核对后再保存"


def locked(row: Row, version: int | None) -> Row:
    """Lock and return the row. Raises ``Stale`` (with the row) if its version differs."""
    stored = type(row)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
    if stored is None:
        msg = "他人刚刚删除了这一条"
        raise Stale(msg)
    if version is not None and stored.version != version:  # type: ignore[attr-defined]  # every caller's model has one
        raise Stale(STALE, current=stored)
    return stored


def hold_editor(user: User, district: District) -> None:
    """Raise ``NotAllowed`` unless the user may edit this district's file, ``Refused`` while it is locked."""
    NotAllowed.unless(may_edit_district(posts_of(user), district), "城区资料由申报主体的填报人或其授权的咨询单位填写")
    if found := held(district):
        raise Refused(found)


def assign(row: models.Model, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set plain fields; returns the changes as ``{field: [before, after]}``."""
    changed = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = [shown(before), shown(value)]
            setattr(row, name, value)
    return changed


def shown(value: Any) -> str:
    """Value as stored in the audit record; a large value is replaced by its size."""
    text = "" if value is None else str(value)
    return text if len(text) <= 200 else f"{text[:120]}…（{len(text)}字）"  # noqa: PLR2004 -- readable in one line


def hold_constraints(row: models.Model) -> None:
    """Raise ``Refused`` with every violated constraint of the model, each at its field."""
    if all_hold(row):
        return
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(refusals_of(error)) from error


def refusals_of(error: ValidationError) -> list[Refusal]:
    """Messages of a validation error as refusals."""
    return [
        Refusal(message, field="" if field == NON_FIELD_ERRORS else field)
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def label_of(row: models.Model, name: str) -> str:
    """Label of a field as shown on pages."""
    return str(getattr(row._meta.get_field(name), "verbose_name", name))
