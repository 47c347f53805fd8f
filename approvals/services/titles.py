"""称号: the only writer of titles and of their copies at the district. Every title has a decision behind it, or is 历史补录."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from approvals.enums import DossierStep, TitleEnd, TitleKind
from approvals.models import Announcement, Case, Title
from approvals.services.decisions import freeze
from districts.enums import Certainty
from districts.lifecycle import DISTRICT
from districts.models import District
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused
from greendistrict.core.numbers import next_number
from greendistrict.policy.inforce import policy_in_force
from greendistrict.workflow.services import perform

PREFIX = "CH"
GRANT = {TitleKind.PILOT: "grant_pilot", TitleKind.DEMONSTRATION: "grant_demonstration"}
END = {TitleEnd.CANCELLED: "cancel_title", TitleEnd.REVOKED: "revoke_title", TitleEnd.WITHDRAWN: "leave_programme"}
RECORD = {TitleKind.PILOT: "record_pilot", TitleKind.DEMONSTRATION: "record_demonstration"}
COPIES = ("star", "title_number", "titled_on", "titled_on_certainty", "titled_since", "title_batch", "status_certainty")


@dataclass(frozen=True)
class HistoricTitle:
    """A title as public sources tell it; what they do not tell stays None or empty."""

    kind: str
    policy: str
    source: str
    certainty: str
    star: int | None = None
    granted_on: dt.date | None = None
    date_certainty: str = Certainty.UNKNOWN
    batch: str = ""
    edition_text: str = ""
    number: str = ""


@transaction.atomic
def grant(*, case: Case, announcement: Announcement, kind: str, by: User) -> Title:
    """Grant the title that the case decided, on the announcement's date. Raises ``Refused`` when there is no decision or date."""
    if case.decided_on is None or announcement.announced_on is None:
        msg = "没有审定日期或公告日期，不能授予称号"
        raise Refused(msg)
    day = announcement.announced_on
    district = District.objects.select_for_update(of=("self",)).get(pk=case.district_id)
    since = _supersede(district, day)
    title = Title.objects.create(
        district=district,
        kind=kind,
        star=case.star_found,
        number=next_number(PREFIX, day.year),
        edition_text=case.table.edition.code[:60] if case.table else "",
        announcement=announcement,
        case=case,
        granted_on=day,
        policy=policy_in_force(day).code,
    )
    perform(machine=DISTRICT, obj=district, action=GRANT[TitleKind(kind)], by=None, reason=f"{announcement}，{case.decision_number}")
    district.titled_since = since
    _copy(district, title, batch=str(announcement), date_certainty=Certainty.SOURCED)
    if district.edition_id is None and case.table is not None:  # later self-checks follow the edition that the title was judged by
        district.edition = case.table.edition
        district.save(update_fields=["edition"])
    audit.record(action="title.grant", by=by, obj=title, data={"case": case.number, "announcement": str(announcement)})
    freeze(case=case, step=DossierStep.ANNOUNCEMENT, by=by)
    return title


@transaction.atomic
def record_historic(*, district: District, title: HistoricTitle, announcement: Announcement | None = None, by: User | None = None) -> Title:
    """历史补录 through the district's machine; the same record entered again changes nothing and is returned."""
    district = District.objects.select_for_update(of=("self",)).get(pk=district.pk)
    known = Title.objects.filter(district=district, kind=title.kind, historic=True).first()
    if known is not None:
        return known
    since = _supersede(district, title.granted_on)
    stored = Title.objects.create(
        district=district,
        kind=title.kind,
        star=title.star,
        number=title.number,
        edition_text=title.edition_text,
        announcement=announcement,
        granted_on=title.granted_on,
        date_certainty=title.date_certainty,
        historic=True,
        policy=title.policy,
        source=title.source[:500],
        certainty=title.certainty,
    )
    perform(machine=DISTRICT, obj=district, action=RECORD[TitleKind(title.kind)], by=None, reason=f"历史补录：{title.source}"[:500])
    district.titled_since = since
    _copy(district, stored, batch=str(announcement) if announcement else title.batch, date_certainty=title.date_certainty)
    audit.record(action="title.record", by=by, obj=stored, data={"source": title.source, "certainty": title.certainty})
    return stored


@transaction.atomic
def end(*, district: District, how: str, on: dt.date, by: User, reason: str, case: Case, announcement: Announcement | None = None) -> Title:
    """End the current title (取消、撤销、主动退出) by the case that decided it; the copies at the district are emptied, the title stays.

    Raises ``Refused`` when the district holds no title, or one that cannot end this way.
    """
    district = District.objects.select_for_update(of=("self",)).get(pk=district.pk)
    title = Title.objects.select_for_update().filter(district=district, end="").first()
    if title is None:
        msg = f"{district.name}现在没有称号"
        raise Refused(msg)
    if title.granted_on is not None and on < title.granted_on:
        msg = "称号终止日期不能早于授予日期"
        raise Refused(msg)
    title.end, title.ended_on, title.end_reason = TitleEnd(how), on, reason[:300]
    title.end_case, title.end_announcement = case, announcement
    title.save(update_fields=["end", "ended_on", "end_reason", "end_case", "end_announcement"])
    perform(machine=DISTRICT, obj=district, action=END[TitleEnd(how)], by=None, reason=reason)
    district.star, district.title_number, district.title_batch = None, "", ""
    district.titled_on = district.titled_since = None
    district.save(update_fields=["star", "title_number", "titled_on", "titled_since", "title_batch"])
    audit.record(action="title.end", by=by, obj=title, data={"how": str(how), "case": case.number, "reason": reason})
    if announcement is not None:
        freeze(case=case, step=DossierStep.ANNOUNCEMENT, by=by)
    return title


def _supersede(district: District, day: dt.date | None) -> dt.date | None:
    """A pilot that becomes a demonstration ends as 升为示范; it is never deleted. Answers since when a title has been held."""
    current = Title.objects.select_for_update().filter(district=district, end="").first()
    if current is None:
        return None
    current.end, current.ended_on = TitleEnd.SUPERSEDED, day
    current.save(update_fields=["end", "ended_on"])
    return current.granted_on


def _copy(district: District, title: Title, *, batch: str, date_certainty: str) -> None:
    district.star, district.title_number, district.titled_on = title.star, title.number, title.granted_on
    district.title_batch, district.titled_on_certainty, district.status_certainty = batch, date_certainty, title.certainty
    district.save(update_fields=list(COPIES))
