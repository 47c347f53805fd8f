"""Somebody leaves the work on a district, or their organisation: the open work is listed and handed to a successor."""

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from districts.acts.services import hand_over
from districts.file.forms import day
from districts.file.models.district import District
from districts.file.rules import may_hand_over
from districts.file.selectors.visibility import district_seen
from greendistrict.accounts import handing_on, invitations
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import HeldPosts, colleagues, organisations_visible_to, users_visible_to
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.memoisation import held_reads
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.workdays import term_in_words
from greendistrict.policy.parameters import DEFAULT_WORD, default_word
from greendistrict.workflow.todo import Task
from portal.todo.selectors import defaults_of_dues, tasks_of


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


def open_work(person: User, district: District | None = None) -> list[str]:
    """Open tasks on the person's desk, of all districts or about one, in words; days that the city has not confirmed are marked."""
    viewer = Viewer(person)
    with held_reads():
        tasks = tasks_of(viewer)
        proposed = defaults_of_dues(viewer.at(viewer.today))
    return [
        f"{task.title}：{task.subject}{_until(task, proposed)}"
        for task in tasks
        if district is None or district.name in task.subject or f"/{district.code}/" in task.link
    ]


def _until(task: Task, proposed: Mapping[tuple[str, dt.date], bool]) -> str:
    if task.due is None:
        return ""
    told = [proposed[key, task.due] for key in task.served if (key, task.due) in proposed]
    is_default = any(told) if told else bool(task.rests_on and default_word(task.rests_on))
    mark = f"（{DEFAULT_WORD}）" if is_default else ""
    return f"，{term_in_words(task.due)}{mark}到期"


def handover(request: HttpRequest, code: str) -> HttpResponse:
    """Record that somebody leaves the work on a district."""
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    if not may_hand_over(viewer.held, district):
        raise Http404
    form = HandoverForm(request.POST or None, held=viewer.held)
    if request.method == "POST" and form.is_valid():
        matters = open_work(form.cleaned_data["leaver"], district)
        with RefusalsIn(form):
            hand_over(district=district, by=viewer.user, matters=matters, **form.cleaned_data)
            messages.success(request, f"交接已登记，在办事项{len(matters)}项")
            return redirect("districts:act_list", code=code)
    return render(
        request, "portal/handover/handover.html", {"district": district, "form": form}, status=UNPROCESSABLE if form.errors else 200
    )


class LeavingForm(forms.Form):
    """Successor, and reason for leaving."""

    successor = forms.ModelChoiceField(label="接手人", queryset=User.objects.none(), empty_label="请选择", help_text="本单位任职的人员")
    reason = forms.CharField(label="事由", max_length=300, help_text="如调离、退休")

    def __init__(self, *args: Any, body: Organisation, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues(person, body)


def leave(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Let a person leave the organisation; for its administrator only."""
    user = signed_in(request)
    body = get_object_or_404(organisations_visible_to(user), pk=pk)
    leaver = get_object_or_404(users_visible_to(user), pk=person)
    if not invitations.may_part(user, leaver, body):
        raise Http404
    form, found = LeavingForm(request.POST or None, body=body, person=leaver), open_work(leaver)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form), transaction.atomic():
            handed = invitations.part(person=leaver, body=body, open_work=found, by=user, **form.cleaned_data)
            went = f"，转给接手人：{'、'.join(handed)}" if handed else ""
            messages.success(request, f"{leaver.name}的岗位已终止；在办事项{len(found)}项{went}")
            return redirect("accounts:organisation", pk=pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    shown = {"form": form, "body": body, "leaver": leaver, "found": found, "named": handing_on.held_by(leaver)}
    return render(request, "portal/handover/leaving.html", shown, status=status)
