"""Pages of the yearly review of accounts, for the security keeper; the security keepers' accounts are reviewed by the system keeper.

The review of a year is also a workbook.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import yearly_review
from greendistrict.accounts.enums import ReviewOutcome, Role
from greendistrict.accounts.models import AccountReview
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.documents.downloads import as_workbook
from portal.account_review.selectors import ReviewLine, review_lines


def _remark(row: Any, _today: dt.date) -> str:
    return row.review.remark if row.review else "" if row.is_owed else "本年新授岗位"


REVIEWED = Columns(
    ReviewLine,
    name=TextColumn(source="person__name"),
    username=TextColumn(source="person__username", width=18),
    posts=ComputedColumn("单位与岗位", lambda row, _today: "；".join(row.posts), ("posts",), width=50),
    last_login=MomentColumn(label="最近登录", width=18),
    factor=TextColumn(label="双因素", width=14),
    outcome=ChoiceColumn(source="review__outcome", empty=""),
    remark=ComputedColumn("说明", _remark, ("review", "is_owed"), width=30),
    reviewer=TextColumn(source="review__reviewed_by__name", label="复核管理员"),
    reviewed_at=MomentColumn(source="review__reviewed_at", width=18),
)
REVIEW_LIST = ListTable(REVIEWED, *REVIEWED, caption="账号", key="person__pk", demo="person__is_demo")


def review_book(year: int, lines: Sequence[ReviewLine], today: dt.date) -> bytes:
    """Workbook of the review; accounts not yet reviewed have an empty outcome."""
    return REVIEW_LIST.book(REVIEW_LIST.rows_of(lines), today, "账号", f"{year}年账号年度复核")


def _keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.held.has(Role.SECURITY_KEEPER, Role.SYSTEM_KEEPER):
        raise Http404
    return viewer


def _year(request: HttpRequest) -> int:
    viewer = viewer_of(request)
    asked = whole(request.GET.get("year"), viewer.today.year)
    return asked if asked in yearly_review.years() else viewer.today.year


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Accounts of the review of a year; those not yet reviewed come first."""
    viewer, year = _keeper(request), _year(request)
    context = {
        "lines": review_lines(year, viewer),
        "progress": yearly_review.progress_of(year),
        "year": year,
        "years": yearly_review.years(),
        "outcomes": ReviewOutcome.choices,
    }
    return render(request, "portal/account_review/review_list.html", context)


@require_POST
def review_record(request: HttpRequest) -> HttpResponse:
    """Record the chosen outcome for the ticked accounts."""
    viewer = _keeper(request)
    ticked = {whole(one, 0) for one in request.POST.getlist("people")}
    lines = {line.person.pk: line for line in review_lines(viewer.today.year, viewer) if line.person.pk in ticked}
    try:
        count = yearly_review.review(
            people=[line.person for line in lines.values()],
            outcome=request.POST.get("outcome", ""),
            remark=fitted(AccountReview, "remark", request.POST.get("remark", "")),
            seen={pk: line.seen for pk, line in lines.items()},
            by=viewer.user,
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已复核{count}个账号")
    return redirect("portal:account_review")


@require_safe
def review_export(request: HttpRequest) -> HttpResponse:
    """Download the review of a year as a workbook; the export is recorded."""
    viewer, year = _keeper(request), _year(request)
    lines = review_lines(year, viewer)
    audit.record(action="accounts.export_review", by=viewer.user, data={"year": year, "rows": len(lines)})
    return as_workbook(review_book(year, lines, viewer.today), f"{year}年账号年度复核.xlsx")
