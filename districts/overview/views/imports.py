"""Undo an import from a workbook: plots, key projects, works, or an indicator system."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from districts.common.enums import ImportKind
from districts.file.models.imports import ListImport
from districts.file.views.common import district_to_edit
from districts.indicator_systems.services import imports
from districts.lists.services.imports import undo_import
from districts.lists.views.workbooks import FILES
from greendistrict.accounts.http import signed_in
from greendistrict.core.deletions import deletion_question


@require_POST
def import_undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Undo an import; if something depends on it, the refusal page names it."""
    district = district_to_edit(request, code)
    done = get_object_or_404(ListImport.objects.select_related("system"), pk=pk, district=district)
    if done.system is None:
        address = FILES[ImportKind(done.kind)].address("import", district)
    else:
        address = reverse("districts:indicator_import", kwargs={"code": district.code, "number": done.system.number})
    if asking := deletion_question(request, f"导入“{done}”", back=address, label="撤销", loss="导入的内容恢复到导入前。"):
        return asking
    if done.system is None:
        undo_import(done=done, by=signed_in(request))
    else:
        imports.undo_cells(done=done, by=signed_in(request))
    messages.success(request, f"导入“{done}”已撤销")
    return HttpResponseRedirect(address)
