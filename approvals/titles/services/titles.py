"""称号: the only module that writes titles and the district's copies of them. Each title has a decision or is 历史补录.

Also here: Undo the grant or end of a title after its announcement was withdrawn or its decision set aside by a higher body. Transfer
of the responsibility for a titled district to another body, with a record of who was responsible.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from approvals.cases.models.cases import Case
from approvals.cases.services import freeze
from approvals.common.enums import DossierStep, TitleEnd, TitleKind
from approvals.titles.enums import HolderSide
from approvals.titles.models.amendments import Restoration
from approvals.titles.models.publicity import Announcement, Title, TitleHolder
from approvals.titles.selectors import against_recall, against_restoring, superseded_by
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.in_force import policy_for
from greendistrict.workflow.dry_run import tell
from greendistrict.workflow.procedure import take

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Passing:
    """Which body is replaced by which, from which day on, and by what paper."""

    side: HolderSide
    before: Organisation
    after: Organisation
    since: dt.date
    ground: str
    paper: str


def pass_on(*, district: District, case: Case, passing: Passing, by: User) -> None:
    """Record the change of the responsible body; the first body is recorded as responsible since the grant of the title."""
    side, before, after = passing.side, passing.before, passing.after
    holder = TitleHolder.objects.filter(district=district, side=side, body=before, until__isnull=True).first()
    if holder is None:
        since = district.titled_since or district.titled_on
        holder = TitleHolder(district=district, side=side, body=before, body_name=before.name, since=since)
    holder.until = max(passing.since - DAY, holder.since) if holder.since else passing.since - DAY
    holder.save()
    told = {"ground": passing.ground, "paper": passing.paper, "case": case, "since": passing.since, "body_name": after.name}
    TitleHolder.objects.get_or_create(district=district, side=side, body=after, until=None, defaults=told)
    data = {"side": str(side), "before": before.name, "after": after.name, "since": f"{passing.since}", "case": case.number}
    audit.record(action="title.pass_on", by=by, obj=district, data=data)


PREFIX = "CH"
GRANT = {TitleKind.PILOT: "grant_pilot", TitleKind.DEMONSTRATION: "grant_demonstration"}
END = {TitleEnd.CANCELLED: "cancel_title", TitleEnd.REVOKED: "revoke_title", TitleEnd.WITHDRAWN: "leave_programme"}
RECORD = {TitleKind.PILOT: "record_pilot", TitleKind.DEMONSTRATION: "record_demonstration"}


@dataclass(frozen=True)
class HistoricTitle:
    """A title from public sources; unknown values are None or empty.

    A day of which nothing else is said is as certain as the title.
    """

    kind: str
    policy: str
    source: str
    certainty: str
    star: int | None = None
    granted_on: dt.date | None = None
    date_certainty: str = ""
    batch: str = ""
    edition_text: str = ""
    edition_certainty: str = Certainty.SOURCED
    number: str = ""
    policy_certainty: str = Certainty.SOURCED
    standing_certainty: str = Certainty.SOURCED

    @property
    def day_certainty(self) -> str:
        """Certainty of the day: 未查明 without one and never with one."""
        return Certainty.UNKNOWN if self.granted_on is None else self.date_certainty or self.certainty


@transaction.atomic
def grant(*, case: Case, announcement: Announcement, kind: str, by: User) -> Title:
    """Grant the title decided by the case, on the date of the announcement. Raises ``Refused`` without a decision or date."""
    if case.decided_on is None or announcement.announced_on is None:
        msg = "没有审定日期或公告日期，不能授予称号"
        raise Refused(msg)
    day = announcement.announced_on
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=case.district_id)
    since = _supersede(district, day)
    title = Title.objects.create(
        district=district,
        kind=kind,
        star=case.star_found,
        star_certainty=Certainty.INFERRED if case.star_found and case.table and case.table.edition.mark else Certainty.SOURCED,
        number=next_number(PREFIX, day.year),
        edition_text=fitted(Title, "edition_text", case.table.edition.code) if case.table else "",
        announcement=announcement,
        case=case,
        granted_on=day,
        policy=policy_for(day, case.accepted_at).code,
    )
    give(title)
    star = f"，{title.star_words}" if title.star else ""
    tell("授予称号", f"{district.name}，{title.get_kind_display()}{star}，自{cn_date(day)}，编号{title.number}")
    tell("文书", f"证书，{district.name}，编号{title.number}")
    copies = copies_of(title, since, batch=str(announcement), date_certainty=Certainty.SOURCED)
    if district.edition_id is None and case.table is not None:  # later self-checks use the edition under which the title was decided
        copies |= {"edition": case.table.edition, "edition_certainty": Certainty.SOURCED}
    reason = f"{announcement}，{case.decision_number}"
    take(obj=district, action=GRANT[TitleKind(kind)], by=None, version=None, values=copies, reason=reason)
    audit.record(action="title.grant", by=by, obj=title, data={"case": case.number, "announcement": str(announcement)})
    freeze(case=case, step=DossierStep.ANNOUNCEMENT, by=by)
    return title


@transaction.atomic
def record_historic(*, district: District, title: HistoricTitle, announcement: Announcement | None = None, by: User | None = None) -> Title:
    """历史补录 of a title through the district's state machine; idempotent."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
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
        edition_certainty=title.edition_certainty,
        announcement=announcement,
        granted_on=title.granted_on,
        date_certainty=title.day_certainty,
        historic=True,
        policy=title.policy,
        source=fitted(Title, "source", title.source),
        certainty=title.certainty,
        policy_certainty=title.policy_certainty,
        standing_certainty=title.standing_certainty,
        reported_time="" if announcement else title.batch,
    )
    give(stored)
    copies = copies_of(stored, since, batch=str(announcement) if announcement else title.batch, date_certainty=title.day_certainty)
    reason = f"历史补录{_doubt(title)}：{title.source}"[:500]
    take(obj=district, action=RECORD[TitleKind(title.kind)], by=None, version=None, values=copies, reason=reason)
    audit.record(action="title.record", by=by, obj=stored, data={"source": title.source, "certainty": title.certainty})
    return stored


