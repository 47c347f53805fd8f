"""Plots, key projects and works as workbooks: out, in with a preview, written all or nothing."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import NoReturn

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts.common.enums import ImportKind
from districts.file.models.core import District
from districts.file.views.common import UNPROCESSABLE, add_refusals, district_to_edit, district_to_read, imports_of
from districts.lists.row_books import PROJECTS, WORKS, ProjectReader, WorkReader, projects_book, works_book
from districts.lists.services.listimports import apply_import
from districts.plots.forms.plots import PlotFilterForm
from districts.plots.models import PlotIndicator
from districts.plots.plot_book import BOOK, plot_book
from districts.plots.plot_import import PlotReader
from districts.plots.selectors.plotboard import filtered
from districts.workbooks.forms import UploadForm
from districts.workbooks.listbook import Book
from districts.workbooks.listreader import Preview, Reader
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks import XLSX, taken_upload

TEMPLATE = "districts/lists/list_import.html"
SALT = "districts.list_import"
VALID_SECONDS = 24 * 3600
SHOWN = 300


@dataclass(frozen=True)
class Files:
    """A list's workbook, how it is read back, and the beginning of the names of its addresses."""

    book: Book
    reader: type[Reader]
    export: Callable[[HttpRequest, District], bytes]
    url: str

    def address(self, what: str, district: District) -> str:
        """Address of ``list``, ``export``, ``import`` or ``apply``."""
        return reverse(f"districts:{self.url}_{what}", kwargs={"code": district.code})


def _plots(request: HttpRequest, district: District) -> bytes:
    """Plots under the filter."""
    form = PlotFilterForm(request.GET)
    plots = list(filtered(district, form.cleaned_data if form.is_valid() else {}, clock.today()))
    values: dict[int, dict[str, PlotIndicator]] = {}
    for row in PlotIndicator.objects.filter(plot__district=district):
        values.setdefault(row.plot_id, {})[row.key] = row
    return plot_book(district, plots, values)


FILES = {
    ImportKind.PLOTS: Files(BOOK, PlotReader, _plots, "plot"),
    ImportKind.PROJECTS: Files(PROJECTS, ProjectReader, lambda _, district: projects_book(district), "key_project"),
    ImportKind.WORKS: Files(WORKS, WorkReader, lambda _, district: works_book(district), "work"),
}


@login_required
@require_safe
def list_export(request: HttpRequest, code: str, kind: ImportKind) -> HttpResponse:
    """The list as a workbook; whoever takes data out is on record."""
    district, _ = district_to_read(request, code)
    files = FILES[kind]
    content = files.export(request, district)
    audit.record(action="districts.export_list", by=signed_in(request), obj=district, data={"kind": kind})
    response = HttpResponse(content, content_type=XLSX)
    name = f"{district.name}-{files.book.noun}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def list_import(request: HttpRequest, code: str, kind: ImportKind) -> HttpResponse:
    """Upload a workbook and see what it would add and change; nothing is written yet."""
    district = district_to_edit(request, code)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    preview, token, files = None, "", FILES[kind]
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["workbook"]
        try:
            preview = files.reader(district, clock.today()).read(taken_upload(upload))
        except Refused as refused:
            add_refusals(form, refused)
        else:
            token = _token(district, kind, preview, upload.name or "") if preview.applicable else ""
    context = {
        "district": district,
        "book": files.book,
        "hrefs": {what: files.address(what, district) for what in ("list", "export", "apply")},
        "form": form,
        "preview": preview,
        "shown": preview.changed[:SHOWN] if preview else [],
        "refused": preview.refused[:SHOWN] if preview else [],
        "token": token,
        "imports": imports_of(district, kind),
    }
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if request.method == "POST" and not token else 200)


def _token(district: District, kind: ImportKind, preview: Preview, name: str) -> str:
    """The previewed work, signed, so that what is written is what was seen."""
    works = [asdict(work) for work in preview.works]
    return signing.dumps({"district": district.pk, "kind": kind, "file": name, "works": works}, salt=SALT, compress=True)


@login_required
@require_POST
def list_apply(request: HttpRequest, code: str, kind: ImportKind) -> HttpResponse:
    """Write what was previewed, all or nothing."""
    district = district_to_edit(request, code)
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        _refuse("预览已失效，请重新上传")
    if kept["district"] != district.pk or kept["kind"] != kind:
        _refuse("预览是另一个城区或另一份清单的，请重新上传")
    done = apply_import(kind=kind, district=district, works=kept["works"], file_name=kept["file"], by=signed_in(request))
    files = FILES[kind]
    messages.success(
        request,
        f"已导入：新增{done.added}{files.book.unit}，修改{done.changed}{files.book.unit}。没有后续办理时可以在“从 Excel 导入”里整批撤销",
    )
    return HttpResponseRedirect(files.address("list", district))


def _refuse(words: str) -> NoReturn:
    raise Refused(words)
