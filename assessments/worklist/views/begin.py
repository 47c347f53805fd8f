"""Pages of what is owed and not begun: they begin it, or say in one sentence why that cannot be and who can."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from assessments.common import owed_papers
from assessments.common.calendar import stage_terms
from assessments.common.owed_papers import OF_REPORT, SELF_CHECK, UnopenedPaper
from assessments.self_checks import services as self_checks
from assessments.self_checks.selectors.opening import against_opening
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.stage_assessments import services as stages
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.yearly_reports import services as yearly_reports
from assessments.yearly_reports.selectors.yearly_reports import reports_visible_to
from districts.file.models.district import District
from districts.file.rules import is_own_side, may_edit_district, may_read_file
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holders
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refusal


class Beginning(NamedTuple):
    """How a yearly paper is begun: what was opened of it and is seen, page and list, what stands against it, and the service."""

    opened: Callable[[Viewer, District, int], QuerySet[Any]]
    page: str
    listed: str
    against: Callable[[District, int, dt.date], Sequence[Refusal]]
    begin: Callable[..., Any]


def _report(kind: str) -> Beginning:
    return Beginning(
        lambda viewer, district, year: reports_visible_to(viewer).filter(district=district, kind=kind, year=year),
        "assessments:yearly_report",
        "assessments:yearly_report_list",
        yearly_reports.against_opening,
        partial(yearly_reports.begin, kind=kind),
    )


BEGINNINGS = {
    SELF_CHECK: Beginning(
        lambda viewer, district, year: self_checks_visible_to(viewer).filter(district=district, year=year),
        "assessments:selfcheck",
        "assessments:selfcheck_list",
        against_opening,
        self_checks.begin,
    ),
    **{obligation: _report(kind) for kind, obligation in OF_REPORT.items()},
}


def owed_paper(request: HttpRequest, kind: str, district: int, year: int) -> HttpResponse:
    """A yearly paper that is owed: begin it. One that is there already is shown."""
    viewer, asked = viewer_of(request), BEGINNINGS.get(kind)
    if asked is None:
        raise Http404
    found = _district(viewer, district)
    if there := asked.opened(viewer, found, year).first():
        return redirect(asked.page, there.pk)
    owed = next((row for row in owed_papers.unopened(viewer, kind, only={found.pk}) if row.year == year), None)
    if owed is None:
        raise Http404
    if request.method == "POST":
        made = asked.begin(district=found, year=year, by=viewer.user)
        return redirect_saying(request, f"{owed.title}已开始填报", asked.page, made.pk)
    return _page(
        request,
        found,
        title=owed.title,
        listed=asked.listed,
        due=owed.due,
        setting="selfcheck.due" if kind == owed_papers.SELF_CHECK else f"{kind}.due",
        moved=owed_papers.deadline(owed_papers.yearly_key(kind, found.pk, year), owed.due).moved,
        late=owed.is_late(viewer.today),
        against=_not_asked(owed) or asked.against(found, year, viewer.today),
        mine=may_edit_district(viewer.held, found),
        who=_preparers(viewer, found),
        button="开始填报",
    )


def _district(viewer: Viewer, pk: int) -> District:
    return get_object_or_404(districts_visible_to(viewer).select_related("applicant", "edition"), pk=pk)


def _not_asked(owed: UnopenedPaper) -> list[Refusal]:
    if owed.waived:
        return [Refusal("市级已决定免报，不用填报")]
    return [Refusal("称号终止，不再要求这份材料")] if owed.ended else []


def _preparers(viewer: Viewer, district: District) -> str:
    """Who fills in for the district; by name for its own side and the city."""
    body = district.applicant
    if body is None:
        return ""
    names = "、".join(user.name for user in holders(Role.PREPARER, organisation_ids=[body.pk]))
    reads = viewer.held.is_city or is_own_side(viewer.held, district) or may_edit_district(viewer.held, district)
    return f"{body.name}填报人{f'（{names}）' if names and reads else ''}"


def owed_stage(request: HttpRequest, district: int) -> HttpResponse:
    """The stage assessment of a pilot's cycle: begin it. One that is there already is shown."""
    viewer = viewer_of(request)
    found = _district(viewer, district)
    point = stages.point_of(found, viewer.today, stage_terms())
    if point and (there := stages_visible_to(viewer).filter(district=found, due=point.day).first()):
        return redirect("assessments:stage", there.pk)
    if not (viewer.held.is_city or viewer.held.has(Role.SECRETARIAT) or may_read_file(viewer.held, found)):
        raise Http404
    if request.method == "POST":
        made = stages.begin(district=found, by=viewer.user)
        return redirect_saying(request, f"{made}已开始", "assessments:stage", made.pk)
    return _page(
        request,
        found,
        title="阶段评估",
        listed="assessments:stage_list",
        due=stage_terms().calendar.roll_forward(point.day) if point else None,
        against=stages.against_opening(found, viewer.today),
        mine=viewer.held.has(Role.CITY_OFFICER),
        who="市级经办",
        button="开始阶段评估",
    )


def _page(request: HttpRequest, district: District, *, listed: str, **context: Any) -> HttpResponse:
    return render(request, "assessments/worklist/owed_paper.html", {"district": district, "list_href": reverse(listed), **context})
