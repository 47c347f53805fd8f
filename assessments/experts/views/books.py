"""Expert pool as a workbook: export, template, import with preview."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.experts import selectors
from assessments.experts.forms import ExpertFilter
from assessments.experts.pool.workbook import expert_book, pool_list
from assessments.experts.pool.workbook_import import PoolReader
from assessments.experts.services.imports import apply_import
from assessments.experts.views.experts import pool_keeper, pool_reader
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.pages import ListPage
from greendistrict.documents.workbooks.reader import Preview

Chapters = Mapping[str, str]


def _look(chapters: Chapters, content: bytes, today: dt.date) -> Preview:
    return PoolReader(chapters, today).read(content)


def _shown(chapters: Chapters) -> dict[str, Any]:
    hrefs = {what: reverse(f"assessments:expert_{what}") for what in ("list", "template", "export", "import", "apply")}
    return {"book": pool_list(chapters), "hrefs": hrefs}


PAGE = ListPage(
    "experts", "另一个专家库", "assessments/experts/expert_import.html", _look, _shown, key=lambda _: "pool",
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
