"""Leaving a body: what is open is listed, a successor named, what was given to the person by name goes over, the posts end."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from assessments.sharing.services import hand_on_shares
from greendistrict.accounts import invitations
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import organisations_visible_to, users_visible_to
from greendistrict.core import clock
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.templatetags.gd import cn_date
from portal.todo.selectors import tasks_of


class LeavingForm(forms.Form):
    """Who goes on, and why the person leaves."""

    successor = forms.ModelChoiceField(label="接手人", queryset=User.objects.none(), empty_label="请选择", help_text="本单位任职的人员")
    reason = forms.CharField(label="事由", max_length=300, help_text="如调离、退休")

    def __init__(self, *args: Any, body: Organisation, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(posts__organisation=body, posts__valid_from__lte=clock.today(), is_active=True)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = people.exclude(pk=person.pk).distinct().order_by("pk")


def open_work(person: User) -> list[str]:
    """What is open on the desk of a person, in words."""
    return [f"{task.title}：{task.subject}{f'，{cn_date(task.due)}到期' if task.due else ''}" for task in tasks_of(person)]


def leave(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Have a person leave the body; its administrator's."""
    user = signed_in(request)
    body = get_object_or_404(organisations_visible_to(user), pk=pk)
    leaver = get_object_or_404(users_visible_to(user), pk=person)
    if not invitations.may_part(user, leaver, body):
        raise Http404
    form, found = LeavingForm(request.POST or None, body=body, person=leaver), open_work(leaver)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form), transaction.atomic():
            invitations.part(person=leaver, body=body, open_work=found, by=user, **form.cleaned_data)
            moved = hand_on_shares(person=leaver, to=form.cleaned_data["successor"])
            messages.success(request, f"{leaver.name}的岗位到今天为止；在办事项{len(found)}项，改派分工{moved}项")
            return redirect("accounts:organisation", pk=pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/handover/leaving.html", {"form": form, "body": body, "leaver": leaver, "found": found}, status=status)
