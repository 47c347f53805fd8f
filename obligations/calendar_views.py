"""Month calendar of obligations, and the page of one obligation with the derivation of its due date."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import workdays
from greendistrict.core.memoisation import held_reads
from greendistrict.core.models import CalendarDay
from greendistrict.core.paging import list_context
from greendistrict.policy.duty_table import duty_kind
from obligations.decisions import decisions_about
from obligations.duties import Obligation, is_decided_elsewhere
from obligations.forms import BESIDE_BODIES, BY_AUTHORITY, BY_DISTRICT, BY_PERSON, CalendarFilter
from obligations.models import Exemption, Urging
from obligations.month_calendar import MONTHS, month_asked, moved, weeks_of
from obligations.reminder_preview import has_reminders, may_preview
from obligations.responsible import ActingPerson, acting
from obligations.rules import may_decide
from obligations.selectors import bodies_of, falling_due, obligation_of, watched_in_sight
from obligations.urging import is_offered

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
PLAN_YEARS = 5  # as far ahead as the yearly plan
NOBODY_ACTS = "没有经办人"


@require_safe
def duty_calendar(request: HttpRequest) -> HttpResponse:
    """A month of visible obligations, as weeks and as a list by day, authority, district, kind or person."""
    viewer = viewer_of(request)
    today = viewer.today
    first = month_asked(request.GET.get("month", ""), today)
    with held_reads():
        of_year = falling_due(viewer, first.year)
        people, names = acting(of_year), bodies_of(of_year)
        form = CalendarFilter(request.GET, of_year, names=names, today=today, people=people)
        chosen = form.chosen()
        of_month = [row for row in chosen if _is_in(row, first)]
        watches = form.watched(row for row in watched_in_sight(viewer, dated=True) if _is_in(row, first))
        calendar = workdays.current()
    within = (first - dt.timedelta(days=7), first + dt.timedelta(days=38))
    holidays = dict(CalendarDay.objects.filter(date__range=within).values_list("date", "name"))
    weeks = weeks_of(first, of_month, today=today, working=calendar, names=holidays)
    listed = form.of_day(of_month)
    grouped = _grouped(listed, form.grouping, people=people, names=dict(names))
    # neighbouring months and years keep the filter, but not a selected day
    steps = {"previous_year": -MONTHS, "previous_month": -1, "same_month": 0, "next_month": 1, "next_year": MONTHS}
    asked = {name: values for name, values in request.GET.lists() if name not in {"page", "due", "month"}}
    context = list_context(request, grouped, form) | {
        "first": first,
        "today": today,
        "weeks": weeks,
        "weekdays": WEEKDAYS,
        "is_provisional": calendar.is_provisional(first.year),
        "any_demo": any(row.is_demo for row in (*listed, *watches)),
        "number": len(of_month),
        "watches": watches,
        "grouped": bool(form.grouping),
        "has_plan": today.year - 1 <= first.year <= today.year + PLAN_YEARS,
        **{name: f"?{urlencode({**asked, 'month': moved(first, months)}, doseq=True)}" for name, months in steps.items()},
    }
    context["lines"] = [(group, row, row.state(today), calendar.left(today, row.due)) for group, row in context["page"].object_list]
    return render(request, "obligations/duty_calendar.html", context)


def _is_in(row: Obligation, first: dt.date) -> bool:
    """Whether the due date lies in the month that begins on ``first``."""
    return (row.due.year, row.due.month) == (first.year, first.month)


def _grouped(
    rows: Iterable[Obligation], grouping: str, *, people: Mapping[str, Sequence[ActingPerson]], names: Mapping[int, str]
) -> list[tuple[str, Obligation]]:
    """(heading, obligation) in heading order; an obligation of two bodies or people appears under both."""
    if not grouping:
        return [("", row) for row in sorted(rows, key=attrgetter("due", "key"))]
    found = [(group, row) for row in rows for group in _groups_of(row, grouping, people[row.key], names)]
    order = {name: place for place, name in enumerate(names.values())}
    return sorted(found, key=lambda pair: (order.get(pair[0], len(order)), pair[0], pair[1].due, pair[1].key))


def _groups_of(row: Obligation, grouping: str, people: Sequence[ActingPerson], names: Mapping[int, str]) -> Sequence[str]:
    if grouping == BY_AUTHORITY:
        return [names[body] for body in row.authority_ids if body in names] or [BESIDE_BODIES]
    if grouping == BY_PERSON:
        return [person.name for person in people] or [NOBODY_ACTS]
    return [row.place if grouping == BY_DISTRICT else duty_kind(row.kind).label]


@require_safe
def obligation_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One obligation: state, debtor and creditor, derivation of its due date, decisions about it, related matter."""
    viewer = viewer_of(request)
    today = viewer.today
    with held_reads():
        found = obligation_of(viewer, key)
        if found is None:
            raise Http404
        people = acting([found])[key]
        left = workdays.current().left(today, found.due)
    context: dict[str, Any] = {
        "obligation": found,
        "kind": duty_kind(found.kind),
        "state": found.state(today),
        "left": left,
        "people": people,
        "today": today,
        "decided": Exemption.objects.filter(obligation=key).select_related("decided_by"),
        "letter": decisions_about([key]).get(key),
        "may_decide": found.is_open and not is_decided_elsewhere(key) and may_decide(viewer.held),
        "previewed": has_reminders(found, today) and may_preview(viewer.held, found),
        "urgings": Urging.objects.filter(obligation=key).select_related("by"),
        "may_urge": is_offered(viewer.user, found, today),
    }
    return render(request, "obligations/obligation_detail.html", context)
