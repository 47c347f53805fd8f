"""Services for designated bodies, sub-areas, papers, funds, renewal projects and honours."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from districts.file.models.district import District, ExternalHonour
from districts.file.models.parties import DesignatedBody, DistrictPaper, Fund, RenewalProject, SubArea
from districts.file.rules import may_designate
from districts.file.services.locking import assign, hold_constraints, hold_editor, locked
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.templatetags.gd import cn_date

Entry = TypeVar("Entry", SubArea, DistrictPaper, Fund, RenewalProject, ExternalHonour)
DAY = dt.timedelta(days=1)


def designate(
    *, authority: Organisation, name: str, since: dt.date, by: User, document: str = "", body: Organisation | None = None
) -> DesignatedBody:
    """Record the body designated by an authority (五（二）); the previous designation ends the day before.

    Raises ``NotAllowed`` unless ``by`` acts for the authority or is the city's 经办, ``Refused`` for a day in the future or before the
    previous one.
    """
    NotAllowed.unless(may_designate(posts_of(by), authority), "区专门机构由实施主体或市级经办登记")
    if since > clock.today():
        raise Refused([Refusal("指定日期不能晚于今天", field="since")])
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=authority.pk)
        before = DesignatedBody.objects.filter(authority=authority, until__isnull=True).first()
        if before is not None:
            if since <= before.since:
                raise Refused([Refusal(f"指定日期应晚于现任{before}的{cn_date(before.since)}", field="since")])
            before.until = since - DAY
            before.save(update_fields=["until"])
        made = DesignatedBody(
            authority=authority, body=body, name=name.strip(), document=document.strip(), since=since, entered_at=clock.now(), entered_by=by
        )
        hold_constraints(made)
        made.save()
        data = {"before": str(before or ""), "after": made.name, "since": str(since)}
        audit.record(action="districts.designate", by=by, obj=authority, data=data)
    return made


def save_entry(
    *, district: District, model: type[Entry], values: Mapping[str, Any], by: User, row: Entry | None, version: int | None
) -> Entry:
    """Add a sub-area, paper, fund, renewal project or honour, or change one. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    hold_editor(by, district)
    with transaction.atomic():
        stored = locked(row, version) if row is not None else model(district=district)
        changed = assign(stored, values)
        hold_constraints(stored)
        if row is not None:
            stored.version += 1
        stored.save()
        if changed:
            data = {"list": model._meta.model_name, "row": str(stored), "changed": changed}
            audit.record(action="districts.save_entry", by=by, obj=district, data=data)
    return stored


def against_dropping(row: SubArea | DistrictPaper | Fund | RenewalProject | ExternalHonour) -> list[Refusal]:
    """Why a row of a list is kept: plots lie in the sub-area."""
    count = row.district.plots.filter(sub_area=row.name).count() if isinstance(row, SubArea) else 0
    return [Refusal(f"分区“{row}”里还有{count}个地块，不能删除")] if count else []


def drop_entry(*, row: SubArea | DistrictPaper | Fund | RenewalProject | ExternalHonour, by: User) -> None:
    """Delete a row of a list. Raises ``NotAllowed``, ``Refused`` with what ``against_dropping`` finds."""
    hold_editor(by, row.district)
    if found := against_dropping(row):
        raise Refused(found)
    with transaction.atomic():
        audit.record(action="districts.drop_entry", by=by, obj=row.district, data={"list": row._meta.model_name, "row": str(row)})
        row.delete()
