"""The pool as a workbook: out, template, in with a preview, written all or nothing."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.experts import selectors
from assessments.experts.forms import ExpertFilter
from assessments.experts.pool.book import expert_book
from assessments.experts.pool.sheet import Preview, preview_of
from assessments.experts.services.imports import apply_import
from assessments.experts.views.experts import UNPROCESSABLE, add_refusals, pool_keeper, pool_reader
from assessments.workbook.forms import WorkbookForm
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.answers import as_workbook
from greendistrict.documents.workbooks import taken_upload

SALT = "assessments.expert_import"
VALID_SECONDS = 24 * 3600
SHOWN = 300


@login_required
@require_safe
def expert_export(request: HttpRequest) -> HttpResponse:
    """People under the filter as a workbook; whoever takes data out is on record."""
    user, today, words = pool_reader(request), clock.today(), selectors.specialty_words()
    form = ExpertFilter(request.GET, words=words)
    rows = list(selectors.expert_list(user, form.cleaned_data if form.is_valid() else {}, today))
    audit.record(action="experts.export", by=user, obj=user, data={"experts": len(rows)})
    return as_workbook(expert_book(rows, words), f"专家库-{today:%Y%m%d}.xlsx")


@login_required
@require_safe
def expert_template(request: HttpRequest) -> HttpResponse:
    """The empty workbook."""
    pool_keeper(request)
    return as_workbook(expert_book([], selectors.specialty_words()), "专家库模板.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def expert_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook and see whom it would enter and what it would change; nothing is written yet."""
    pool_keeper(request)
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    preview, token = None, ""
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["workbook"]
        try:
            preview = preview_of(taken_upload(upload), selectors.specialty_words(), clock.today())
        except Refused as refused:
            add_refusals(form, refused)
        else:
            token = _token(preview, upload.name or "") if preview.applicable else ""
    status = UNPROCESSABLE if request.method == "POST" and not token else 200
    return render(request, "assessments/experts/expert_import.html", _context(form, preview, token), status=status)


def _context(form: WorkbookForm, preview: Preview | None, token: str) -> dict[str, Any]:
    return {
        "form": form,
        "preview": preview,
        "shown": preview.changed[:SHOWN] if preview else [],
        "refused": preview.refused[:SHOWN] if preview else [],
        "token": token,
    }


def _token(preview: Preview, name: str) -> str:
    """The previewed work, signed, so that what is written is what was seen."""
    works = [asdict(work) for work in preview.works]
    return signing.dumps({"file": name, "works": works}, salt=SALT, compress=True)


@login_required
@require_POST
def expert_apply(request: HttpRequest) -> HttpResponse:
    """Write what was previewed, all or nothing."""
    pool_keeper(request)
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        msg = "预览已失效，请重新上传"
        raise Refused(msg) from error
    done = apply_import(works=kept["works"], file_name=kept["file"], by=signed_in(request))
    messages.success(request, f"已导入：新登记{done.added}人并发出邀请，修改{done.changed}人")
    return HttpResponseRedirect(reverse("assessments:expert_list"))
