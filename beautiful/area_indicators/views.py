"""Pages of area indicators: overview by group, one area, links of dimensions, figures of the city."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beautiful.area_indicators import selectors, services
from beautiful.area_indicators.columns import FIGURE, LINK, WITHDRAWAL
from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.area_indicators.sources import MARK
from beautiful.frame.programme import BeautyArea, programme
from districts.file.forms import several
from districts.plausibility.selectors import answers_by_row, answers_to
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.second_person import may_check
from greendistrict.workflow.second_person_pages import check_page


class AreaYearForm(forms.Form):
    """Choice of real or fictional districts, and of the year."""

    world = forms.ChoiceField(label="数据", required=False, choices=[("real", "正式"), ("demo", "演示")])
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, Any], *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [("", f"{years[0]}年"), *((year, f"{year}年") for year in years[1:])]  # type: ignore[attr-defined]
        self.years = years
        self.opened_on_fiction = False

    def chosen(self) -> tuple[bool, int]:
        """Whether fictional districts were chosen, and the year; an invalid choice falls back to the first."""
        given = self.cleaned_data if self.is_valid() else {}
        return given.get("world") == "demo", given.get("year") or self.years[0]

    def on_fiction(self) -> "AreaYearForm":
        """The same year of fictional districts, where nothing was chosen."""
        form = AreaYearForm({**self.data, "world": "demo"}, years=self.years)
        form.opened_on_fiction = True
        return form


class LinkDecisionForm(forms.Form):
    """Decision on the areas linked to a dimension."""

    dimension = forms.ChoiceField(
        label=LINK["dimension"].label, choices=[("", "请选择"), *((name, name) for name in programme().dimension_links)]
    )
    areas = several(LINK["areas"].label, programme().area_choices, "不选的，这个方面不对应任何领域")
    on, basis, reason = LINK.part("decided_on", "basis", "reason").form_fields().values()


@with_columns(FIGURE)
class AreaFigureForm(ExplainedForm, ColumnsForm):
    """A figure of the city with its source."""

    field_order = ("explanation", *FIGURE)
    is_demo = forms.BooleanField(label="演示（数值为虚构）", required=False)

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != EXPLANATION}


class FigureWithdrawalForm(forms.Form):
    """Reason for withdrawing a figure."""

    reason = WITHDRAWAL.form_field(required=True)


UNPROCESSABLE = 422
YEARS_BACK = 5
METHODS = ["GET", "HEAD", "POST"]
FORM = "beautiful/area_indicators/area_form.html"


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not selectors.may_read_areas(viewer.held):
        raise Http404
    return viewer


def _area(key: str) -> BeautyArea:
    found = next((area for area in programme().areas if area.key == key), None)
    if found is None:
        raise Http404
    return found


def chosen_year(request: HttpRequest) -> AreaYearForm:
    """World (real or fictional) and year of the request; without a choice the first world that has figures."""
    viewer = viewer_of(request)
    last = viewer.today.year - 1
    form = AreaYearForm(request.GET.dict(), years=list(range(last, last - YEARS_BACK, -1)))
    if not request.GET.get("world") and selectors.only_fiction_has_figures(viewer, form.chosen()[1]):
        return form.on_fiction()
    return form


def _common(viewer: Viewer) -> dict[str, Any]:
    return {"programme": programme(), "mark": MARK, "may_record": selectors.may_record(viewer.held)}


def _back(figure: AreaFigure) -> str:
    return reverse("beautiful:area", args=[figure.area], query={"world": "demo" if figure.is_demo else "real"})


@require_safe
def area_overview(request: HttpRequest) -> HttpResponse:
    """The ten areas by group: number of indicators and pilots, traffic lights, and areas without data from any district."""
    viewer, form = _reader(request), chosen_year(request)
    is_demo, year = form.chosen()
    views = selectors.area_views(viewer, is_demo=is_demo, year=year)
    groups = [(name, [view for view in views if view.area in areas]) for name, areas in programme().groups]
    context = {**_common(viewer), "form": form, "groups": groups, "is_demo": is_demo, "year": year, "pilots": len(views[0].pilots)}
    context |= {"areas": views, "shares": selectors.shares_by_pilot(views)}
    return render(request, "beautiful/area_indicators/area_overview.html", context)


@require_safe
def area(request: HttpRequest, key: str) -> HttpResponse:
    """One area: contribution of each pilot, totals, and figures of the city with their source."""
    viewer, chosen, form = _reader(request), _area(key), chosen_year(request)
    is_demo, year = form.chosen()
    [found] = selectors.area_views(viewer, is_demo=is_demo, year=year, only=chosen.key)
    withdrawn = selectors.withdrawn_figures(chosen.key, is_demo=is_demo)
    shown = (*found.by_hand, *found.unchecked)
    answers = answers_by_row(shown)
    held = viewer.held
    by_hand = [(one, answers[one.pk], may_check(held, one), selectors.may_withdraw(held, one)) for one in shown]
    about = {"form": form, "view": found, "by_hand": by_hand, "withdrawn": withdrawn, "is_demo": is_demo, "year": year}
    context = {**_common(viewer), **about}
    return render(request, "beautiful/area_indicators/area.html", context)


@require_http_methods(METHODS)
def area_links(request: HttpRequest) -> HttpResponse:
    """Areas linked to each dimension, all decisions, and a form for a new one."""
    viewer = _reader(request)
    held = viewer.held
    form = LinkDecisionForm(request.POST if request.method == "POST" else None) if selectors.may_record(held) else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            with RefusalsIn(form):
                services.decide_link(**form.cleaned_data, by=viewer.user)
                messages.success(request, "对应已登记，市级另一人核对后采用")
                return HttpResponseRedirect(reverse("beautiful:area_links"))
    names = {one.key: one.name for one in programme().areas}
    links = [(dimension, [names[key] for key in keys]) for dimension, keys in selectors.links_in_force().items()]
    context = {
        **_common(viewer),
        "form": form,
        "links": links,
        "decisions": [(one, may_check(held, one)) for one in selectors.link_decisions()],
    }
    return render(request, "beautiful/area_indicators/area_links.html", context, status=UNPROCESSABLE if request.method == "POST" else 200)


@require_http_methods(METHODS)
def area_link_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a link that somebody else recorded."""
    return _link_checked(request, pk)


