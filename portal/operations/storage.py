"""材料存储: storage used by each organisation, and the limits set by the system keeper."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation
from greendistrict.core.errors import Refused
from greendistrict.documents import quotas

LARGEST_GB = 100_000


class AllowanceForm(forms.Form):
    """A separate limit for one organisation; if empty, the limit of the settings applies."""

    body = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.all(), empty_label="请选择")
    most_gb = forms.IntegerField(
        label="上限（GB）", min_value=1, max_value=LARGEST_GB, required=False, help_text="留空即恢复为平台对所有单位的上限"
    )
    reason = forms.CharField(label="理由", max_length=200, help_text="记入审计")


def storage(request: HttpRequest) -> HttpResponse:
    """Every organisation with its storage and limit, and the form to change a limit; for the system keeper only."""
    user = signed_in(request)
    if not quotas.may_allow(user):
        raise Http404
    form = AllowanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body, most, reason = (form.cleaned_data[name] for name in ("body", "most_gb", "reason"))
        try:
            quotas.allow(body=body, most_gb=most, reason=reason, by=user)
        except Refused as refused:
            form.add_error("most_gb", str(refused))
        else:
            messages.success(request, f"{body.name}的材料上限已调整")
            return redirect("portal:storage")
    context = {"form": form, "usage": quotas.usage(), "common": quotas.common()}
    return render(request, "portal/operations/storage.html", context, status=422 if form.errors else 200)
