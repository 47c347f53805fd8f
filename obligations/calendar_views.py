"""Month calendar and its feed, the page of one obligation with the derivation of its due date, and watched items."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import limits, workdays
from greendistrict.core.fragments import written
from greendistrict.core.models import CalendarDay
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.policy.duty_table import duty_kind, told_kind
from greendistrict.policy.layers import layers_of
from obligations.acting import ActingPerson, acting
from obligations.columns import WATCH_LIST, ListedDuty
from obligations.decisions import decisions_about
from obligations.duties import Obligation, ObligationState, is_decided_elsewhere
from obligations.feed import calendar_of, digest_of, in_feed, make_feed, reader_of, revoke_feed
from obligations.forms import BESIDE_BODIES, BY_AUTHORITY, BY_DISTRICT, BY_PERSON, CalendarFilter, WatchFilter
from obligations.models import CalendarFeed, Urging
from obligations.month_calendar import MONTHS, month_asked, moved, weeks_of
from obligations.previews import has_reminders, may_preview
from obligations.rules import may_decide, reads_watches
from obligations.selectors import bodies_of, falling_due, obligation_of, watched_in_sight
from obligations.urging import is_offered
from obligations.waivers import decided_on

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
PLAN_YEARS = 5  # as far ahead as the yearly plan
NOBODY_ACTS = "没有经办人"


@require_safe
def duty_calendar(request: HttpRequest) -> HttpResponse:
    """A month of visible obligations, as weeks and as a list by day, authority, district, kind or person."""
    viewer = viewer_of(request)
    today = viewer.today
    first = month_asked(request.GET.get("month", ""), today)
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
    lines: list[Line] = [(group, row, row.state(today), calendar.left(today, row.due)) for group, row in context["page"].object_list]
    context |= {"lines": lines, "shown": _shown(lines, first=context["page"].start_index(), grouped=bool(form.grouping))}
    return render(request, "obligations/duty_calendar.html", context)


Line = tuple[str, Obligation, ObligationState, workdays.Remaining]  # under its heading, with the working days left


def _shown(lines: Iterable[Line], *, first: int, grouped: bool) -> list[SafeString]:
    """Mark-up of the lines, numbered from ``first``; a line that shows the same is rendered once."""
    shown, before = [], None
    for number, (group, row, state, left) in enumerate(lines, start=first):
        shown.append(
            written(
                "obligations/_calendar_line.html",
                row_number=number,
                grouped=grouped,
                group=group,
                opens_group=group != before,
                key=row.key,
                title=row.title,
                place=row.place,
                is_demo=row.is_demo,
                organisation=row.organisation,
                due_words=row.due_words,
                state=state,
                left=left,
                open=row.is_open,
                how=row.how,
                default=row.is_default_date,
            )
        )
        before = group
    return shown


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
    obligation = obligation_of(viewer, key)
    if obligation is None:
        raise Http404
    people = acting([obligation])[key]
    left = workdays.current().left(today, obligation.due)
    kind = told_kind(obligation.kind, obligation.rule)
    context: dict[str, Any] = {
        "obligation": obligation,
        "kind": kind,
        "layers": layers_of(kind),
        "state": obligation.state(today),
        "left": left,
        "people": people,
        "today": today,
        "decided": decided_on(viewer, key),
        "letter": decisions_about([key]).get(key),
        "may_decide": obligation.is_open and not is_decided_elsewhere(key) and may_decide(viewer.held),
        "previewed": has_reminders(obligation, today) and may_preview(viewer.held, obligation),
        "urgings": Urging.objects.filter(obligation=key).select_related("by"),
        "may_urge": is_offered(viewer.user, obligation, today),
    }
    return render(request, "obligations/obligation_detail.html", context)


READ_AN_HOUR, HOUR = 30, 3600


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Calendar of the token's holder; uses no session."""
    viewer = Viewer(reader_of(token))
    held = viewer.held
    if not held.roles or held.is_keeper:
        raise Http404
    if not limits.within(f"calendar-feed:{digest_of(token)}", READ_AN_HOUR, seconds=HOUR):
        return HttpResponse("读取过于频繁，请一小时后再试", status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(HOUR)})
    content = calendar_of(in_feed(viewer))
    mark = quote_etag(digest_of(content.decode()))
    unchanged = get_conditional_response(request, etag=mark)
    response = unchanged or HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = f"private, max-age={HOUR}"
    response.headers["Content-Disposition"] = 'inline; filename="obligations.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def feed_settings(request: HttpRequest) -> HttpResponse:
    """Create the URL (shown once), replace it, or revoke it."""
    user = signed_in(request)
    if not viewer_of(request).held.roles:
        raise Http404
    if request.method == "POST" and request.POST.get("action") == "revoke":
        if revoke_feed(by=user):
            messages.success(request, "订阅地址已收回，日历程序不能再读取")
        return redirect("obligations:feed_settings")
    token = make_feed(by=user) if request.method == "POST" else ""
    context = {
        "address": f"{settings.SITE_URL}{reverse('obligations:feed', args=[token])}" if token else "",
        "feed": CalendarFeed.objects.filter(user=user).first(),
    }
    response = render(request, "obligations/feed_settings.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def watch_list(request: HttpRequest) -> HttpResponse:
    """Watched items of visible districts, earliest first, filtered by kind, authority, district and text."""
    viewer = viewer_of(request)
    today = viewer.today
    form = _asked_watches(request, today)
    context = list_context(request, form.chosen(), form, export="obligations:watch_export") | {"today": today}
    page = context["page"]
    seen = districts_visible_to(viewer).filter(pk__in=[row.district_id for row in page.object_list])
    rows = WATCH_LIST.rows_of(_lines(page.object_list, today, dict(seen.values_list("pk", "code"))))
    context["shown"] = WATCH_LIST.html(rows, today, None, first=page.start_index())
    return render(request, "obligations/watch_list.html", context)


@require_safe
def watch_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    today = viewer_of(request).today
    rows = _asked_watches(request, today).chosen()
    content = WATCH_LIST.book(WATCH_LIST.rows_of(_lines(rows, today, {})), today, "关注事项", f"关注事项（{len(rows)}项）")
    return list_workbook(request, content, name="关注事项", action="obligations.export_watches", rows=len(rows))


def _lines(rows: Iterable[Obligation], today: dt.date, codes: Mapping[int, str]) -> list[ListedDuty]:
    return [ListedDuty(row, row.state(today), code=codes.get(row.district_id or 0)) for row in rows]


def _asked_watches(request: HttpRequest, today: dt.date) -> WatchFilter:
    """The bound filter over visible items. Raises ``Http404`` for people who may see none."""
    viewer = viewer_of(request)
    if not reads_watches(viewer.held):
        raise Http404
    rows = watched_in_sight(viewer)
    return WatchFilter(request.GET, rows, names=bodies_of(rows), today=today)