def _doubt(title: HistoricTitle) -> str:
    return "（推定）" if title.certainty == Certainty.INFERRED else ""


@transaction.atomic
def record_past(*, district: District, title: HistoricTitle) -> Title:
    """历史补录 of a title that was followed by a later one; the district's state does not change. Idempotent."""
    known = Title.objects.filter(district=district, kind=title.kind, historic=True).first()
    if known is not None:
        return known
    later = Title.objects.filter(district=district).order_by("granted_on", "pk").first()
    stored = Title.objects.create(
        district=district,
        kind=title.kind,
        star=title.star,
        granted_on=title.granted_on,
        date_certainty=title.day_certainty,
        end=TitleEnd.SUPERSEDED,
        ended_on=later.granted_on if later else None,
        historic=True,
        policy=title.policy,
        policy_certainty=title.policy_certainty,
        source=fitted(Title, "source", title.source),
        certainty=title.certainty,
        reported_time=title.batch,
    )
    give(stored)
    audit.record(action="title.record", by=None, obj=stored, data={"source": title.source, "certainty": title.certainty})
    return stored


@transaction.atomic
def end(*, district: District, how: str, on: dt.date, by: User, reason: str, case: Case, announcement: Announcement | None = None) -> Title:
    """End the current title (取消、撤销、主动退出) by a case, and clear the district's copies.

    Raises ``Refused`` if the district holds no title, or a title that cannot end this way.
    """
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    title = Title.objects.select_for_update(no_key=True).filter(district=district, end="").first()
    if title is None:
        msg = f"{district.name}现在没有称号"
        raise Refused(msg)
    Refused.when(title.granted_on is not None and on < title.granted_on, "称号终止日期不能早于授予日期")
    title.end, title.ended_on, title.end_reason = TitleEnd(how), on, fitted(title, "end_reason", reason)
    title.end_case, title.end_announcement, title.stayed_since, title.stayed_end = case, announcement, None, ""
    title.save(update_fields=["end", "ended_on", "end_reason", "end_case", "end_announcement", "stayed_since", "stayed_end"])
    tell("终止称号", f"{district.name}，{title.get_kind_display()}，{title.get_end_display()}，自{cn_date(on)}")
    take(obj=district, action=END[TitleEnd(how)], by=None, version=None, reason=reason)
    audit.record(action="title.end", by=by, obj=title, data={"how": str(how), "case": case.number, "reason": reason})
    if announcement is not None:
        freeze(case=case, step=DossierStep.ANNOUNCEMENT, by=by)
    return title


def _supersede(district: District, day: dt.date | None) -> dt.date | None:
    """End the pilot title as 已转为示范; returns the day since which a title has been held, or None if unknown."""
    current = Title.objects.select_for_update(no_key=True).filter(district=district, end="").first()
    if current is None:
        return None
    current.end, current.ended_on, current.stayed_since, current.stayed_end = TitleEnd.SUPERSEDED, day, None, ""
    current.save(update_fields=["end", "ended_on", "stayed_since", "stayed_end"])
    return current.granted_on


def copies_of(title: Title, since: dt.date | None, *, batch: str, date_certainty: str) -> dict[str, Any]:
    """Fields of the district that hold copies of its title."""
    return {
        "star": title.star,
        "star_certainty": title.star_certainty,
        "title_number": title.number,
        "titled_on": title.granted_on,
        "titled_on_certainty": date_certainty,
        "titled_since": since,
        "title_batch": batch,
        "status_certainty": title.certainty,
    }


