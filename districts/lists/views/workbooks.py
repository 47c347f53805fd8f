"""Plots, key projects and works as workbooks: export, import with preview, written all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from districts.common.enums import ImportKind, QueuedState
from districts.file.models.district import District, ListImport, QueuedImport
from districts.file.services import hold_editor
from districts.file.views.common import district_of_form, district_to_edit, district_to_read, imports_of
from districts.file.workbook_marks import DistrictReader
from districts.lists.kept_previews import kept_choices, kept_preview
from districts.lists.services import apply_import
from districts.lists.workbooks import (
    PROJECTS,
    WORKS,
    ProjectReader,
    WorkReader,
    ask,
    is_large,
    open_imports,
    order,
    projects_book,
    read_again,
    remembered_heads,
    works_book,
    works_digest,
)
from districts.plots.columns import PLOT_LIST
from districts.plots.forms import PlotFilter
from districts.plots.models import PlotIndicator
from districts.plots.workbook import BOOK, PlotReader, plot_book
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.asked_texts import given_answers
from greendistrict.documents.workbooks.book import Book, Returned
from greendistrict.documents.workbooks.pages import ListPage
from greendistrict.documents.workbooks.remembered import given_heads

TEMPLATE = "districts/lists/list_import.html"
UNDONE_WORDS = "没有后续办理时可以在“从 Excel 导入”里整批撤销"


@dataclass(frozen=True)
class Files:
    """A list's workbook, its reader, and the prefix of its URL names."""

    book: Book
    reader: type[DistrictReader[Any]]
    export: Callable[[HttpRequest, District], bytes]
    returned: Callable[[District, Sequence[Returned]], bytes]
    url: str

    def address(self, what: str, district: District, **more: int) -> str:
        """URL of ``list``, ``export``, ``import``, ``apply`` or ``queued``."""
        return reverse(f"districts:{self.url}_{what}", kwargs={"code": district.code, **more})

    @property
    def page(self) -> ListPage:
        """The page for importing the workbook."""
        kind = ImportKind(self.book.key)

        def shown(district: District) -> dict[str, Any]:
            hrefs = {what: self.address(what, district) for what in ("list", "export", "import", "apply")}
            queued = [(one, self.address("queued", district, pk=one.pk)) for one in open_imports(district, kind)]
            return {"district": district, "book": self.book, "hrefs": hrefs, "imports": imports_of(district, kind), "queued": queued}

        more: dict[str, Any] = {"book": self.returned, "later": self._later, "remembered": partial(remembered_heads, kind=kind)}
        return ListPage(f"districts.{self.book.key}", "另一个城区", TEMPLATE, self.reader, shown, **more)

    def _later(self, request: HttpRequest, district: District, content: bytes, name: str) -> HttpResponse | None:
        """Queue a workbook too large for a request and redirect to its progress; None if it is small enough."""
        if not is_large(content):
            return None
        kind = ImportKind(self.book.key)
        asked = ask(kind=kind, district=district, content=content, file_name=name, by=signed_in(request))
        return HttpResponseRedirect(self.address("queued", district, pk=asked.pk))


def _plots(request: HttpRequest, district: District) -> bytes:
    """Workbook of the plots under the filter."""
    plots = list(PLOT_LIST.ordered(PlotFilter(request, district).qs, request.GET.get("order", "")))
    values: dict[int, dict[str, PlotIndicator]] = {}
    for row in PlotIndicator.objects.filter(plot__district=district):
        values.setdefault(row.plot_id, {})[row.key] = row
    return plot_book(district, plots, values)


FILES = {
    ImportKind.PLOTS: Files(BOOK, PlotReader, _plots, lambda district, rows: plot_book(district, (), {}, rows), "plot"),
    ImportKind.PROJECTS: Files(PROJECTS, ProjectReader, lambda _, district: projects_book(district), projects_book, "key_project"),
    ImportKind.WORKS: Files(WORKS, WorkReader, lambda _, district: works_book(district), works_book, "work"),
}


@require_safe
def list_export(request: HttpRequest, code: str, kind: ImportKind) -> HttpResponse:
    """Download the list as a workbook; the download is audited."""
    district, _ = district_to_read(request, code)
    files = FILES[kind]
    content = files.export(request, district)
    audit.record(action="districts.export_list", by=signed_in(request), obj=district, data={"kind": kind})
    return as_workbook(content, _name(district, files))


