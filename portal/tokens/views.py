"""The page on which a person creates or deletes their API token."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from rest_framework.authtoken.models import Token

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from portal.tokens import services
from portal.tokens.forms import TokenForm
from portal.tokens.models import TokenScopes
from portal.tokens.rules import ends_at, may_hold_token, scopes_open_to

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
