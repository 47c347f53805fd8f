"""The plot list as a workbook: out, in with a preview, written all or nothing, taken back as a whole."""

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts.exports.plot_book import plot_book
from districts.exports.plot_import import Preview, preview_of
from districts.forms.indicators import UploadForm
from districts.forms.plots import PlotFilterForm
from districts.models import District, ListImport, PlotIndicator
from districts.selectors.plotboard import filtered
from districts.services.plotimports import apply_import, refuse_unsigned, undo_import
from districts.views.common import UNPROCESSABLE, add_refusals, district_to_edit, district_to_read
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks import XLSX, taken_upload

TEMPLATE = "districts/plot_import.html"
SALT = "districts.plot_import"
VALID_SECONDS = 24 * 3600
SHOWN = 300


@login_required
@require_safe
def plot_export(request: HttpRequest, code: str) -> HttpResponse:
    """Plots under the filter as a workbook; whoever takes data out is on record."""
    district, _ = district_to_read(request, code)
    form = PlotFilterForm(request.GET)
    plots = list(filtered(district, form.cleaned_data if form.is_valid() else {}, clock.today()))
    values: dict[int, dict[str, PlotIndicator]] = {}
    for row in PlotIndicator.objects.filter(plot__district=district):
        values.setdefault(row.plot_id, {})[row.key] = row
    content = plot_book(district, plots, values)
    audit.record(action="districts.export_plots", by=signed_in(request), obj=district, data={"plots": len(plots)})
    response = HttpResponse(content, content_type=XLSX)
    name = f"{district.name}-地块-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plot_import(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a workbook and see what it would add and change; nothing is written yet."""
    district = district_to_edit(request, code)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    preview, token = None, ""
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["workbook"]
        try:
            preview = preview_of(district, taken_upload(upload), clock.today())
        except Refused as refused:
            add_refusals(form, refused)
        else:
            token = _token(district, preview, upload.name or "") if preview.applicable else ""
    context = {
        "district": district,
        "form": form,
        "preview": preview,
        "shown": preview.changed[:SHOWN] if preview else [],
        "refused": preview.refused[:SHOWN] if preview else [],
        "token": token,
        "imports": list(district.imports.select_related("imported_by", "undone_by").defer("rows")[:10]),
    }
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if request.method == "POST" and not token else 200)


def _token(district: District, preview: Preview, name: str) -> str:
    """The previewed work, signed, so that what is written is what was seen."""
    works = [asdict(work) for work in preview.works]
    return signing.dumps({"district": district.pk, "file": name, "works": works}, salt=SALT, compress=True)


@login_required
@require_POST
def plot_apply(request: HttpRequest, code: str) -> HttpResponse:
    """Write what was previewed, all or nothing."""
    district = district_to_edit(request, code)
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        refuse_unsigned()
    if kept["district"] != district.pk:
        msg = "预览是另一个城区的，请重新上传"
        raise Refused(msg)
    done = apply_import(district=district, works=kept["works"], file_name=kept["file"], by=signed_in(request))
    messages.success(request, f"已导入：新增{done.added}个地块，修改{done.changed}个")
    return HttpResponseRedirect(reverse("districts:plot_list", kwargs={"code": district.code}))


@login_required
@require_POST
def plot_undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an import back; what stands on it is named on the refusal page."""
    district = district_to_edit(request, code)
    done = get_object_or_404(ListImport, pk=pk, district=district)
    undo_import(done=done, by=signed_in(request))
    messages.success(request, f"导入“{done}”已撤销")
    return HttpResponseRedirect(reverse("districts:plot_import", kwargs={"code": district.code}))
