"""Pages of the expert pool."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.views import list_page, timeline_entry
from assessments.experts import lifecycle, selectors, services
from assessments.experts.columns import EXPERT_LIST, PERSON
from assessments.experts.forms import ROWS, EndForm, EnterForm, ExpertFilter, ExpertForm, PoolConfirmationForm
from assessments.experts.lifecycle import EXPERT
from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTraining
from assessments.experts.pool import PoolReader, expert_book, pool_list
from assessments.experts.registry import the_panels
from assessments.experts.services import Row, apply_import
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.pages import ListPage
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered

# Pages of the expert pool: list, entry form, and the record of an expert for the keepers and for the expert.

TEMPLATE = "assessments/experts/expert_detail.html"


def pool_reader(request: HttpRequest) -> Viewer:
    """The signed-in user if they may read the pool; else raises ``Http404``."""
    viewer = viewer_of(request)
    if not lifecycle.reads_pool(viewer.held):
        raise Http404
    return viewer


def pool_keeper(request: HttpRequest) -> Viewer:
    """The signed-in user if they may edit the pool; else raises ``Http404``."""
    viewer = viewer_of(request)
    if not lifecycle.keeps_pool(viewer.held):
        raise Http404
    return viewer


def seen_expert(viewer: Viewer, pk: int) -> ExpertProfile:
    """The expert if the user may see the record; else raises ``Http404``."""
    return get_object_or_404(selectors.experts_visible_to(viewer), pk=pk)


@require_safe
def expert_list(request: HttpRequest) -> HttpResponse:
    """Show the list of the pool under a filter."""
    viewer = pool_reader(request)
    today, words = viewer.today, selectors.specialty_words()
    form = ExpertFilter(request.GET or None, words=words)
    chosen = form.cleaned_data if form.is_valid() else {}
    context = list_context(request, selectors.expert_list(viewer, chosen), form, export="assessments:expert_export")
    lines = [selectors.line_of(row, words, today) for row in context["page"]]
    shown = list_page(viewer, EXPERT_LIST, context["page"], "assessments:expert", lines)
    context |= {"shown": shown, "keeps": lifecycle.keeps_pool(viewer.held)}
    return render(request, "assessments/experts/expert_list.html", context)


def expert_add(request: HttpRequest) -> HttpResponse:
    """Enter a person and send the invitation."""
    viewer = pool_keeper(request)
    form = EnterForm(request.POST if request.method == "POST" else None, words=selectors.specialty_words())
    if form.is_valid():
        with RefusalsIn(form, passing=()):
            made = services.enter(entry=form.entry, by=viewer.user)
            return redirect_saying(request, f"已登记{made}并发出邀请", "assessments:expert", made.pk)
    return render(request, "assessments/experts/expert_add.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


@require_safe
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an expert's record to those who read the pool; an expert is redirected to the own page."""
    viewer = viewer_of(request)
    found = seen_expert(viewer, pk)
    if not lifecycle.reads_pool(viewer.held):
        return HttpResponseRedirect(reverse("assessments:expert_me"))
    return render(request, TEMPLATE, detail_context(viewer, found))


@require_safe
def expert_me(request: HttpRequest) -> HttpResponse:
    """Show an expert the own record; a user who is not in the pool gets a notice."""
    viewer = viewer_of(request)
    found = selectors.own_profile(viewer)
    if found is None and viewer.held.has(Role.EXPERT):
        return render(request, "assessments/experts/expert_none.html")
    if found is None:
        raise Http404
    return render(request, TEMPLATE, detail_context(viewer, found))


