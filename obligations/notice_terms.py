"""Terms of public notices: answering objections, and closing a notice after its period."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from approvals.cases import terms
from approvals.cases.enums import CaseState, Deed
from approvals.cases.lifecycle import steps_that
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Notice, Objection
from approvals.common.enums import CaseKind
from approvals.publicity.models import NoticeExtension
from greendistrict.core import clock
from greendistrict.workflow.history import day_of_text, passed, stays, steps_column
from obligations.duties import Obligation
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.matters import INSIDE, OFFICER, Matter, OwedTerm, is_listed, owed
from obligations.way import Day

KINDS = ("notice_close", "objection_reply")
COLUMNS = (
    *("pk", "case_id", "closes_on", "opens_on", "case__kind", "case__number", "case__status", "case__district_id"),
    *("case__district__name", "case__district__is_demo", "case__applicant_id", "case__applicant__name", "steps", "said", "longer"),
)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Duties of the city about notices on a day, and those met in the year before it."""
    return (one for row in rows_of(NOTICES, day.since, only) for one in _of_notice(row, day) if is_listed(one, day))


def _notices(since: Since) -> QuerySet[Notice]:
    """Notices that are open or close after a day, with steps of their case, objections and extensions."""
    objections = Objection.objects.filter(notice=OuterRef("pk")).exclude(name="").order_by("pk")  # anonymous: leads, no answer owed
    longer = NoticeExtension.objects.filter(notice=OuterRef("pk")).order_by("pk")
    live = Q(closes_on__gte=since.day) | Q(case__status=CaseState.NOTICE)
    return Notice.objects.filter(live).annotate(
        steps=steps_column(Case, "case_id"),
        said=ArraySubquery(objections.values_list(JSONObject(pk=F("pk"), filed=F("filed_at"), replied=F("replied_at")))),
        longer=ArraySubquery(longer.values_list(JSONObject(was=F("was"), at=F("at")))),
    )


NOTICES = MatterRows(
    *(Notice._meta.label_lower, _notices, COLUMNS),
    is_live=lambda row, since: row["closes_on"] >= since.day or row["case__status"] == CaseState.NOTICE,
    days=("closes_on", "opens_on"),
    place="case__district",
)
TABLES = (NOTICES,)


def _of_notice(row: Row, day: Day) -> Iterator[Obligation]:
    about = (row["case__district_id"], row["case__district__name"], row["case__district__is_demo"])
    name, page = f"{CaseKind(row['case__kind']).label}{row['case__number']}", reverse("approvals:case", args=[row["case_id"]])
    matter = Matter("notice", row["pk"], *about, row["case__applicant_id"], row["case__applicant__name"], (), name, page)
    held = stays(passed(row["steps"]), (CaseState.NOTICE,), day.on)
    stay = next((one for one in reversed(held) if one.since <= row["opens_on"]), held[0] if len(held) == 1 else None)
    if stay is None or (stay.until is not None and stay.left not in steps_that(Deed.CLOSES_NOTICE)):
        return
    for one in row["said"]:
        filed, replied = day_of_text(one["filed"]), day_of_text(one["replied"])
        if filed is not None and filed <= day.on:
            how = day.how(filed, "收到异议", terms.OBJECTION)
            done = replied if replied and replied <= day.on else None
            term = OwedTerm("objection_reply", str(one["pk"]), "异议答复", terms.objection_term(filed, day.terms), how, done)
            yield owed(matter, OFFICER, term._replace(seen_by=INSIDE, to="异议人", is_default=day.is_default(terms.OBJECTION)))
    later = (one["was"] for one in row["longer"] if dt.datetime.fromisoformat(one["at"]).astimezone(clock.SHANGHAI).date() > day.on)
    was = next(later, None)  # extended after the day: the former last day counts
    closes = dt.date.fromisoformat(was) if was else row["closes_on"]
    how = day.how(closes, "公示期满", terms.NOTICE, "查实异议成立后延长" if row["longer"] else "")
    term = OwedTerm("notice_close", "", "公示办结", terms.closing_term(closes, day.terms), how, stay.until, closes + dt.timedelta(days=1))
    yield owed(matter, OFFICER, term._replace(seen_by=INSIDE, to="社会公众", is_default=day.is_default(terms.NOTICE)))
