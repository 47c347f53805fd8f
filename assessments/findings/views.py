"""Explaining a finding of the check before submission."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.findings.services.plausibility import answer_finding
from assessments.tables.rules import sees_live_rows
from assessments.tables.views import seen_table
from greendistrict.accounts.http import signed_in
from greendistrict.core.errors import NotAllowed


@require_POST
def finding_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the explanation of one finding and go back to it."""
    user = signed_in(request)
    table = seen_table(user, pk)
    NotAllowed.unless(sees_live_rows(user, table), "您不能填报这张评分表")
    kept = answer_finding(table=table, key=request.POST.get("finding", ""), text=request.POST.get("text", ""), by=user)
    messages.success(request, "说明已保存，审核人和评审专家可见" if kept else "说明已撤回")
    check = getattr(table, "self_check", None)
    address = reverse("assessments:selfcheck_check", args=[check.pk]) if check else reverse("assessments:score_check", args=[pk])
    return HttpResponseRedirect(f"{address}#{kept.anchor}" if kept else address)