RESTORE = {TitleKind.PILOT: "restore_pilot", TitleKind.DEMONSTRATION: "restore_demonstration"}


@transaction.atomic
def recall(*, title: Title, on: dt.date, by: User, reason: str) -> None:
    """End a title whose announcement was withdrawn; the pilot title it replaced is valid again. Raises ``Refused`` for an ended title."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=title.pk)
    if found := against_recall(held):
        raise Refused(found)
    earlier = superseded_by(held)
    held.end, held.ended_on, held.end_reason = TitleEnd.RECALLED, on, fitted(held, "end_reason", reason)
    held.stayed_since, held.stayed_end = None, ""
    held.save(update_fields=["end", "ended_on", "end_reason", "stayed_since", "stayed_end"])
    audit.record(action="title.end", by=by, obj=held, data={"how": str(TitleEnd.RECALLED), "reason": reason})
    if earlier is None:
        take(obj=district, action="recall_title", by=None, version=None, values={"source": reason}, reason=reason)
        return
    _stand_again(earlier, on=on, by=by, reason=reason)
    take(obj=district, action="recall_to_pilot", by=None, version=None, values=as_held(earlier), reason=reason)


@transaction.atomic
def restore(*, title: Title, on: dt.date, by: User, reason: str) -> None:
    """Restore an ended title, because the act that ended it was set aside. Raises ``Refused`` with the reason against it."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).get(pk=title.pk)
    held.district = district
    if found := against_restoring(held):
        raise Refused(found)
    stands = not held.end  # the decision that ended it is stayed
    _stand_again(held, on=on, by=by, reason=reason)
    if not stands:
        take(obj=district, action=RESTORE[TitleKind(held.kind)], by=None, version=None, values=as_held(held), reason=reason)


STAY_FIELDS = ["end", "ended_on", "stayed_since", "stayed_end", "lapsed_on", "stood_again_on", "earlier_gaps"]


@transaction.atomic
def stay_end(*, title: Title, since: dt.date, by: User, reason: str) -> None:
    """The decision that ended a title is stayed from this day on: the title stands again until the stay is lifted."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).get(pk=title.pk)
    held.stayed_since = since
    if held.end:
        if held.lapsed_on and held.stood_again_on and held.lapsed_on < held.stood_again_on:
            held.earlier_gaps = [*held.earlier_gaps, DateRange(held.lapsed_on, held.stood_again_on)]
        held.stayed_end, held.lapsed_on, held.end, held.ended_on = held.end, held.ended_on, "", None
        held.stood_again_on = max(since, held.lapsed_on or since)
        take(obj=district, action=RESTORE[TitleKind(held.kind)], by=None, version=None, values=as_held(held), reason=reason)
    held.save(update_fields=STAY_FIELDS)
    audit.record(action="title.stay", by=by, obj=held, data={"reason": reason})


@transaction.atomic
def end_again(*, title: Title, on: dt.date, by: User, reason: str) -> None:
    """The stay has ended, and the decision is carried out: the title ends on this day."""
    district = District.objects.select_for_update(of=("self",), no_key=True).get(pk=title.district_id)
    held = Title.objects.select_for_update(of=("self",), no_key=True).get(pk=title.pk)
    held.end, held.ended_on, held.stayed_since, held.stayed_end = held.stayed_end, on, None, ""
    held.save(update_fields=STAY_FIELDS)
    take(obj=district, action=END[TitleEnd(held.end)], by=None, version=None, reason=reason)
    audit.record(action="title.carry_out", by=by, obj=held, data={"reason": reason})


def _stand_again(title: Title, *, on: dt.date, by: User, reason: str) -> None:
    Restoration.objects.create(
        title=title,
        was_end=title.end or title.stayed_end,
        was_ended_on=title.ended_on or title.lapsed_on,
        was_reason=title.end_reason,
        end_case=title.end_case,
        end_announcement=title.end_announcement,
        restored_on=on,
        reason=fitted(Restoration, "reason", reason),
        at=clock.now(),
    )
    title.end, title.ended_on, title.end_reason, title.end_case, title.end_announcement = "", None, "", None, None
    title.stayed_since, title.stayed_end = None, ""
    title.save(update_fields=["stayed_since", "stayed_end", "end", "ended_on", "end_reason", "end_case", "end_announcement"])
    audit.record(action="title.restore", by=by, obj=title, data={"reason": reason})


def as_held(title: Title) -> dict[str, object]:
    """Fields of the district that holds the title, whose copies follow it."""
    earlier = superseded_by(title)
    batch = str(title.announcement) if title.announcement else title.reported_time
    return copies_of(title, earlier.granted_on if earlier else None, batch=batch, date_certainty=title.date_certainty)
