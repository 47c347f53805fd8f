"""Pages of notices, objections and announcement batches."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Objection
from approvals.cases.rules import is_officer, may_announce, may_approve_announcement
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.views import crumbs, form_context, posted, seen_case, typed_version
from approvals.publicity import selectors as public
from approvals.publicity import services
from approvals.publicity.forms import AnnouncementForm, ExtendNoticeForm, ObjectionReplyForm
from approvals.publicity.selectors import announceable, ended_in_order, in_order, waits_for_approval
from approvals.publicity.services import extend_notice
from approvals.publicity.sheets import notice_papers, sheet_of
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from districts.boundaries.selectors import public_outline
from districts.file.selectors.visibility import public_districts
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock, workdays
from greendistrict.core.answers import looked_at, redirect_saying
from greendistrict.core.errors import Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.masks import masked_contact
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.pages import UNPROCESSABLE, asked_first
from greendistrict.workflow.procedure import offered

# Page to extend a public notice.


def case_extend_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """延长公示, after a justified objection."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not is_officer(viewer.held, case) or case.status != CaseState.NOTICE:
        raise Http404
    form = ExtendNoticeForm(request.POST or None)
    context = form_context(case, form, "延长公示", "有意见查实成立的，处理后继续公示；公众页显示新的截止日期。")
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: extend_notice(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="已延长公示",
    )


