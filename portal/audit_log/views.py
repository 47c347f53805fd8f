"""Pages of the audit log, for the audit keeper only."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.audit.selectors import Asked, records
from greendistrict.audit.verification import verify
from greendistrict.core.errors import Refused
from greendistrict.core.paging import list_context
from greendistrict.core.widgets import DayField
from greendistrict.documents.downloads import as_workbook
from portal.audit_log.rows import event_book, event_csv, values_of


class EventFilter(forms.Form):
    """Conditions on audit records: time, person, action, object, address, or a text in any of them."""

    q = forms.CharField(label="人员、动作或对象", required=False, max_length=60)
    first_day = DayField(label="日期起", required=False)
    last_day = DayField(label="日期止", required=False)
    person = forms.CharField(label="人员", required=False, max_length=60, help_text="姓名，或登录时所填的账号")
    action = forms.CharField(label="动作", required=False, max_length=60)
    obj = forms.CharField(label="对象", required=False, max_length=80)
    address = forms.CharField(label="来源地址", required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Refuse a first day after the last day."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "日期止早于日期起")
        return cleaned

    def asked(self) -> Asked:
        """The valid conditions; invalid ones are left out."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value})


CSV = "text/csv; charset=utf-8"
MOST_IN_A_BOOK = 50_000
CHUNK = 2000


def _keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.held.has(Role.AUDIT_KEEPER):
        raise Http404
    return viewer


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Records, newest first; ``?verify=1`` checks the whole hash chain and its anchors."""
    viewer = _keeper(request)
    form = EventFilter(request.GET or None)
    checked = None
    if request.GET.get("verify") == "1":
        checked = verify()
        audit.record(action="audit.verify", by=viewer.user, data={"findings": [str(finding) for finding in checked.findings]})
    context = list_context(request, records(form.asked()) if form.is_bound else records(), form, export="audit:event_export")
    lines = [(record, tuple(values_of(record))) for record in context["page"]]
    return render(request, "portal/audit_log/event_list.html", {**context, "lines": lines, "checked": checked})


@require_safe
def event_export(request: HttpRequest) -> HttpResponseBase:
    """Download the filtered records as a workbook, or as CSV with ``?format=csv``, and record it. Raises ``Refused`` for too many."""
    viewer = _keeper(request)
    found = records(EventFilter(request.GET).asked())
    kind, count = "csv" if request.GET.get("format") == "csv" else "xlsx", found.count()
    if kind == "xlsx":
        Refused.when(count > MOST_IN_A_BOOK, f"工作簿最多{MOST_IN_A_BOOK}条，现有{count}条；请缩小查询范围，或导出 CSV")
    audit.record(action="audit.export", by=viewer.user, data={"rows": count, "filter": request.GET.urlencode(), "kind": kind})
    last = found.values_list("pk", flat=True).first() or 0
    rows = found.filter(pk__lte=last).iterator(chunk_size=CHUNK)
    name = f"审计记录-{viewer.today:%Y%m%d}"
    if kind == "xlsx":
        return as_workbook(event_book(rows), f"{name}.xlsx")
    response = StreamingHttpResponse(event_csv(rows), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.csv") or "attachment"
    return response
