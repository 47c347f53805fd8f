"""Figures of a year's requests for the yearly report on disclosure (条例第四十九条、第五十条), and the record that it was published."""

import datetime as dt
from collections import Counter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from approvals.titles.enums import RemedyKind, RemedyOutcome
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import one_at_a_time
from outreach.disclosures.models import DisclosureOutcome, DisclosureRemedy, DisclosureRequest, YearlyDisclosureReport
from outreach.disclosures.rules import may_reply_disclosures


class YearFigure(NamedTuple):
    """One line of the figures: what is counted, and how many."""

    label: str
    number: int


def years_reported(today: dt.date) -> list[tuple[int, bool]]:
    """Years with requests or a report, in the real and in the fictional world, newest first; last year always."""
    of_requests = DisclosureRequest.objects.order_by().values_list("filed_at__year", "is_demo").distinct()
    of_reports = YearlyDisclosureReport.objects.order_by().values_list("year", "is_demo")
    return sorted({(today.year - 1, False), *of_requests, *of_reports}, key=lambda one: (-one[0], one[1]))


def figures_of(year: int, *, demo: bool) -> list[YearFigure]:
    """Requests received and handled in a year, and reconsiderations and suits of that year, as recorded now."""
    rows, end = DisclosureRequest.objects.filter(is_demo=demo), dt.date(year, 12, 31)
    remedies = DisclosureRemedy.objects.filter(request__is_demo=demo)
    aside = remedies.exclude(was_outcome="")
    replies = _counted(rows.filter(replied_on__year=year), "outcome")
    for outcome, number in _counted(aside.filter(against_on__year=year), "was_outcome").items():
        replies[outcome] = replies.get(outcome, 0) + number
    answered_then = aside.filter(request=OuterRef("pk"), against_on__lte=end, outcome_on__gt=end)
    done_then = Q(replied_on__lte=end) | Q(given_up_at__lt=clock.end_of(end)) | Exists(answered_then)
    found = [YearFigure("收到申请", rows.filter(filed_at__year=year).count())]
    found += [YearFigure(f"答复：{outcome.label}", replies.get(outcome.value, 0)) for outcome in DisclosureOutcome]
    found += [
        YearFigure("逾期未补正，视为放弃", rows.filter(given_up_at__year=year).count()),
        YearFigure("年末尚未办结", rows.filter(filed_at__lt=clock.end_of(end)).exclude(done_then).count()),
    ]
    of_year = list(remedies.filter(filed_on__year=year).order_by().values_list("kind", "outcome"))
    for kind in RemedyKind:
        outcomes = Counter(outcome for of, outcome in of_year if of == kind)
        found.append(YearFigure(str(kind.label), outcomes.total()))
        found += [
            YearFigure(f"{kind.label}：{DisclosureRemedy.outcome_word(outcome) if outcome else '尚无结果'}", outcomes[outcome])
            for outcome in ("", *RemedyOutcome.values)
            if outcomes[outcome]
        ]
    return found


def _counted(rows: QuerySet[Any, Any], by: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(by).annotate(number=Count("pk")))


def report_of(year: int, *, demo: bool) -> YearlyDisclosureReport | None:
    """The record that the report of a year was published."""
    return YearlyDisclosureReport.objects.filter(year=year, is_demo=demo).first()


@transaction.atomic
def record_report(*, year: int, demo: bool, by: User, published_on: dt.date, address: str) -> YearlyDisclosureReport:
    """Record, or correct, that the report of a year was published. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "年度报告的公布由市级经办登记")
    if not dt.date(year, 12, 31) < published_on <= clock.today():
        raise Refused([Refusal("公布日期应在年度终了以后至今天之间", field="published_on")])
    one_at_a_time("outreach.record_report")
    stored = report_of(year, demo=demo) or YearlyDisclosureReport(year=year, is_demo=demo)
    before = {"before": f"{stored.published_on} {stored.address}"} if stored.pk else {}
    stored.published_on, stored.address = published_on, address.strip()
    stored.recorded_at, stored.recorded_by = clock.now(), by
    stored.save()
    data = {"year": year, "on": f"{published_on}", "address": stored.address, **before}
    audit.record(action="outreach.record_disclosure_report", by=by, obj=stored, data=data)
    return stored