def _name(district: District, files: Files, more: str = "") -> str:
    return f"{district.name}-{files.book.noun}{more}-{clock.today():%Y%m%d}.xlsx"


def list_import(request: HttpRequest, code: str, kind: ImportKind) -> HttpResponse:
    """Upload a workbook and preview the rows it adds and changes; writes nothing."""
    page, district = FILES[kind].page, district_of_form(request, code)
    if request.method == "POST" and "kept" not in request.POST:
        return page.received(request, district, partial(hold_editor, signed_in(request), district), (Refused,))
    if "kept" in request.POST and "queued" in (kept := page.work(request, district, "kept", "kept")):
        chosen: dict[str, Any] = {"heads": given_heads(request.POST), "answers": given_answers(request.POST)}
        asked = read_again(pk=kept["queued"], district=district, by=signed_in(request), results="results" in request.POST, **chosen)
        return HttpResponseRedirect(FILES[kind].address("queued", district, pk=asked.pk))
    return page.upload(request, district)


@require_POST
def list_apply(request: HttpRequest, code: str, kind: ImportKind) -> HttpResponse:
    """Write the previewed rows, all or nothing, or return the rejected ones as a workbook."""
    district, files = district_to_edit(request, code), FILES[kind]
    if "returned" in request.POST:
        return files.page.copy(request, district, _name(district, files, "（退回）"))
    kept = files.page.work(request, district)
    if "queued" in kept:
        asked = order(pk=kept["queued"], district=district, by=signed_in(request), seen=kept.get("works", ""))
        return HttpResponseRedirect(files.address("queued", district, pk=asked.pk))
    source = kept["source"]
    more = {"file_name": source["name"], "heads": source["heads"]}
    done = apply_import(kind=kind, district=district, works=kept["works"], by=signed_in(request), **more)
    return files.page.done(request, district, _done_words(files, done), files.address("list", district))


def _done_words(files: Files, done: ListImport) -> str:
    unit = files.book.unit
    return f"已导入：新增{done.added}{unit}，修改{done.changed}{unit}。{UNDONE_WORDS}"


@require_safe
def queued_import(request: HttpRequest, code: str, kind: ImportKind, pk: int) -> HttpResponse:
    """A queued workbook: progress, then the preview to confirm, then the result. htmx requests only the progress."""
    district, files = district_to_edit(request, code), FILES[kind]
    asked = get_object_or_404(QueuedImport.objects.select_related("imported").defer("content"), pk=pk, district=district, kind=kind)
    if asked.is_waiting:
        return _progress(request, district, files, asked)
    if getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    if asked.state == QueuedState.REFUSED:
        return files.page.page(request, district, {"errors": [f"{asked.file_name}：{asked.error}"]})
    seen = kept_preview(asked)
    context = files.page.preview_context(district, seen)
    if asked.state == QueuedState.WRITTEN:
        words = _done_words(files, asked.imported) if asked.imported else "已写入"
        return files.page.written(request, district, words, context["copy"], len(seen.returned))
    choices, mine = kept_choices(asked), {"queued": asked.pk}
    kept = files.page.signed(district, mine, "kept") if choices.is_any or seen.formulas else ""
    context |= {**choices.context(), "kept": kept, "results": asked.preview.get("results", False)}
    token = files.page.signed(district, {**mine, "works": works_digest(asked)}) if seen.applicable else ""
    return files.page.page(request, district, {**context, "token": token})


def _progress(request: HttpRequest, district: District, files: Files, asked: QueuedImport) -> HttpResponse:
    address = files.address("queued", district, pk=asked.pk)
    is_read = asked.state == QueuedState.WAITING
    state = "queued" if is_read and not asked.total else "running"
    done, total = (asked.done, asked.total) if is_read else (0, len(asked.preview["works"]))
    job = {"label": f"{'核对' if is_read else '写入'}{asked.file_name}", "state": state, "done": done, "total": total, "unit": "行"}
    context = {**files.page.shown(district), "asked": asked, "job": job, "poll": address}
    part = getattr(request, "htmx", False)
    return render(request, "districts/lists/_queued_job.html" if part else "districts/lists/queued_import.html", context)
