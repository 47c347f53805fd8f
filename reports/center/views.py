"""Report centre: kinds, requests, jobs and batches with progress, history, deletion."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.file.columns import DISTRICT
from districts.file.forms import named
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.widgets import BoxList
from reports.annual.selectors import received_years
from reports.center import services
from reports.center.columns import JOB
from reports.center.forms import HistoryFilter
from reports.center.selectors import parts_of, removable, with_ties
from reports.composition.enums import FileFormat
from reports.jobs import lease, ofd_files
from reports.jobs.batches import request_batch
from reports.jobs.enums import OPEN_STATES, JobState, ReportKind, Scope
from reports.jobs.kinds import Report
from reports.jobs.models import BatchPart, ExportJob
from reports.jobs.requests import cancel, request_report
from reports.jobs.selectors import files_open_to, jobs_visible_to, kinds_offered_to, may_cancel, may_request
from reports.jobs.waiting import waits

ALL, CHOSEN = "all", "chosen"
EXTENTS = ((CHOSEN, "选择城区"), (ALL, "该年度全部城区"))
SEVERAL = "选择一个城区生成一份；选择多个，逐个生成并打包下载"
FIND = "find"  # name of the button that looks for districts
LIKELY = (FileFormat.PDF, FileFormat.XLSX)


class RequestForm(forms.Form):
    """Request of one kind of report: year, formats, and for district reports the districts."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    formats = forms.MultipleChoiceField(label="格式", widget=forms.CheckboxSelectMultiple, help_text="可以多选，内容和数字相同")
    extent = forms.ChoiceField(label="城区范围", widget=forms.RadioSelect, choices=EXTENTS, initial=CHOSEN)
    words = DISTRICT["name"].form_field(
        label="查找城区", required=False, help_text=f"名称或拼音。下面列出已选的和找到的前{PAGE_ROWS}个；再查找时已选的保留"
    )
    districts = forms.ModelMultipleChoiceField(
        District.objects.none(),
        label="城区",
        required=False,
        widget=BoxList,
        help_text=SEVERAL,
    )

    def __init__(self, viewer: Viewer, report: Report, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.viewer = report, viewer
        self.years = years = list(report.years(viewer.today))
        self.fields["year"].choices = [(year, f"{year}年度") for year in years]  # type: ignore[attr-defined]
        self.fields["formats"].choices = [(one, FileFormat(one).label) for one in report.formats]  # type: ignore[attr-defined]
        self.fields["formats"].initial = [one for one in report.formats if one in LIKELY] or list(report.formats)
        if report.scope == Scope.DISTRICT:
            having = reduce(or_, (Q(pk__in=report.districts(year).values("pk")) for year in years), Q(pk__in=()))
            offered = files_visible_to(self.viewer).filter(having).order_by("name_pinyin", "pk")
            self._offer(offered)
        else:
            del self.fields["extent"], self.fields["words"], self.fields["districts"]

    def _offer(self, offered: QuerySet[District]) -> None:
        """Accept any of the districts; list those that are chosen and the first others that the words name."""
        field: Any = self.fields["districts"]
        field.queryset = offered
        try:
            words, chosen = self.fields["words"].clean(self["words"].value()), list(field.clean(self["districts"].value() or ()))
        except ValidationError:
            words, chosen = "", []
        found = list(offered.filter(named(words)).exclude(pk__in=[place.pk for place in chosen])[: PAGE_ROWS + 1])
        if len(found) <= PAGE_ROWS and not words:
            del self.fields["words"]
        field.widget.choices = [(place.pk, field.label_from_instance(place)) for place in (*chosen, *found[:PAGE_ROWS])]

    def clean(self) -> dict[str, Any]:
        """Set the districts: those chosen, or all visible ones of the year."""
        cleaned = super().clean() or self.cleaned_data
        if self.report.scope != Scope.DISTRICT or "year" not in cleaned:
            return cleaned
        of_year = files_visible_to(self.viewer).filter(pk__in=self.report.districts(cleaned["year"]).values("pk"))
        chosen = list(cleaned.get("districts") or ())
        having = set(of_year.filter(pk__in=[place.pk for place in chosen]).values_list("pk", flat=True)) if chosen else set()
        if cleaned.get("extent") == ALL:
            cleaned["districts"] = list(of_year.order_by("name_pinyin", "pk"))
            if not cleaned["districts"]:
                self.add_error("year", f"{cleaned['year']}年度{self.report.missing}")
        elif not chosen:
            self.add_error("districts", "请选择城区")
        elif missing := [place.name for place in chosen if place.pk not in having]:
            self.add_error("districts", f"{'、'.join(missing)}{cleaned['year']}年度{self.report.missing}")
        return cleaned


PER_PAGE = 20
UNPROCESSABLE = 422
FOUND_LOSS = (
    "按上面的查询条件删除，不能恢复；不能删除的（有查验码、有版次、已归档等）保留。已出具的文书和其他人也申请了的，只取消您的申请。"
)
LEFT_LOSS = "其他人也申请了这份报告：报告保留，只取消您的申请。"
PAPER_LOSS = "文书已出具并有查验码：文书保留，收到的人仍可核验，只从您的记录中移出；再次申请就回到记录中。"
GONE_LOSS = "报告和关于它的消息删除后不能恢复。"
CANCEL_LOSS = "正在生成的不保留；批量中已经生成的城区报告仍可下载。其他人也申请了的，只取消您的申请。"


@require_safe
def report_center(request: HttpRequest) -> HttpResponse:
    """Show the reports or the letters that the filter finds, and the kinds that may be requested."""
    viewer = viewer_of(request)
    history = HistoryFilter(request.GET, request=request)
    page = Paginator(with_ties(history.found, viewer), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "kinds": kinds_offered_to(viewer),
        "page": page,
        "form": history.form,
        "total": page.paginator.count,
        "spread": history.spread,
        "columns": JOB,
        "letters": history.is_letters,
        "removable": 0 if history.form.errors else removable(history.qs, viewer).count(),
        "loss": FOUND_LOSS,
        "years": received_years(viewer),
        "may_compute": may_request(viewer, ReportKind.SENSITIVITY),
    }
    return render(request, "reports/center/report_center.html", context)


def _typed(posted: QueryDict) -> dict[str, Any]:
    """What was filled in when districts were looked for."""
    return {**posted.dict(), "formats": posted.getlist("formats"), "districts": posted.getlist("districts")}


def report_request(request: HttpRequest, kind: str) -> HttpResponse:
    """Request one kind: year, formats, districts; the button that looks for districts keeps what is filled in."""
    viewer = viewer_of(request)
    report = kinds_offered_to(viewer).get(kind)
    if report is None or report.scope == Scope.MATTER:
        raise Http404
    is_finding = FIND in request.POST
    typed = _typed(request.POST) if is_finding else {"year": request.GET.get("year")}
    form = RequestForm(viewer, report, None if is_finding else request.POST or None, initial=typed)
    if request.method == "POST" and form.is_valid():
        try:
            places = form.cleaned_data.get("districts", [])
            if len(places) > 1:
                job = request_batch(
                    kind=kind, year=form.cleaned_data["year"], districts=places, by=viewer.user, formats=form.cleaned_data["formats"]
                )
            else:
                district = places[0] if places else None
                job = request_report(
                    kind=kind, year=form.cleaned_data["year"], by=viewer.user, district=district, formats=form.cleaned_data["formats"]
                )
        except NotAllowed:
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("reports:job", job.pk)
    context = {"form": form, "report": report}
    return render(request, "reports/center/report_request.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def job_card(job: ExportJob, parts: Sequence[BatchPart] = ()) -> dict[str, object]:
    """Context of ``components/job.html``."""
    card: dict[str, object] = {
        "label": job.label, "done": job.done, "total": job.total, "state": job.state, "remaining": lease.remaining(job), "error": job.error,
    }  # fmt: skip
    if job.scope == Scope.BATCH:
        card |= {"unit": "个城区", "pages": sum(part.report.pages or 0 for part in parts)}
    if job.report.result and job.state == JobState.DONE:
        card |= {"href": reverse("reports:job", args=[job.pk]), "result": "查看结果"}
    return card


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a job: progress while it runs, files when it is done; htmx requests only the card."""
    viewer = viewer_of(request)
    found = get_object_or_404(with_ties(jobs_visible_to(viewer), viewer), pk=pk)
    is_open = found.state in OPEN_STATES
    if is_open:
        waits(found.pk, viewer.person)
    shows_result = found.report.result and found.scope != Scope.BATCH
    parts = parts_of(found)
    # URL for requesting a deleted report again; empty if there is none.
    gone = found.state in (JobState.EXPIRED, JobState.CANCELLED, JobState.FAILED)
    if not gone or found.scope == Scope.MATTER or found.kind not in kinds_offered_to(viewer):
        again = ""
    else:
        again = f"{reverse('reports:report_request', args=[found.kind])}?year={found.year}"
    context = {
        "job": found,
        "askers": "、".join(found.askers.values_list("user__name", flat=True)) or "系统",
        "card": job_card(found, parts),
        "poll": reverse("reports:job", args=[pk]) if is_open else "",
        "parts": parts,
        "may_cancel": is_open and may_cancel(viewer.held, found),
        "cancel_loss": CANCEL_LOSS,
        "may_drop": found.is_theirs and not is_open,
        "kept": [found.kept] if found.kept else [],
        "drop_loss": _loss_of(found),
        "again": again,
        "lacks_ofd": ofd_files.is_convertible(found),
        **(found.report.result(found, request.GET.get("page", "")) if found.report.result and shows_result else {}),
    }
    template = "reports/center/_job.html" if getattr(request, "htmx", False) else "reports/center/job.html"
    return render(request, template, context)


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a job that is not finished."""
    viewer = viewer_of(request)
    job = get_object_or_404(jobs_visible_to(viewer), pk=pk)
    back = reverse("reports:job", args=[pk])
    may_now = job.state in OPEN_STATES and may_cancel(viewer.held, job)
    if may_now and (asking := deletion_question(request, job.label, back=back, label="取消生成", loss=CANCEL_LOSS)):
        return asking
    cancel(job, viewer.user)
    return redirect("reports:job", pk)


@require_POST
def job_ofd(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the PDF of a job converted to OFD, as after a failure, or where it was made before there was a converter."""
    viewer = viewer_of(request)
    found = get_object_or_404(files_open_to(viewer), pk=pk)
    ofd_files.ask_again(found, viewer.user)
    return redirect("reports:job", pk)


def _loss_of(job: Any) -> str:
    """What a deletion of a job that was read with its ties takes."""
    return LEFT_LOSS if job.has_others else PAPER_LOSS if job.is_left else GONE_LOSS


@require_POST
def job_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a job that has ended; where others asked for it too, only the own request."""
    viewer = viewer_of(request)
    job = get_object_or_404(with_ties(jobs_visible_to(viewer), viewer), pk=pk)
    label, loss = job.label, _loss_of(job)
    may_now = job.is_theirs and not job.kept
    if may_now and (asking := deletion_question(request, label, back=reverse("reports:job", args=[pk]), loss=loss)):
        return asking
    is_gone = services.drop(job=job, by=viewer.user)
    said = f"{label}已删除" if is_gone else f"已取消您对{label}的申请"
    # The report centre is closed to experts.
    return redirect_saying(request, said, "notifications:inbox" if viewer.held.has(Role.EXPERT) else "reports:report_center")


@require_POST
def found_drop(request: HttpRequest) -> HttpResponse:
    """Delete what the filter in the address finds and may be deleted; with a condition that is not valid nothing is deleted."""
    viewer = viewer_of(request)
    history = HistoryFilter(request.GET, request=request)
    back = f"{reverse('reports:report_center')}?{request.GET.urlencode()}"
    if history.form.errors:
        messages.error(request, "有查询条件不可用，没有删除；请更正或者清空")
        return redirect(back)
    keys = list(removable(history.qs, viewer).values_list("pk", flat=True))
    if asking := deletion_question(request, f"符合条件的{len(keys)}份", back=back, loss=FOUND_LOSS):
        return asking
    return redirect_saying(request, f"已删除{services.drop_among(keys=keys, by=viewer.user)}份", back)
