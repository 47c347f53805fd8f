"""Pages of the own second factors, renewed proof of identity, and the keepers' reset of factors."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import proposals
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import qr
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.core.refusals import RefusalsIn
from greendistrict.signin import browsers, factors, identities, passkeys, provider, stamps
from greendistrict.signin.forms import AppForm, CodeForm, ProofForm, ResetForm
from greendistrict.signin.stamps import asked, proof_page

APP_KEY = "app-key"
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@never_cache
@require_safe
def factor_list(request: HttpRequest) -> HttpResponse:
    """The person's factors, and how to add one."""
    user = signed_in(request)
    name = settings.OIDC_NAME if provider.is_on() else ""
    context = {"own": factors.factors_of(user), "is_required": factors.is_required(user), "app_form": AppForm(), "provider": name}
    return render(request, "signin/factors.html", context)


@never_cache
def app_add(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: show the QR code, and check the first code of the app."""
    user = signed_in(request)
    if response := _unproved(request, user):
        return response
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.confirm_app(user=user, key=request.session.get(APP_KEY, ""), code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            request.session.pop(APP_KEY, None)
            return _done(request, user, codes, second="app", words="动态码已启用，下次登录起使用")
    app = factors.begin_app(user, request.session.get(APP_KEY, ""))
    request.session[APP_KEY] = app.key  # wrapped; kept until confirmed, so that the page may be opened twice
    side, strokes = qr.drawing_of(app.config_url)
    context = {"form": form, "app": app, "side": side, "strokes": strokes}
    return render(request, "signin/app.html", context, status=UNPROCESSABLE if form.errors else HTTPStatus.OK)


def _unproved(request: HttpRequest, user: User) -> HttpResponse | None:
    """The page that asks for a proof of identity, so that nobody at an unattended session, or with the password alone, adds a factor."""
    if not factors.has_factor(user):
        return None
    if settings.SECOND_FACTOR and factors.is_required(user) and not stamps.read(request.session).get("second"):
        return redirect(proof_page(request))
    return asked(request)


def _done(request: HttpRequest, user: User, codes: list[str], *, second: str, words: str) -> HttpResponse:
    """Mark the session as proved with the new factor; recovery codes are shown only now."""
    stamps.change(request.session, second=second, proved=stamps.now())
    if codes:
        return render(request, "signin/codes.html", {"codes": codes, "words": words, "person": user})
    messages.success(request, words)
    return redirect("signin:factors")


@require_POST
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Add a passkey: without an answer return the options for the browser, with one store the passkey."""
    user = signed_in(request)
    if _unproved(request, user):
        return HttpResponse("请刷新页面，重新确认身份后再添加", status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    if not (answer := request.POST.get("answer", "")):
        return JsonResponse(passkeys.begin_adding(request, user))
    try:
        codes = factors.added_passkey(user=user, passkey=passkeys.add(request, user, answer), name=request.POST.get("name", ""))
    except Refused as refused:
        return HttpResponse(str(refused), status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    return _done(request, user, codes, second="passkey", words="通行密钥已添加，下次登录起使用")


@require_POST
def factor_remove(request: HttpRequest) -> HttpResponse:
    """Remove the own authenticator app or a passkey."""
    user = signed_in(request)
    if response := asked(request):
        return response
    try:
        factors.remove(user=user, passkey=whole(request.POST.get("passkey"), 0) or None)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已移除")
    return redirect("signin:factors")


@never_cache
@require_POST
def codes_renew(request: HttpRequest) -> HttpResponse:
    """Create new recovery codes, shown only now."""
    user = signed_in(request)
    if response := asked(request):
        return response
    codes = factors.renew_codes(user=user)
    return render(request, "signin/codes.html", {"codes": codes, "words": "原来的恢复码已作废", "person": user})


@never_cache
def proof(request: HttpRequest) -> HttpResponse:
    """Renew the proof of identity with the second factor, or with the password if there is none; then return to the requested page."""
    user = signed_in(request)
    target = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("portal:workdesk")
    own = factors.factors_of(user)
    form = (CodeForm if own.any else ProofForm)(request.POST or None)
    with RefusalsIn(form) as told:
        if request.method == "POST" and form.is_valid():
            if which := _proved_by(request, user, form.cleaned_data):
                stamps.change(request.session, proved=stamps.now(), **({"second": which} if own.any else {}))
                return HttpResponseRedirect(target)
            audit.record(action="signin.proof_refused", by=user, obj=user)
            form.add_error(None, "不正确，请重新输入")
    # The provider of single sign-on is offered if it can prove this person's identity.
    counts = provider.is_on() and (not own.any or bool(settings.OIDC_SECOND)) and identities.identity_of(user) is not None
    context = {"form": form, "target": target, "own": own, "provider": settings.OIDC_NAME if counts else ""}
    status = max(told.code, UNPROCESSABLE if form.errors else HTTPStatus.OK)
    return render(request, "signin/proof.html", context, status=status)


def _proved_by(request: HttpRequest, user: User, typed: dict[str, Any]) -> str:
    """What proved who is there; empty for a wrong code or password."""
    if "code" in typed:
        return factors.check_code(user, typed["code"], browsers.origin_of(request, user))
    return "password" if authenticate(request, username=user.username, password=typed["password"]) == user else ""


@require_POST
def proof_passkey(request: HttpRequest) -> HttpResponse:
    """Renew the proof of identity with a passkey: without an answer return the challenge, with one check it."""
    user = signed_in(request)
    if not (answer := request.POST.get("answer", "")):
        return JsonResponse(passkeys.begin_asking(request, user))
    try:
        passkeys.check(request, user, answer)
    except Refused as refused:
        audit.record(action="signin.proof_refused", by=user, obj=user)
        return HttpResponse(str(refused), status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    stamps.change(request.session, proved=stamps.now(), second="passkey")
    return JsonResponse({"target": ""})


def factors_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A keeper removes the factors of somebody who lost them, or proposes it if two keepers are required."""
    user = signed_in(request)
    person = get_object_or_404(User, pk=pk)
    if not factors.may_reset(user, person):
        raise Http404
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        two, reason = proposals.is_wanted(proposals.FACTORS, person), form.cleaned_data["reason"]
        try:
            (factors.propose_reset if two else factors.reset)(person=person, by=user, reason=reason)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            done = f"已提出重置{person.name}的双因素，由另一名管理员决定" if two else f"{person.name}的双因素已重置，下次登录后重新设置"
            messages.success(request, done)
            return redirect("accounts:proposal_list" if two else "accounts:user_list")
    context = {"form": form, "person": person, "own": factors.factors_of(person)}
    return render(request, "signin/reset.html", context, status=UNPROCESSABLE if form.errors else HTTPStatus.OK)
