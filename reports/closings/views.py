"""Pages of closings: list, one year with preview, editions and differences, correction."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.policy import parameters
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered
from reports.closings import selectors, services
from reports.closings.figures import year_figures
from reports.closings.forms import ReopeningForm
from reports.closings.lifecycle import YEAR_CLOSING
from reports.closings.models import YearClosing
from reports.closings.registry import CLOSES, FigureChange, frozen_kinds

PER_PAGE = 50
REPORTS, CLOSINGS = ("报告", "reports:report_center"), ("年度关账", "reports:closings")


def _crumbs(year: int, last: str = "") -> list[tuple[str, str]]:
    """Breadcrumbs of a page about a year; with ``last`` of a page below it."""
    above = [(label, reverse(name)) for label, name in (REPORTS, CLOSINGS)]
    own = reverse("reports:closing", args=[year]) if last else ""
    return [*above, (f"{year}年度", own), *([(last, "")] if last else [])]


@require_safe
def closing_list(request: HttpRequest) -> HttpResponse:
    """Show the years with state, edition and reference days."""
    viewer = viewer_of(request)
    lines = selectors.year_lines(viewer)
    if not lines:
        raise Http404
    crumbs = [(REPORTS[0], reverse(REPORTS[1])), (CLOSINGS[0], "")]
    context = {"lines": lines, "is_default": parameters.get(CLOSES).is_default, "crumbs": crumbs}
    return render(request, "reports/closings/closing_list.html", context)


def _closing(viewer: Viewer, year: int) -> YearClosing | None:
    """Closing of a year; None if it has not begun. Raises ``Http404`` for other years, and for users who read none."""
    if year not in {line["year"] for line in selectors.year_lines(viewer)}:
        raise Http404
    return selectors.closings_visible_to(viewer).filter(year=year).first()


@require_safe
def closing(request: HttpRequest, year: int) -> HttpResponse:
    """Show what a closing would freeze or has frozen, its editions, and the differences of one of them."""
    return _show(request, year)


def _show(request: HttpRequest, year: int, status: int = 200, **extra: Any) -> HttpResponse:
    viewer = viewer_of(request)
    found = _closing(viewer, year)
    editions = list(found.editions.select_related("closed_by").order_by("-number")) if found else []
    chosen = next((one for one in editions if one.number == whole(request.GET.get("edition"), 0)), editions[0] if editions else None)
    days = year_figures(year, viewer.today)
    changes = [FigureChange(*row) for row in chosen.changes] if chosen else []
    context = {
        "year": year,
        "found": found,
        "open_before": selectors.open_before(viewer, year),
        "days": days,
        "snapshot_on": selectors.snapshot_on(days),
        "state": YEAR_CLOSING.state(days.state),
        "is_default": parameters.get(CLOSES).is_default,
        "flows": selectors.flow_lines(year, viewer.today),
        "stocks": selectors.stocks_of(year, viewer.today),
        "kinds": [kind.title for kind in frozen_kinds],
        "editions": editions,
        "chosen": chosen,
        "page": Paginator(changes, PER_PAGE).get_page(request.GET.get("page")),
        "offered": offered(found, viewer.user) if found else [],
        "records": timeline.of_subject(found) if found else [],
        "crumbs": _crumbs(year),
        **extra,
    }
    return render(request, "reports/closings/closing.html", context, status=status)


@require_safe
def closing_preview(request: HttpRequest, year: int) -> HttpResponse:
    """Show the differences from the latest edition if the year were closed today."""
    found = _closing(viewer_of(request), year)
    before = found.editions.order_by("-number").first() if found else None
    if before is None:
        raise Http404
    changes = services.changes_since(year, before)
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("page"))
    context = {"year": year, "before": before, "page": page, "crumbs": _crumbs(year, "预览变化")}
    return render(request, "reports/closings/closing_preview.html", context)


def _done(request: HttpRequest, year: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("reports:closing", args=[year]))


def _again(request: HttpRequest, year: int, refused: Refused | None, **typed: Any) -> HttpResponse:
    """Show the page again with the refusals of a step."""
    if refused is not None:
        typed["errors"] = [refusal.text for refusal in refused.refusals]
    return _show(request, year, refused.status if refused else UNPROCESSABLE, **typed)


@require_POST
def closing_act(request: HttpRequest, year: int) -> HttpResponse:
    """Take the posted step of the closing of a year."""
    found = _closing(viewer_of(request), year)
    if found is None:
        raise Http404
    page = StepPage(
        back=reverse("reports:closing", args=[year]),
        again=lambda refused, **typed: _again(request, year, refused, **typed),
        done=lambda offer: _done(request, year, f"已办理：{offer.label}" if offer else "已办理"),
        question=lambda offer: f"{year}年度：确定办理“{offer.label}”？",
        crumbs=tuple(_crumbs(year, "办理")[:-1]),
    )
    return act(request, found, page)


def closing_correct(request: HttpRequest, year: int) -> HttpResponse:
    """Show and save the form of a correction: reason, and new last day of receipt."""
    found = get_object_or_404(selectors.closings_visible_to(viewer_of(request)), year=year)
    if request.method == "POST":
        page = StepPage(
            back=reverse("reports:closing", args=[year]),
            again=lambda refused, **typed: _correct_page(request, found, refused, **typed),
            done=lambda _: _done(request, year, "已重新打开，更正后再次关账"),
            action="correct",
        )
        return act(request, found, page)
    return _correct_page(request, found, None)


def _correct_page(request: HttpRequest, found: YearClosing, refused: Refused | None, **typed: Any) -> HttpResponse:
    viewer = viewer_of(request)
    offers = offered(found, viewer.user, action="correct")
    if request.method != "POST" and not offers:
        raise Http404
    form = ReopeningForm(request.POST or None, initial={"closes_on": year_figures(found.year, viewer.today).closes_on})
    errors = [refusal.text for refusal in refused.refusals] if refused else typed.get("errors")
    status = UNPROCESSABLE if request.method == "POST" else HTTPStatus.OK
    context = {
        "found": found,
        "form": form,
        "errors": errors,
        "offered": offers,
        "crumbs": _crumbs(found.year, "更正"),
    }
    return render(request, "reports/closings/closing_correct.html", context, status=refused.status if refused else status)
