"""Bulk actions with dry run, confirmation and undo; import of historical records with preview."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.bulk import services as bulk
from approvals.bulk import takeover
from approvals.bulk.services import add_scan, take_over
from approvals.bulk.takeover import TakeoverPreview, TakeoverReader
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import BulkRun
from approvals.cases.rules import may_work_in_bulk
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.forms import CaseFilter
from approvals.common.enums import BulkKind
from approvals.titles.models.publicity import HistoricSelfCheck
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.forms import EvidenceField
from greendistrict.documents.workbooks.book import head_book
from greendistrict.documents.workbooks.pages import ImportPage
from greendistrict.workflow.pages import UNPROCESSABLE

CASE_KINDS = (BulkKind.REMIND, BulkKind.ANNOUNCE, BulkKind.ARCHIVE)
TAKEOVER_KINDS = (BulkKind.TITLES, BulkKind.CHECKS)


def _officer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not may_work_in_bulk(viewer.held):
        raise Http404
    return viewer


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [
        ("申报与验收", reverse("approvals:case_list")),
        ("批量办理", reverse("approvals:bulk_list") if last else ""),
        *([(last, "")] if last else []),
    ]


@require_safe
def bulk_list(request: HttpRequest) -> HttpResponse:
    """List of bulk runs; with undo where permitted."""
    _officer(request)
    runs = [(run, bulk.why_not_undone(run)) for run in BulkRun.objects.select_related("by", "undone_by")[:100]]
    context = {"runs": runs, "kinds": [*CASE_KINDS, *TAKEOVER_KINDS], "takeovers": TAKEOVER_KINDS, "crumbs": _crumbs("")}
    return render(request, "approvals/bulk/bulk_list.html", context)


def bulk_cases(request: HttpRequest, kind: str) -> HttpResponse:
    """Dry run over the filtered cases; the confirmation executes exactly what was shown."""
    viewer = _officer(request)
    if kind not in CASE_KINDS:
        raise Http404
    refused: Refused | None = None
    if request.method == "POST":
        keys = {key for key in map(whole, request.POST.getlist("case")) if key is not None}
        shown = cases_visible_to(viewer).filter(pk__in=keys)
        try:
            run = bulk.carry_out(kind=kind, cases=list(shown), expected=keys, by=viewer.user)
        except Refused as error:
            refused = error
        else:
            return redirect_saying(request, f"已办理{run.done}件", "approvals:bulk_run", run.pk)
    chosen = CaseFilter(request.GET, queryset=cases_visible_to(viewer), request=request).qs
    rows = chosen.select_related("district", "applicant", "announcement_line__announcement", "archive")
    items = bulk.plan(kind=kind, cases=list(rows.order_by("number", "pk")[: bulk.MOST + 1]), by=viewer.user)
    label = str(BulkKind(kind).label)
    context = {
        "kind": kind,
        "label": label,
        "items": items,
        "doable": sum(not item.out for item in items),
        "filter_form": CaseFilter(request.GET, queryset=Case.objects.none(), request=request).form,
        "refusals": refused.refusals if refused else (),
        "stale": isinstance(refused, Stale),
        "crumbs": _crumbs(label),
    }
    return render(request, "approvals/bulk/bulk_cases.html", context, status=refused.status if refused else 200)


@require_safe
def bulk_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: every item, and excluded items with the reason."""
    _officer(request)
    run = get_object_or_404(BulkRun.objects.select_related("by", "undone_by"), pk=pk)
    checks = run.self_checks.select_related("district", "scan")
    context = {
        "run": run,
        "of_cases": run.kind in CASE_KINDS,
        "stays": bulk.why_not_undone(run),
        "checks": checks,
        "crumbs": _crumbs(str(run)),
    }
    return render(request, "approvals/bulk/bulk_run.html", context)


