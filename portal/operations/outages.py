"""平台停运: recorded outages, and recording one after a preview of the deadlines it moves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import Refused
from obligations import services
from obligations.forms import OutageForm
from obligations.models import PortalOutage

SHOWN = 100


def outages(request: HttpRequest) -> HttpResponse:
    """Recorded outages and the form for a new one; for the system keeper only."""
    user = signed_in(request)
    if not services.may_record(posts_of(user)):
        raise Http404
    form = OutageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("confirmed") != "yes":
                return _asked_again(request, form)
            outage = services.record_outage(period=form.period, reason=form.cleaned_data["reason"], by=user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记平台停运，{outage.extensions.count()}项到期事项顺延")
            return redirect("portal:outages")
    rows = [(outage, services.moved_by(outage)) for outage in PortalOutage.objects.select_related("recorded_by")[:SHOWN]]
    rule = services.outage_rule()
    context = {"form": form, "outages": rows, "rule": rule, "least": int(rule.least.total_seconds()) // 60}
    return render(request, "portal/operations/outages.html", context)


def _asked_again(request: HttpRequest, form: OutageForm) -> HttpResponse:
    moved = services.outage_preview(form.period)
    context = {
        "title": "登记平台停运",
        "question": "登记后不能修改。停运时间和原因在公开首页公布。" if moved else "没有到期事项因此顺延；停运时间和原因在公开首页公布。",
        "effects": [day.words for day in moved],
        "reason": form.cleaned_data["reason"],
        "reason_required": True,
        "reason_label": form["reason"].label,
        "hidden": {name: form[name].value() for name in ("began_at", "ended_at")},
        "url": request.path,
        "action": "record",
        "label": "登记停运",
        "back": request.path,
        "crumbs": [("运行状况", reverse("portal:operations")), ("平台停运", request.path), ("登记停运", "")],
    }
    return render(request, "components/confirm.html", context)