# Public pages of notices and announcements, and the officers' editor of batches.


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Public page of a notice: what is proposed, where, on which plan, with which score, and how to comment until when."""
    found = get_object_or_404(public.notices_public(), pk=pk)
    today, district = clock.today(), found.case.district
    is_open = found.opens_on <= today <= found.closes_on and found.closed_at is None
    is_listed = public_districts().filter(pk=district.pk).exists()
    context = {
        "notice": found,
        "is_open": is_open,
        "left": workdays.current().left(today, found.closes_on) if is_open else None,
        "is_coming": today < found.opens_on,
        "is_listed": is_listed,
        **(public_outline(district) if found.facts or is_listed else {}),
        "score": public.score_of(found),
        "announcement": public.announcement_of(found),
        "sheet": sheet_of(found),
        "paper": next((paper for read in notice_papers if (paper := read(found))), None),
    }
    return render(request, "approvals/publicity/notice.html", context)


def _answerable(request: HttpRequest, pk: int, objection: int) -> tuple[Case, Objection]:
    """An objection to a notice of a visible case, for the officer. Raises ``Http404``."""
    case = seen_case(request, pk)
    if not is_officer(viewer_of(request).held, case):
        raise Http404
    return case, get_object_or_404(Objection.objects.select_related("notice__case__district"), pk=objection, notice__case=case)


def objection_answer(request: HttpRequest, pk: int, objection: int) -> HttpResponse:
    """Answer one objection."""
    user, (case, found) = signed_in(request), _answerable(request, pk, objection)
    form = ObjectionReplyForm(request.POST or None)
    trail = crumbs(case, ("答复公示意见", ""))
    context = {"case": case, "objection": found, "form": form, "masked": masked_contact(found.contact), "crumbs": trail}
    if request.method == "POST" and form.is_valid():
        services.answer_objection(objection=found, by=user, **form.cleaned_data)
        return redirect_saying(request, "已答复", "approvals:case", case.pk)
    return render(request, "approvals/publicity/objection_answer.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def objection_contact(request: HttpRequest, pk: int, objection: int) -> HttpResponse:
    """Contact data of the objector, shown after a reason was given, which is recorded."""
    case, found = _answerable(request, pk, objection)
    back = reverse("approvals:objection_answer", args=[case.pk, found.pk])
    path = crumbs(case, ("答复公示意见", back), ("提出人的联系方式", ""))
    template, reveal = (
        "approvals/publicity/objection_contact.html",
        partial(services.reveal_contact, objection=found, by=signed_in(request)),
    )
    return looked_at(request, template, reveal, case=case, objection=found, masked=masked_contact(found.contact), crumbs=path)


@require_safe
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """A published batch for printing: 序号、城区名称、星级、类型; with corrections, and whether it was withdrawn."""
    rows = public.announcements_public().prefetch_related(public.amended(), public.undone_in_order())
    found = get_object_or_404(rows, pk=pk)
    amendments = list(found.amendments.all())
    context = {
        "announcement": found,
        "headline": public.headline_of(found),
        "amendments": amendments,
        "withdrawal": next((row for row in amendments if row.is_withdrawal), None),
        "rectified": public.rectified(found),
        "remedies": public.remedies_of(found),
        "ended_count": len(found.ended_titles.all()),
    }
    return render(request, "approvals/publicity/announcement.html", context)


@require_safe
def announcement_list(request: HttpRequest) -> HttpResponse:
    """List of batches, drafts first for officers, and decided cases without a batch."""
    viewer = viewer_of(request)
    held = viewer.held
    if not (may_announce(held) or may_approve_announcement(held)):
        raise Http404
    batches = public.announcements_visible_to(viewer).prefetch_related("lines__case__district", in_order(), ended_in_order())
    ready = cases_visible_to(viewer).filter(pk__in=announceable(), announcement_line__isnull=True)
    waiting = ready.select_related("district", "loss", "table__edition")
    context = {
        "batches": batches.order_by("status", "-announced_on", "-year", "-batch"),
        "waiting": waiting.order_by("decided_on", "pk"),
        "may_draft": may_announce(held),
    }
    return render(request, "approvals/publicity/announcement_list.html", context)


@require_POST
def announcement_create(request: HttpRequest) -> HttpResponse:
    """Create the next batch with the selected cases."""
    user = signed_in(request)
    viewer = viewer_of(request)
    if not may_announce(viewer.held):
        raise Http404
    chosen = cases_visible_to(viewer).filter(pk__in=[key for key in map(whole, request.POST.getlist("cases")) if key is not None])
    cases = list(chosen.select_related("district").order_by("decided_on", "pk"))
    demo = bool(cases) and cases[0].is_demo
    batch = services.create_batch(by=user, cases=cases, demo=demo)
    return redirect_saying(request, f"已建立{batch}", "approvals:announcement_edit", batch.pk)


def _approve_batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(
        Announcement.objects.prefetch_related("lines__case__district", "lines__case__loss"), pk=pk, status=AnnouncementState.DRAFT
    )
    user, version = signed_in(request), typed_version(request)
    if request.method == "POST":
        asking = asked_first(
            request,
            lambda: services.approve(announcement=Announcement.objects.get(pk=pk), by=user, version=version),
            title="审定",
            question=f"审定{batch}的名单：{'、'.join(line.case.district.name for line in batch.lines.all())}？由经办登记文号后公告。",
            back=request.path,
        )
        if asking:
            return asking
        services.approve(announcement=batch, by=user, version=version)
        return redirect_saying(request, f"{batch}已审定，由经办公告", "approvals:announcement_list")
    return render(request, "approvals/publicity/announcement_approve.html", {"batch": batch, "offered": offered(batch, signed_in(request))})


def _save_batch(request: HttpRequest, batch: Announcement, form: AnnouncementForm) -> HttpResponse:
    user, data = signed_in(request), form.cleaned_data
    typed = {name: data[name] for name in ("title", "number", "announced_on", "scan")}
    kept = services.save_draft(announcement=batch, cases=list(data["cases"]), by=user, version=typed_version(request), **typed)
    if request.POST.get("do") != "publish":
        return redirect_saying(request, "已暂存", "approvals:announcement_edit", batch.pk)
    return _publish(request, kept)


def _publish(request: HttpRequest, batch: Announcement) -> HttpResponse:
    """Tell what the announcement of the stored draft will do, and announce it at the second press."""
    user, version = signed_in(request), batch.version

    def publish() -> Announcement:
        stored = Announcement.objects.get(pk=batch.pk)
        day = stored.announced_on
        return services.publish(announcement=stored, by=user, version=version, number=stored.number, announced_on=day)

    asking = asked_first(
        request,
        publish,
        title="公告",
        question=f"公告{batch}《{batch.title}》，文号{batch.number or '未填'}？公告后只能更正或撤回。",
        back=reverse("approvals:announcement_edit", args=[batch.pk]),
        url=reverse("approvals:announcement_publish", args=[batch.pk]),
        hidden={"version": version},
    )
    if asking:
        return asking
    done = publish()
    return redirect_saying(request, f"{done}已公告，称号已授予", "approvals:announcement", done.pk)


@require_POST
def announcement_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """公告 of the draft as stored, after the page that tells what it does."""
    if not may_announce(viewer_of(request).held):
        raise Http404
    batch = get_object_or_404(Announcement, pk=pk, status=AnnouncementState.DRAFT)
    Stale.when(batch.version != typed_version(request), "期间已有人修改了这个批次，请核对后再办")
    return _publish(request, batch)


def announcement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Editor of a draft batch: each button saves all that was typed, 公告 then publishes; the director approves."""
    user = signed_in(request)
    held = viewer_of(request).held
    if may_approve_announcement(held):
        return _approve_batch(request, pk)
    if not may_announce(held):
        raise Http404
    batch = get_object_or_404(Announcement, pk=pk, status=AnnouncementState.DRAFT)
    form = AnnouncementForm(request.POST or None, request.FILES or None, announcement=batch)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                return _save_batch(request, batch, form)
            except Refused as refused:
                status = refused.status
                add_refusals(form, refused)
                batch.refresh_from_db()  # what was typed may be stored although 公告 was refused
    context = {
        "batch": batch,
        "form": form,
        "version": batch.version,
        "waiting": waits_for_approval(batch),
        "offered": offered(batch, user),
    }
    return render(request, "approvals/publicity/announcement_edit.html", context, status=status)
