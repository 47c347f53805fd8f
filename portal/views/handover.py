"""Handing over work when somebody leaves: records the open tasks with the act."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from districts.acts.services import hand_over
from districts.file.forms.fields import day
from districts.file.models.district import District
from districts.file.rules import may_hand_over
from districts.file.selectors.visibility import district_seen
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.templatetags.gd import cn_date
from portal.selectors.tasks import tasks_of

UNPROCESSABLE = 422


class HandoverForm(forms.Form):
    """Who leaves, who takes over, why."""

    leaver = forms.ModelChoiceField(label="移交人", queryset=User.objects.none(), empty_label="请选择")
    taker = forms.ModelChoiceField(label="接收人", queryset=User.objects.none(), empty_label="请选择", help_text="须已有本单位的岗位")
    on = day("交接日期", required=True)
    reason = forms.CharField(label="事由", max_length=300, help_text="如调离、退休")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": clock.today()})
        super().__init__(*args, **kwargs)
        people = User.objects.filter(posts__organisation_id__in=seats(user).organisation_ids).distinct().order_by("pk")
        for name in ("leaver", "taker"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people


def matters_of(person: User, district: District) -> list[str]:
    """What is open on a person's desk about the district, in words."""
    found = []
    for task in tasks_of(person):
        if district.name in task.subject or f"/{district.code}/" in task.link:
            due = f"，{cn_date(task.due)}到期" if task.due else ""
            found.append(f"{task.title}：{task.subject}{due}")
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, code: str) -> HttpResponse:
    """Record that somebody leaves the district's work."""
    user = signed_in(request)
    district = district_seen(user, code)
    if not may_hand_over(user, district):
        raise Http404
    form = HandoverForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        matters = matters_of(form.cleaned_data["leaver"], district)
        try:
            hand_over(district=district, by=user, matters=matters, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.text)
        else:
            messages.success(request, f"交接已登记，在办事项{len(matters)}项")
            return redirect("districts:act_list", code=code)
    return render(request, "portal/handover.html", {"district": district, "form": form}, status=UNPROCESSABLE if form.errors else 200)
