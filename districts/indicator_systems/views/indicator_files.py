"""The indicator system as a workbook: out, in with a preview, applied all or nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts.common.enums import ImportKind
from districts.file.views.common import UNPROCESSABLE, add_refusals, imports_of
from districts.indicator_systems.indicator_book import indicator_book
from districts.indicator_systems.indicator_import import Preview, preview_of
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors.indicators import lines_of
from districts.indicator_systems.services import indicator_imports, indicators
from districts.indicator_systems.views.indicators import page_address, seen_system
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.forms import WorkbookForm
from greendistrict.documents.workbooks.packages import taken_upload

TEMPLATE = "districts/indicator_systems/indicator_import.html"
SALT = "districts.indicator_import"
VALID_SECONDS = 24 * 3600


@login_required
@require_safe
def indicator_export(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version as a workbook; whoever takes data out is on record."""
    system = seen_system(request, code, number)
    content = indicator_book(system, lines_of(system))
    audit.record(action="districts.export_indicators", by=signed_in(request), obj=system, data={"number": system.number})
    return as_workbook(content, f"{system.district.name}-指标体系-第{system.number}版.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def indicator_import(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    system = seen_system(request, code, number)
    indicators.hold_draft(system, signed_in(request))
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    preview = None
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["workbook"]
        try:
            preview = preview_of(system, taken_upload(upload))
        except Refused as refused:
            add_refusals(form, refused)
    token = _token(system, preview, form.cleaned_data["workbook"].name or "") if preview and preview.applicable else ""
    imports = [one for one in imports_of(system.district, ImportKind.INDICATORS) if one.system_id == system.pk]
    context = {"district": system.district, "system": system, "form": form, "preview": preview, "token": token, "imports": imports}
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if request.method == "POST" and not token else 200)


def _token(system: IndicatorSystem, preview: Preview, name: str) -> str:
    """The previewed work, signed, so that what is applied is what was seen."""
    return signing.dumps({"system": system.pk, "file": name, "cells": preview.cells}, salt=SALT, compress=True)


@login_required
@require_POST
def indicator_apply(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Write what was previewed, all or nothing."""
    system = seen_system(request, code, number)
    try:
        work = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        msg = "预览已失效，请重新上传"
        raise Refused(msg) from error
    if work["system"] != system.pk:
        msg = "预览是另一版指标体系的，请重新上传"
        raise Refused(msg)
    cells = [(pk, version, values) for pk, version, values in work["cells"]]
    count = indicator_imports.apply_cells(system=system, cells=cells, by=signed_in(request), file_name=work["file"])
    messages.success(request, f"已按工作簿更新{count}条指标")
    return HttpResponseRedirect(page_address(system))
