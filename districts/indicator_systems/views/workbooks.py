"""The indicator system as a workbook: export, import with preview, applied all or nothing."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.common.enums import ImportKind
from districts.file.views.common import imports_of
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors import lines_of
from districts.indicator_systems.services.indicators import apply_cells, hold_draft
from districts.indicator_systems.views.indicators import page_address, seen_system
from districts.indicator_systems.workbook import BOOK, IndicatorReader, indicator_book
from districts.lists.workbooks import remembered_heads
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.book import Returned
from greendistrict.documents.workbooks.pages import ListPage


def _shown(system: IndicatorSystem) -> dict[str, Any]:
    named = {"code": system.district.code, "number": system.number}
    hrefs = {what: reverse(f"districts:indicator_{what}", kwargs=named) for what in ("export", "import", "apply")}
    imports = [one for one in imports_of(system.district, ImportKind.INDICATORS) if one.system_id == system.pk]
    hrefs["list"] = page_address(system)
    return {"district": system.district, "system": system, "book": BOOK, "hrefs": hrefs, "imports": imports}


def _returned(system: IndicatorSystem, rows: Sequence[Returned]) -> bytes:
    return indicator_book(system, (), rows)


PAGE = ListPage(
    "districts.indicators", "另一版指标体系", "districts/indicator_systems/workbook_import.html",
    IndicatorReader, _shown, book=_returned, remembered=lambda system: remembered_heads(system.district, ImportKind.INDICATORS),
)  # fmt: skip


def _source(work: dict[str, Any]) -> dict[str, Any]:
    return {"file_name": work["source"]["name"], "heads": work["source"]["heads"]}


@require_safe
def indicator_export(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Download the version as a workbook; the download is audited."""
    system = seen_system(request, code, number)
    content = indicator_book(system, lines_of(system))
    audit.record(action="districts.export_indicators", by=signed_in(request), obj=system, data={"number": system.number})
    return as_workbook(content, f"{system.district.name}-指标体系-第{system.number}版.xlsx")


def indicator_import(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Upload a workbook and preview its changes cell by cell; writes nothing."""
    system = seen_system(request, code, number)
    return PAGE.received(request, system, partial(hold_draft, system, signed_in(request)), (Refused,))


@require_POST
def indicator_apply(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Write the previewed changes, all or nothing, or return the rejected rows as a workbook."""
    system = seen_system(request, code, number)
    if "returned" in request.POST:
        return PAGE.copy(request, system, f"{system.district.name}-指标体系-第{system.number}版（退回）.xlsx")
    work = PAGE.work(request, system)
    cells = [(one["pk"], one["version"], one["fields"]) for one in work["works"]]
    count = apply_cells(system=system, cells=cells, by=signed_in(request), **_source(work))
    return PAGE.done(request, system, f"已按工作簿更新{count}条指标", page_address(system))
