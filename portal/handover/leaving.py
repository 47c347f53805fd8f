"""A person leaves an organisation: list the open work, name a successor, transfer the person's assignments, end the posts."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from greendistrict.accounts import handing_on, invitations
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import colleagues, organisations_visible_to, users_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.templatetags.gd import cn_date
from portal.todo.selectors import tasks_of


class LeavingForm(forms.Form):
    """Successor, and reason for leaving."""

    successor = forms.ModelChoiceField(label="接手人", queryset=User.objects.none(), empty_label="请选择", help_text="本单位任职的人员")
    reason = forms.CharField(label="事由", max_length=300, help_text="如调离、退休")

    def __init__(self, *args: Any, body: Organisation, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues(person, body)


def open_work(person: User) -> list[str]:
    """Open tasks on the person's desk, in words."""
    return [f"{task.title}：{task.subject}{f'，{cn_date(task.due)}到期' if task.due else ''}" for task in tasks_of(Viewer(person))]


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