@require_http_methods(METHODS)
def area_link_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a link back that somebody else recorded."""
    return _link_checked(request, pk, returning=True)


def _link_checked(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    template, rows = "beautiful/area_indicators/link_check.html", DimensionLinkDecision.objects.waiting().select_related("recorded_by")
    now = selectors.links_in_force()
    names = {one.key: one.name for one in programme().areas}

    def beside(one: DimensionLinkDecision) -> dict[str, Any]:
        return {"programme": programme(), "now": [names[key] for key in now[one.dimension]]}

    return check_page(request, rows, pk, template, back=reverse("beautiful:area_links"), beside=beside, returning=returning)


@require_http_methods(METHODS)
def area_figure_add(request: HttpRequest, key: str) -> HttpResponse:
    """Record a figure of the city on an area."""
    viewer, chosen = _reader(request), _area(key)
    if not selectors.may_record(viewer.held):
        raise Http404
    form = AreaFigureForm(request.POST if request.method == "POST" else None)
    back = reverse("beautiful:area", args=[chosen.key], query={"world": "real"})
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            made = services.record_figure(area=chosen.key, values=form.values(), explanation=form.explained, by=viewer.user)
            messages.success(request, "指标已登记")
            return HttpResponseRedirect(_back(made))
    page = {"form": form, "area": chosen, "heading": "登记市级指标", "submit": "登记", "back": back}
    return render(request, FORM, {**_common(viewer), **page}, status=UNPROCESSABLE if request.method == "POST" else 200)


@require_http_methods(METHODS)
def area_figure_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a figure of the city that somebody else recorded."""
    template, rows = "beautiful/area_indicators/figure_check.html", AreaFigure.objects.waiting()
    return check_page(
        request,
        rows,
        pk,
        template,
        back=_back,
        beside=lambda one: {"programme": programme(), "area": _area(one.area), "answers": answers_to(one)},
    )


@require_http_methods(METHODS)
def area_figure_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a figure of the city with a reason, or send it back before it is checked."""
    viewer = _reader(request)
    figure = get_object_or_404(AreaFigure.objects.filter(withdrawn_at__isnull=True), pk=pk)
    if not selectors.may_withdraw(viewer.held, figure):
        raise Http404
    form = FigureWithdrawalForm(request.POST if request.method == "POST" else None)
    back = _back(figure)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            services.withdraw_figure(figure=figure, reason=form.cleaned_data["reason"], by=viewer.user)
            messages.success(request, "指标已撤销，记录留存")
            return HttpResponseRedirect(back)
    page = {"form": form, "area": _area(figure.area), "figure": figure, "heading": "撤销市级指标", "submit": "撤销", "back": back}
    return render(request, FORM, {**_common(viewer), **page}, status=UNPROCESSABLE if request.method == "POST" else 200)
