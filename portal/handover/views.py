"""Hand over a district's work when somebody leaves; the open tasks are recorded."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from districts.acts.services import hand_over
from districts.file.forms import day
from districts.file.models.district import District
from districts.file.rules import may_hand_over
from districts.file.selectors.visibility import district_seen
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.templatetags.gd import cn_date
from portal.todo.selectors import tasks_of


class HandoverForm(forms.Form):
    """Predecessor, successor and reason."""

    leaver = forms.ModelChoiceField(label="移交人", queryset=User.objects.none(), empty_label="请选择")
    taker = forms.ModelChoiceField(label="接收人", queryset=User.objects.none(), empty_label="请选择", help_text="须已有本单位的岗位")
    on = day("交接日期", required=True)
    reason = forms.CharField(label="事由", max_length=300, help_text="如调离、退休")

    def __init__(self, *args: Any, held: HeldPosts, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": held.day})
        super().__init__(*args, **kwargs)
        people = User.objects.filter(posts__organisation_id__in=held.organisation_ids).distinct().order_by("pk")
        for name in ("leaver", "taker"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people


UNPROCESSABLE = 422


def matters_of(person: User, district: District) -> list[str]:
    """Open tasks about the district on the person's desk, in words."""
    found = []
    for task in tasks_of(Viewer(person)):
        if district.name in task.subject or f"/{district.code}/" in task.link:
            due = f"，{cn_date(task.due)}到期" if task.due else ""
            found.append(f"{task.title}：{task.subject}{due}")
    return found


def handover(request: HttpRequest, code: str) -> HttpResponse:
    """Record that somebody leaves the work on a district."""
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    if not may_hand_over(viewer.held, district):
        raise Http404
    form = HandoverForm(request.POST or None, held=viewer.held)
    if request.method == "POST" and form.is_valid():
        matters = matters_of(form.cleaned_data["leaver"], district)
        with RefusalsIn(form):
            hand_over(district=district, by=viewer.user, matters=matters, **form.cleaned_data)
            messages.success(request, f"交接已登记，在办事项{len(matters)}项")
            return redirect("districts:act_list", code=code)
    return render(
        request, "portal/handover/handover.html", {"district": district, "form": form}, status=UNPROCESSABLE if form.errors else 200
    )
