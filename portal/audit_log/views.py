"""Pages of the audit log, for the audit keeper only, with the content of a record in words; the same as a workbook and as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.selectors import Asked, records
from greendistrict.audit.verification import verify
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.paging import list_context
from greendistrict.core.widgets import DayField
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.list_workbook import list_book

EMPTY = "空"
PAIR = 2
PAIRS = (("old", "new"), ("before", "after"))
WORDS = {
    "username": "所填账号",
    "count": "一小时内次数",
    "of_address": "该地址一小时内次数",
    "path": "地址",
    "page": "页面",
    "method": "方式",
    "status": "结果",
    "principal": "委托人",
    "reason": "事由",
    "rows": "行数",
    "filter": "筛选条件",
    "token": "令牌",
    "kind": "类别",
    "role": "岗位",
    "organisation": "单位",
    "key": "键",
    "since": "自",
    "sha256": "校验值",
    "number": "编号",
    "district": "城区",
    "year": "年度",
    "file": "文件",
    "purpose": "事由",
    "address": "电子邮箱",
    "active": "启用",
    "from_seal": "封存号起",
    "through_seal": "封存号止",
    "findings": "发现",
}


@dataclass(frozen=True)
class RecordedValue:
    """One value in a record, or a value before and after a change."""

    name: str
    value: str = ""
    before: str = ""
    after: str = ""
    is_change: bool = False

    def __str__(self) -> str:
        return f"{self.name}：{self.before} → {self.after}" if self.is_change else f"{self.name}：{self.value}"


def values_of(record: AuditRecord) -> Iterator[RecordedValue]:
    """Content of a record in words."""
    data = dict(record.data) if isinstance(record.data, dict) else {"": record.data}
    changed = data.pop("changed", None)
    if isinstance(changed, dict):
        for name, values in changed.items():
            yield _change(_label(record, str(name)), values)
    elif changed is not None:
        yield RecordedValue("改动", _words(changed))
    for first, second in PAIRS:
        if first in data and second in data:
            yield RecordedValue("值", before=_words(data.pop(first)), after=_words(data.pop(second)), is_change=True)
    yield from (RecordedValue(_label(record, str(name)), _words(value)) for name, value in data.items())


def _change(name: str, values: Any) -> RecordedValue:
    if isinstance(values, list) and len(values) == PAIR:
        return RecordedValue(name, before=_words(values[0]), after=_words(values[1]), is_change=True)
    return RecordedValue(name, _words(values))


def _label(record: AuditRecord, name: str) -> str:
    """Name of a field in words, from the record's model; otherwise from other models of its app if they agree on it."""
    return _name_in_words(record.subject.partition(":")[0], name)


@cache
def _name_in_words(model: str, name: str) -> str:
    app = model.partition(".")[0]
    if "." not in model or app not in apps.app_configs:
        return WORDS.get(name, name)
    models = {one._meta.label_lower: one for one in apps.get_app_config(app).get_models()}
    words = {
        label: str(getattr(one._meta.get_field(name), "verbose_name", ""))
        for label, one in models.items()
        if any(field.name == name for field in one._meta.get_fields())
    }
    return words.get(model) or (next(iter(words.values())) if len(set(words.values())) == 1 else "") or WORDS.get(name, name)


def _words(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


HEADS = (
    ("记录号", 10),
    ("时间", 20),
    ("人员", 14),
    ("动作", 22),
    ("动作代码", 24),
    ("对象", 34),
    ("对象编号", 26),
    ("内容", 60),
    ("来源地址", 18),
    ("封存", 8),
)
BOM = "\ufeff"


def event_book(records: Iterable[AuditRecord]) -> bytes:
    """Workbook of audit records."""
    return list_book("审计记录", "审计记录", HEADS, map(cells_of, records), demo=False)


def event_csv(records: Iterable[AuditRecord]) -> Iterator[str]:
    """Lines of a CSV file with a byte order mark, so that spreadsheets read the Chinese text; no cell can be taken for a formula."""
    yield BOM + _line([title for title, _ in HEADS])
    for record in records:
        yield _line([_harmless(str(cell)) for cell in cells_of(record)])


def cells_of(record: AuditRecord) -> tuple[str | int, ...]:
    """Cells of one record, in the order of ``HEADS``."""
    at = record.at.astimezone(clock.SHANGHAI)
    told = "；".join(map(str, values_of(record)))
    return (
        record.pk, f"{at:%Y-%m-%d %H:%M:%S}", record.acting_name, record.action_label, record.action, record.subject_label, record.subject,
        told[:30_000], record.address, "已封存" if vars(record).get("sealed") else "待封存",
    )  # fmt: skip


def _line(cells: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


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
