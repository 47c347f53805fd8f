"""Page on which the administrator of an organisation invites people."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from greendistrict.accounts import invitations
from greendistrict.accounts.enums import Role
from greendistrict.accounts.forms import AccountForm
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import organisations_visible_to
from greendistrict.core.day_fields import DayField
from greendistrict.core.refusals import RefusalsIn


class InvitationForm(AccountForm):
    """Account, post and term of the invited person."""

    role = forms.ChoiceField(label="岗位")
    valid_to = DayField(label="任职止", required=False, help_text="含当天；没有期限的不填")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(role.value, role.label) for role in roles]


def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a person to the own body."""
    user = signed_in(request)
    body = get_object_or_404(organisations_visible_to(user), pk=pk)
    roles = invitations.roles_to_invite(user, body)
    if not roles:
        raise Http404
    form = InvitationForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            with RefusalsIn(form):
                person = invitations.invite(body=body, by=user, **form.cleaned_data)
                messages.success(request, f"已邀请{person.name}，设定密码的链接发到{person.email}，3天内有效")
                return redirect("accounts:organisation", pk=pk)
        except ValidationError as error:
            form.add_error("username", error.messages[0])
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/invite.html", {"form": form, "body": body}, status=status)
