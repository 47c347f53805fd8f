"""Pages that edit meters, readings, estimates and tokens."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from carbon.metering import reading_file
from carbon.metering.consumption import month_of
from carbon.metering.forms import GapForm, MeterForm, MeterTokenForm, ReadingFileForm, ReadingReasonForm
from carbon.metering.models import Meter, MeterToken, ReadingImport
from carbon.metering.rules import hold_metering
from carbon.metering.selectors.meters import imports_of
from carbon.metering.services import imports
from carbon.metering.services import meters as services
from carbon.metering.views.board import meter_seen, metering_to_keep
from districts.common.enums import QueuedState
from districts.file.models.district import District
from districts.file.views.common import UNPROCESSABLE, EditPage
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.integers import whole
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.downloads import as_file
from greendistrict.documents.office.inspection import display_name
from greendistrict.documents.workbooks.pages import taken_upload

CSV = "text/csv; charset=utf-8"


def meter_edit(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Form of one meter; a new one without ``pk``."""
    district = metering_to_keep(request, code)
    row = get_object_or_404(Meter, pk=pk, district=district) if pk else None

    def context(one: Meter | None, form: MeterForm) -> dict[str, Any]:
        return {"district": district, "meter": one, "form": form, "against": services.against_deleting(one) if one else []}

    page = EditPage(
        "carbon/metering/meter_edit.html", Meter, lambda data, _files, one: MeterForm(data, district=district, row=one), context
    )

    def keep(form: MeterForm) -> Meter:
        version = form.version_read() if row else None
        return services.save_meter(district=district, values=form.values(), by=signed_in(request), meter=row, version=version)

    def done(saved: Meter) -> HttpResponse:
        messages.success(request, f"计量器具“{saved}”已保存")
        return HttpResponseRedirect(reverse("carbon:meter", args=[district.code, saved.pk]))

    return page.answer(request, row, keep, done)


@require_POST
def meter_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Delete a meter without readings."""
    meter, _ = meter_seen(request, code, pk)
    hold_metering(viewer_of(request).held, meter.district)
    back, loss = reverse("carbon:meter_edit", args=[code, pk]), "没有读数和分表的才能删除，删除后不能恢复。"
    if asking := deletion_question(request, f"计量器具“{meter}”", back=back, loss=loss):
        return asking
    services.delete_meter(meter=meter, by=signed_in(request))
    messages.success(request, f"计量器具“{meter}”已删除")
    return HttpResponseRedirect(reverse("carbon:meter_list", args=[code]))


@require_POST
def gap_fill(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Estimate the readings of a gap."""
    meter, _ = meter_seen(request, code, pk)
    hold_metering(viewer_of(request).held, meter.district)
    form = GapForm(request.POST)
    back = reverse("carbon:meter", args=[code, pk])
    if not form.is_valid():
        messages.error(request, "请选择估算方法")
        return HttpResponseRedirect(back)
    after = form.cleaned_data["after"]
    done = services.fill_gap(meter=meter, after=after, method=form.cleaned_data["method"], by=signed_in(request))
    messages.success(request, f"补了{done.added}个估算读数")
    return HttpResponseRedirect(f"{back}?{urlencode({'month': f'{month_of(after):%Y-%m}'})}")


# --- files of readings ---


def reading_upload(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a file of readings; nothing is written before the preview is confirmed."""
    district = metering_to_keep(request, code)
    posted = request.method == "POST"
    form = ReadingFileForm(request.POST, request.FILES) if posted else ReadingFileForm()
    if posted and form.is_valid():
        upload = form.cleaned_data["file"]
        name = display_name(upload.name or "")
        with RefusalsIn(form):
            content = taken_upload(upload) if name.lower().endswith(".xlsx") else upload.read(reading_file.MOST_BYTES + 1)
            asked = imports.ask(district=district, content=content, file_name=name, by=signed_in(request))
            return HttpResponseRedirect(_address(district, asked.pk))
    context = {"district": district, "form": form, "imports": imports_of(district), "heads": reading_file.HEADS}
    return render(request, "carbon/metering/reading_upload.html", context, status=UNPROCESSABLE if form.errors else 200)


def _address(district: District, pk: int) -> str:
    return reverse("carbon:reading_import", args=[district.code, pk])


@require_safe
def reading_template(request: HttpRequest, code: str) -> HttpResponse:
    """Empty file of readings with its column headings."""
    district = metering_to_keep(request, code)
    return as_file(reading_file.template(), f"{district.name}-读数.csv", CSV)


def reading_import(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A file of readings: progress, then the preview to confirm, then what was written. HTMX requests only the progress."""
    district = metering_to_keep(request, code)
    asked = get_object_or_404(ReadingImport.objects.select_related("by").defer("content"), pk=pk, district=district)
    form = ReadingReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            imports.order(pk=pk, district=district, by=signed_in(request), reason=form.cleaned_data["reason"])
            return HttpResponseRedirect(_address(district, pk))
    if asked.is_waiting:
        return _progress(request, district, asked)
    if getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    context = {"district": district, "asked": asked, "seen": asked.seen, "form": form, "is_read": asked.state == QueuedState.READ}
    return render(request, "carbon/metering/reading_import.html", context, status=UNPROCESSABLE if form.errors else 200)


def _progress(request: HttpRequest, district: District, asked: ReadingImport) -> HttpResponse:
    verb = "核对" if asked.state == QueuedState.WAITING else "写入"
    job = {"label": f"{verb}{asked.file_name}", "state": "queued", "done": 0, "total": asked.seen.get("lines", 0), "unit": "行"}
    context = {"district": district, "asked": asked, "job": job, "poll": _address(district, asked.pk)}
    part = getattr(request, "htmx", False)
    return render(request, f"carbon/metering/{'_reading_job' if part else 'reading_queued'}.html", context)


# --- tokens ---


def meter_tokens(request: HttpRequest, code: str) -> HttpResponse:
    """Tokens of systems that write readings: make one (shown once) or revoke one."""
    district = metering_to_keep(request, code)
    user = signed_in(request)
    if request.method == "POST" and request.POST.get("action") == "revoke":
        token = get_object_or_404(MeterToken.objects.select_related("district"), district=district, pk=whole(request.POST.get("token"), 0))
        services.revoke_token(token=token, by=user)
        messages.success(request, f"“{token}”的令牌已收回，立即不能再写入")
        return HttpResponseRedirect(request.path)
    form = MeterTokenForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = services.make_token(district=district, label=form.cleaned_data["label"], by=user)
    tokens = MeterToken.objects.filter(district=district).select_related("made_by")
    context = {"district": district, "form": form, "secret": secret, "tokens": tokens}
    response = render(request, "carbon/metering/meter_tokens.html", context, status=UNPROCESSABLE if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