def detail_context(viewer: Viewer, found: ExpertProfile, **extra: Any) -> dict[str, Any]:
    """Template context of the record; the offered buttons are exactly those that ``perform`` would allow."""
    held = viewer.held
    today, words, mine = viewer.today, selectors.specialty_words(), lifecycle.is_this_expert(held, found)
    keeps, describes = lifecycle.keeps_pool(held), lifecycle.describes(held, found)
    first = {name: getattr(found, name) for name in ("version", *services.FIELDS)}
    asks = mine and selectors.may_be_confirmed(found, today)
    return {
        "expert": found,
        "state": EXPERT.state(found.status),
        "mine": mine,
        "keeps": keeps,
        "describes": describes,
        "chapters": selectors.chapters_of(found, words),
        "standing": selectors.standing_of(found, today, away=selectors.is_away(found, today)),
        "employments": found.employments.select_related("organisation").order_by("-valid_from", "-pk"),
        "ties": found.ties.all(),
        "absences": found.absences.all(),
        "trainings": found.trainings.all(),
        "training_hours": selectors.training_hours(found),
        "panels": the_panels().memberships_of(found, viewer),
        "offered": offered(found, viewer.user),
        "reason_label": "理由（不加入的，请写明）" if mine else "移出的理由",
        "action_url": reverse("assessments:expert_action", args=[found.pk]),
        "form": ExpertForm(initial=first, words=words) if keeps else None,
        "confirm_form": PoolConfirmationForm(initial={"available": found.available}) if asks else None,
        "adding": [
            (kind, title, form(auto_id=f"{kind}-%s", today=today))
            for kind, (_, form, title) in ROWS.items()
            if describes and (keeps or kind != "training")
        ],
        "end_form": EndForm(),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(found))],
        "year": today.year,
        **extra,
    }


def _back(request: HttpRequest, found: ExpertProfile, words: str) -> HttpResponse:
    return redirect_saying(request, words, _page_of(viewer_of(request), found))


def _page_of(viewer: Viewer, found: ExpertProfile) -> str:
    """URL of the record for this user; an expert who does not read the pool has a page of their own."""
    return reverse("assessments:expert", args=[found.pk]) if lifecycle.reads_pool(viewer.held) else reverse("assessments:expert_me")


def _again(request: HttpRequest, found: ExpertProfile, *, status: int = UNPROCESSABLE, **extra: Any) -> HttpResponse:
    found.refresh_from_db()
    return render(request, TEMPLATE, detail_context(viewer_of(request), found, **extra), status=status)


@require_POST
def expert_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save rank, specialties, term and availability."""
    viewer = pool_keeper(request)
    found = seen_expert(viewer, pk)
    form = ExpertForm(request.POST, words=selectors.specialty_words())
    if not form.is_valid():
        return _again(request, found, form=form, errors=form)
    values = {**form.cleaned_data}
    version = values.pop("version") or 0
    try:
        services.save(expert=found, values=values, version=version, by=viewer.user)
    except Stale as stale:
        stored = cast("ExpertProfile", stale.current)
        form.data = {**form.data.dict(), "version": stored.version}  # type: ignore[attr-defined]
        form.data["specialties"] = values["specialties"]
        facts = [("专业", selectors.chapters_of(stored, selectors.specialty_words())), *PERSON.facts(stored)]
        return _again(request, found, status=stale.status, form=form, stored=facts, errors=[str(stale)])
    return _back(request, found, "已保存")


@require_POST
def expert_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step (join, decline, remove, invite again); irreversible steps ask for confirmation first."""
    found = seen_expert(viewer_of(request), pk)
    back = reverse("assessments:expert", args=[pk])
    page = StepPage(
        back=back,
        again=lambda refused, **typed: _refused(request, found, refused, **typed),
        done=lambda offer: _back(request, found, f"已办理：{offer.label}" if offer else "已办理"),
        crumbs=(("专家库", reverse("assessments:expert_list")), (str(found), back)),
    )
    return act(request, found, page)


def _refused(request: HttpRequest, found: ExpertProfile, refused: Refused | None, **typed: Any) -> HttpResponse:
    """Show the record again with the refusals of the step and what was typed."""
    if refused is None:
        return _again(request, found, **typed)
    return _again(request, found, status=refused.status, errors=[refusal.text for refusal in refused.refusals], **typed)


@require_POST
def expert_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the data of the year."""
    viewer = viewer_of(request)
    found = seen_expert(viewer, pk)
    NotAllowed.unless(lifecycle.is_this_expert(viewer.held, found), NOT_YOURS)
    form, status = PoolConfirmationForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        version = whole(request.POST.get("version"), -1)
        try:
            services.confirm(expert=found, available=form.cleaned_data["available"], version=version, by=viewer.user)
        except Refused as refused:
            add_refusals(form, refused)
            status = Stale.status if isinstance(refused, Stale) else UNPROCESSABLE
        else:
            return _back(request, found, "本年信息已确认")
    return _again(request, found, status=status, confirm_form=form, errors=form)


@require_POST
def expert_row_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Add an employer, a tie, an absence or a training."""
    viewer = viewer_of(request)
    found = seen_expert(viewer, pk)
    if kind not in ROWS:
        raise Http404
    model, form_class, title = ROWS[kind]
    services.hold_describer(viewer.user, found, keeper_only=model is ExpertTraining)
    form = form_class(request.POST, auto_id=f"{kind}-%s", today=viewer.today)
    if form.is_valid():
        services.add_row(expert=found, kind=model, values=form.cleaned_data, by=viewer.user)
        return _back(request, found, f"已登记{title}")
    context = detail_context(viewer, found)
    adding = [(key, label, form if key == kind else blank) for key, label, blank in context["adding"]]
    return _again(request, found, adding=adding, errors=form, opened=kind)


