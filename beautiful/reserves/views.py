"""Pages of the reserve libraries: list with sums and workbook, one project with intake and screening, steps."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.common.views import timeline_entry
from beautiful.frame.programme import programme
from beautiful.reserves import rules, selectors, services
from beautiful.reserves.columns import LIBRARIES, PROPOSAL_LIST
from beautiful.reserves.forms import ReserveEntryForm, ReserveFilter, ReserveForm, ReserveOpenForm
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import ReserveProject
from beautiful.reserves.screening import screening
from districts.file.services import label_of
from districts.plausibility.selectors import answers_to
from districts.plausibility.views import answered_shown
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import deleted
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.downloads import list_workbook
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage
from greendistrict.workflow.procedure import offered

TEMPLATE = "beautiful/reserves/reserve.html"


def seen(viewer: Viewer, pk: int) -> ReserveProject:
    """Project that the person may see. Raises ``Http404``."""
    return get_object_or_404(selectors.reserves_visible_to(viewer), pk=pk)


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not rules.may_read_reserves(viewer.held):
        raise Http404
    return viewer


@require_safe
def reserve_list(request: HttpRequest) -> HttpResponse:
    """Visible projects, and the sums of the three libraries over them."""
    return _listed(request, _reader(request))


def _listed(request: HttpRequest, viewer: Viewer, opening: ReserveOpenForm | None = None, status: int = 200) -> HttpResponse:
    visible = selectors.reserves_visible_to(viewer)
    found = ReserveFilter(request.GET, visible)
    context = list_context(request, found.qs, found.form, export="beautiful:reserve_export")
    context["shown"] = PROPOSAL_LIST.of_page(context["page"], viewer.today, RowAddress("beautiful:reserve"), objects=True)
    sums = {world: selectors.library_sums(row for row in visible if row.is_demo == world) for world in (False, True)}
    context["sums"] = [
        (world, LIBRARIES.html(LIBRARIES.rows_of(rows), viewer.today, None, first=None))
        for world, rows in sums.items()
        if not world or any(one.projects for one in rows)
    ]
    context["opening"] = opening or _opening(viewer)
    context |= {"programme": programme(), "screening": screening()}
    return render(request, "beautiful/reserves/reserve_list.html", context, status=status)


def _opening(viewer: Viewer, data: QueryDict | None = None) -> ReserveOpenForm | None:
    return ReserveOpenForm(data, bodies=selectors.bodies_for(viewer)) if rules.proposes_for(viewer.held) else None


@require_safe
def reserve_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    viewer = _reader(request)
    projects = list(ReserveFilter(request.GET, selectors.reserves_visible_to(viewer)).qs.order_by("pool", "number", "pk"))
    content = PROPOSAL_LIST.book(PROPOSAL_LIST.rows_of(projects), viewer.today, "储备项目", f"项目储备库（{programme().mark}）")
    return list_workbook(request, content, name="储备项目", action="reserve.export", rows=len(projects))


@require_POST
def reserve_open(request: HttpRequest) -> HttpResponse:
    """Create a project."""
    viewer = _reader(request)
    form = _opening(viewer, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        with RefusalsIn(form):
            made = services.open_project(**form.cleaned_data, by=viewer.user)
            return FILE.done(request, made.pk, "储备项目已建立")
    return _listed(request, viewer, form, UNPROCESSABLE)


@require_safe
def reserve(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of one project."""
    return FILE.show(request, pk)


def _form(viewer: Viewer, project: ReserveProject, data: Any = None) -> ReserveForm:
    return ReserveForm(data, project=project, linked=selectors.key_projects_for(viewer, project))


def detail_context(viewer: Viewer, project: ReserveProject, **extra: Any) -> dict[str, Any]:
    """Template context of the page; screening as of now, and as stored at admission."""
    held = viewer.held
    writing = rules.may_write(held, project)
    return {
        "project": project,
        "state": RESERVE.state(project.status),
        "writing": writing,
        "form": _form(viewer, project) if writing else None,
        "findings": selectors.findings_of(project),
        "answers": answers_to(project),
        "readiness": selectors.readiness_of(project),
        "screening": screening(),
        "opens_key_project": selectors.opens_key_project(viewer, project),
        "may_drop": rules.may_drop(held, project),
        "offered": offered(project, viewer.user),
        "action_url": reverse("beautiful:reserve_action", args=[project.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(project))],
        "programme": programme(),
        **extra,
    }


def explained_beside(_viewer: Viewer, project: ReserveProject) -> SafeString:
    """What was asked about the figures and how it was explained, before the project is admitted."""
    return answered_shown(ReserveProject.objects.filter(pk=project.pk))


FILE = MatterPage("beautiful:reserve", TEMPLATE, seen, detail_context, explained_beside)


@require_POST
def reserve_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the intake; after an edit conflict both versions are shown."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = _form(viewer, found, request.POST)

    def beside(typed: QueryDict, stored: ReserveProject) -> dict[str, Any]:
        lines = [(label_of(stored, name), getattr(stored, name) or "未填") for name in ("title", "content", "effect")]
        return {"form": _form(viewer, stored, typed), "stored": lines}

    def keep() -> object:
        return services.save_project(
            project=found, values=form.values(), version=form.version_read(), by=viewer.user, explanation=form.explained
        )

    return FILE.save(request, pk, form, keep, beside, "已保存", may=rules.may_write(viewer.held, found))


@require_POST
def reserve_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a project that was never submitted."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    drop, may = partial(services.drop_project, project=found, by=viewer.user), rules.may_drop(viewer.held, found)
    return deleted(request, str(found), drop, back=reverse("beautiful:reserve", args=[pk]), to="beautiful:reserve_list", may=may)


def _entry_context(viewer: Viewer, project: ReserveProject, **extra: Any) -> dict[str, Any]:
    offers = offered(project, viewer.user, action="list")
    if not offers and not extra:
        raise Http404
    marks = {"programme": programme(), "screening": screening()}
    return {"project": project, "form": ReserveEntryForm(), "offered": offers, "answers": answers_to(project), **marks, **extra}


ENTRY = MatterPage("beautiful:reserve_enter", "beautiful/reserves/reserve_enter.html", seen, _entry_context)


@require_http_methods(["GET", "HEAD", "POST"])
def reserve_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the entry in a national library: day and ground."""
    project = seen(viewer_of(request), pk)
    return ENTRY.step(request, project, ReserveEntryForm, action="list", of=FILE, words="已登记列入")


@require_POST
def reserve_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)