@require_POST
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a whole run."""
    viewer = _officer(request)
    run, back = get_object_or_404(BulkRun, pk=pk), reverse("approvals:bulk_run", args=[pk])
    possible, loss = not bulk.why_not_undone(run), "撤销后须重新办理。"
    if possible and (asking := deletion_question(request, str(run), back=back, label="撤销", loss=loss)):
        return asking
    bulk.undo(run=run, by=viewer.user)
    return redirect_saying(request, "已撤销", back)


def _take_over_shown(kind: str) -> dict[str, Any]:
    label, address = str(BulkKind(kind).label), reverse("approvals:take_over", args=[kind])
    heads = takeover.HEADS[BulkKind(kind)]
    return {"kind": kind, "label": label, "heads": heads, "crumbs": _crumbs(label), "hrefs": {"import": address}}


class TakeOverPage(ImportPage):
    """The import page of historical records: rows without problems are stored, the others come back marked."""

    def preview_context(self, target: str, seen: TakeoverPreview) -> dict[str, Any]:
        """The rows under the heads of the page, whatever the order of the columns in the file."""
        shown = [(row, [row.typed.get(head) for head in takeover.HEADS[BulkKind(target)]]) for row in seen.rows]
        return {"preview": seen, "rows": shown, "good": seen.good}

    def memory(self, target: str) -> str:
        """Titles and self-checks have columns of their own."""
        return f"{self.kind}.{target}"


PAGE = TakeOverPage(
    "approvals.takeover", "另一类记录", "approvals/bulk/take_over.html", TakeoverReader, _take_over_shown, key=lambda kind: kind
)


def take_over_page(request: HttpRequest, kind: str) -> HttpResponse:
    """历史补录: upload or paste, preview row by row, confirm. Nothing is stored before the confirmation."""
    viewer = _officer(request)
    if kind not in TAKEOVER_KINDS:
        raise Http404
    if request.method == "POST" and "token" in request.POST:
        return _confirm(request, BulkKind(kind), viewer)
    return PAGE.upload(request, kind)


@require_safe
def take_over_blank(request: HttpRequest, kind: str) -> HttpResponse:
    """Empty workbook with the required column heads."""
    _officer(request)
    if kind not in TAKEOVER_KINDS:
        raise Http404
    label = str(BulkKind(kind).label)
    return as_workbook(head_book(label, takeover.COLUMNS[BulkKind(kind)]), f"{label}.xlsx")


def _confirm(request: HttpRequest, kind: BulkKind, viewer: Viewer) -> HttpResponse:
    """Store the valid rows, or download the invalid ones as a marked workbook."""
    work = PAGE.work(request, kind)
    rows = takeover.restored(kind, work["rows"], viewer.today)
    if "returned" in request.POST:
        content = head_book(str(kind.label), takeover.COLUMNS[kind], takeover.returned(kind, rows))
        return as_workbook(content, f"{kind.label}（退回）.xlsx")
    run = take_over(kind=kind, rows=rows, by=viewer.user)
    PAGE.remember(request, kind, work)
    return redirect_saying(request, f"已补录{run.done}行", "approvals:bulk_run", run.pk)


class ScanForm(forms.Form):
    """Upload of the scan of an old self-check."""

    upload = EvidenceField(label="扫描件")


def historic_check_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload the scan of an old self-check."""
    viewer = _officer(request)
    record = get_object_or_404(HistoricSelfCheck.objects.select_related("district", "scan"), pk=pk)
    form = ScanForm(request.POST or None, request.FILES or None)
    context = {"record": record, "form": form, "crumbs": _crumbs(str(record))}
    if request.method == "POST" and form.is_valid():
        try:
            add_scan(record=record, upload=form.cleaned_data["upload"], by=viewer.user)
        except Refused as refused:
            form.add_error("upload", str(refused))
        else:
            return redirect_saying(request, "已上传扫描件", "approvals:bulk_run", record.run_id)
    return render(request, "approvals/bulk/historic_scan.html", context, status=UNPROCESSABLE if form.is_bound else 200)