@require_POST
def expert_row_remove(request: HttpRequest, pk: int, kind: str, key: int) -> HttpResponse:
    """Delete a row of the record."""
    viewer = viewer_of(request)
    found = seen_expert(viewer, pk)
    if kind not in ROWS:
        raise Http404
    model, _, title = ROWS[kind]
    row = cast("Row", get_object_or_404(model._default_manager.filter(expert=found), pk=key))
    services.hold_describer(viewer.user, found, keeper_only=model is not ExpertAbsence)
    if asking := deletion_question(request, f"{title}“{row}”", back=_page_of(viewer, found)):
        return asking
    services.remove_row(expert=found, row=row, by=viewer.user)
    return _back(request, found, f"已删除{title}")


@require_POST
def expert_employment_end(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Save the last day at an employer."""
    viewer = viewer_of(request)
    found = seen_expert(viewer, pk)
    services.hold_describer(viewer.user, found)
    row = get_object_or_404(ExpertEmployment, expert=found, pk=key)
    form = EndForm(request.POST, auto_id=f"%s-{row.pk}")
    if form.is_valid():
        with RefusalsIn(form, passing=()):
            services.end_employment(expert=found, row=row, until=form.cleaned_data["until"], by=viewer.user)
            return _back(request, found, "已登记离任")
    return _again(request, found, end_form=form, ended=row.pk, errors=form)


# Expert pool as a workbook: export, template, import with preview.

Chapters = Mapping[str, str]


def _shown(chapters: Chapters) -> dict[str, Any]:
    hrefs = {what: reverse(f"assessments:expert_{what}") for what in ("list", "template", "export", "import", "apply")}
    return {"book": pool_list(chapters), "hrefs": hrefs}


PAGE = ListPage(
    "experts", "另一个专家库", "assessments/experts/expert_import.html", PoolReader, _shown, key=lambda _: "pool",
    book=lambda chapters, rows: expert_book([], chapters, rows),
)  # fmt: skip


@require_safe
def expert_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered people as a workbook; the download is audited."""
    viewer = pool_reader(request)
    today, words = viewer.today, selectors.specialty_words()
    form = ExpertFilter(request.GET, words=words)
    rows = list(selectors.expert_list(viewer, form.cleaned_data if form.is_valid() else {}))
    audit.record(action="experts.export", by=viewer.user, obj=viewer.user, data={"experts": len(rows)})
    return as_workbook(expert_book(rows, words), f"专家库-{today:%Y%m%d}.xlsx")


@require_safe
def expert_template(request: HttpRequest) -> HttpResponse:
    """Download the empty template."""
    pool_keeper(request)
    return as_workbook(expert_book([], selectors.specialty_words()), "专家库模板.xlsx")


def expert_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook and preview the people it enters and the changes; writes nothing."""
    pool_keeper(request)
    return PAGE.upload(request, selectors.specialty_words())


@require_POST
def expert_apply(request: HttpRequest) -> HttpResponse:
    """Write the previewed import, all or nothing, or return the rejected rows as a workbook."""
    pool_keeper(request)
    chapters = selectors.specialty_words()
    if "returned" in request.POST:
        return PAGE.copy(request, chapters, f"专家库（退回）-{viewer_of(request).today:%Y%m%d}.xlsx")
    kept = PAGE.work(request, chapters)
    added, changed = apply_import(works=kept["works"], file_name=kept["source"]["name"], by=signed_in(request))
    words = f"已导入：新登记{added}人并发出邀请，修改{changed}人"
    return PAGE.done(request, chapters, words, reverse("assessments:expert_list"))
