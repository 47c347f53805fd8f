"""Write an import of experts, all or nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from assessments.experts.models.experts import ExpertEmployment, ExpertProfile
from assessments.experts.services.experts import ExpertEntry, enter, hold_keeper, locked, save
from greendistrict.accounts.models import User
from greendistrict.accounts.services import name_employer
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused, Stale

DAYS = ("employed_from", "valid_from", "valid_to")
Work = Mapping[str, Any]  # as documents.workbooks.reader.Work


@transaction.atomic
def apply_import(*, works: Sequence[Work], file_name: str, by: User) -> tuple[int, int]:
    """Write a previewed import and invite the people it enters; returns how many were entered and changed.

    Raises ``NotAllowed``, or ``Refused`` with the reason.
    """
    hold_keeper(by)
    for work in works:
        values: dict[str, Any] = {
            name: dt.date.fromisoformat(value) if name in DAYS and value else value for name, value in work["fields"].items()
        }
        try:
            if work["pk"]:
                _change(work, values, by)
            else:
                enter(entry=ExpertEntry(**{name: value for name, value in values.items() if name != "available"}), by=by)
        except Stale as stale:
            msg = f"预览之后有人改过{values['name']}的信息，这次没有写入；请重新上传"
            raise Refused(msg) from stale
        except Refused as refused:
            msg = f"{values['name']}：{refused}；这次没有写入"
            raise Refused(msg) from refused
    added = sum(work["pk"] is None for work in works)
    changed = len(works) - added
    audit.record(action="expert.import", by=by, obj=by, data={"file": file_name, "added": added, "changed": changed})
    return added, changed


def _change(work: Work, values: Mapping[str, Any], by: User) -> None:
    expert = locked(ExpertProfile(pk=work["pk"]), work["version"])
    kept = {name: values[name] for name in ("rank", "specialties", "valid_from", "valid_to", "available")}
    save(expert=expert, values=kept, version=work["version"], by=by)
    _move(expert, values, by)


def _move(expert: ExpertProfile, values: Mapping[str, Any], by: User) -> None:
    """Start a new employment and end the previous one, or correct the first day of the current one."""
    job = expert.employments.filter(valid_to__isnull=True).select_related("organisation").order_by("-valid_from", "-pk").first()
    start = values["employed_from"]
    if job is not None and job.organisation.name == values["employer"]:
        if start and start != job.valid_from:
            job.valid_from = start
            job.save(update_fields=["valid_from"])
        return
    if job is not None:
        job.valid_to = start - dt.timedelta(days=1)
        job.save(update_fields=["valid_to"])
    body = name_employer(name=values["employer"], group=values["group"], by=by, demo=expert.is_demo)
    ExpertEmployment.objects.create(expert=expert, organisation=body, valid_from=start or expert.valid_from)
