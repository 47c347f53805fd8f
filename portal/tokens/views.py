"""The page where a person makes or takes back the own token of the API."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from rest_framework.authtoken.models import Token

from greendistrict.accounts.http import signed_in
from greendistrict.core import clock
from portal.tokens import services
from portal.tokens.forms import TokenForm
from portal.tokens.rules import ends_at, may_hold_token

UNPROCESSABLE = 422


def tokens(request: HttpRequest) -> HttpResponse:
    """Make a token (shown once) or take it back."""
    user = signed_in(request)
    if not may_hold_token(user):
        raise Http404
    if request.method == "POST" and request.POST.get("action") == "revoke":
        if services.revoke_token(by=user):
            messages.success(request, "令牌已收回，使用它的系统立即不能再读取")
        return redirect("portal:tokens")
    form = TokenForm(request.POST or None)
    secret = services.make_token(by=user) if request.method == "POST" and form.is_valid() else ""
    token = Token.objects.filter(user=user).first()
    ends = ends_at(token) if token else None
    context = {"form": form, "secret": secret, "token": token, "ends": ends, "is_over": bool(ends and ends <= clock.now())}
    response = render(request, "portal/tokens/tokens.html", context, status=UNPROCESSABLE if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
