"""The page on which a person creates or deletes their API token, and its form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from rest_framework.authtoken.models import Token

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from portal.tokens import services
from portal.tokens.models import TokenScopes, WriteScope
from portal.tokens.rules import ends_at, may_hold_token, scopes_open_to


class TokenForm(forms.Form):
    """Scopes of a new token, and confirmation that it replaces the old one."""

    scopes = forms.MultipleChoiceField(
        label="写入范围",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选则只能读取。写入按您的岗位办理，与在页面上填写相同",
    )
    confirmed = forms.BooleanField(label="我会把令牌只交给本单位的系统，并知道旧令牌立即失效")

    def __init__(self, *args: Any, scopes: Iterable[WriteScope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(scope.value, scope.label) for scope in scopes]
        if choices:
            self.fields["scopes"].choices = choices  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["scopes"]


UNPROCESSABLE = 422


def tokens(request: HttpRequest) -> HttpResponse:
    """Create a token (shown once) or delete it."""
    viewer = viewer_of(request)
    held = viewer.held
    if not may_hold_token(held):
        raise Http404
    if request.method == "POST" and request.POST.get("action") == "revoke":
        if services.revoke_token(by=viewer.user):
            messages.success(request, "令牌已收回，使用它的系统立即不能再读取和写入")
        return redirect("portal:tokens")
    form = TokenForm(request.POST or None, scopes=scopes_open_to(held))
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = services.make_token(by=viewer.user, scopes=form.cleaned_data.get("scopes", ()))
    token = Token.objects.filter(user=viewer.user).first()
    ends = ends_at(token) if token else None
    granted = TokenScopes.objects.filter(token=token).first() if token else None
    context = {
        "form": form,
        "secret": secret,
        "token": token,
        "granted": granted,
        "ends": ends,
        "is_over": bool(ends and ends <= clock.now()),
    }
    response = render(request, "portal/tokens/tokens.html", context, status=UNPROCESSABLE if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
