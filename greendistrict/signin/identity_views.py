"""Single sign-on: redirect to the provider and back, and the page of the own linked identity."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import is_keeper
from greendistrict.audit import services as audit
from greendistrict.core import limits
from greendistrict.core.errors import Refused
from greendistrict.core.proxies import caller
from greendistrict.signin import browsers, factors, identities, provider, sessions, stamps
from greendistrict.signin.forms import ResetForm, SubjectForm
from greendistrict.signin.provider import ProviderAnswer, ProviderError
from greendistrict.signin.stamps import asked

FOUND = "signin.identity_found"  # proved by the provider, not yet confirmed by the person
TRIES, TRIES_SECONDS = 100, 900  # per address, shared by many people; browsers that signed in before are not counted


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider, to sign in, to link an identity, or to renew the proof of identity."""
    if not provider.is_on():
        raise Http404
    purpose = request.GET.get("for", provider.ENTER)
    user = request.user if isinstance(request.user, User) else None
    if purpose not in provider.PURPOSES or (user is None) != (purpose == provider.ENTER):
        return redirect("portal:workdesk" if user else "accounts:login")
    if user is not None and purpose == provider.LINK and (response := asked(request)):
        return response
    if not browsers.is_used(request) and not limits.within(f"signin:sso:{limits.place_of(caller(request))}", TRIES, seconds=TRIES_SECONDS):
        return _refused(request, "登录次数过多，请15分钟后再试", status=HTTPStatus.TOO_MANY_REQUESTS)
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse(settings.LOGIN_REDIRECT_URL)
    try:
        return HttpResponseRedirect(provider.way_there(request, purpose=purpose, target=target))
    except ProviderError as error:
        return _refused(request, f"{settings.OIDC_NAME}{error}", status=HTTPStatus.SERVICE_UNAVAILABLE)


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Handle the redirect back from the provider."""
    if not provider.is_on():
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    try:
        answer = provider.answer_of(request)
    except ProviderError as error:
        if error.is_ours:
            audit.record(action="signin.identity_refused", by=user, obj=user, data={"reason": str(error)})
        return _refused(request, f"{settings.OIDC_NAME}{error}" if error.is_ours else str(error))
    if answer.purpose == provider.ENTER:
        return redirect("portal:workdesk") if user else _entered(request, answer)
    if user is None:
        return _refused(request, provider.STALE)
    return _found(request, answer) if answer.purpose == provider.LINK else _proved(request, user, answer)


def _refused(request: HttpRequest, words: str, *, status: int = HTTPStatus.FORBIDDEN) -> HttpResponse:
    return render(request, "signin/identity_refused.html", {"words": words, "provider": settings.OIDC_NAME}, status=status)


def _entered(request: HttpRequest, answer: ProviderAnswer) -> HttpResponse:
    """Sign in the person with the linked identity; ask for the own second factor unless the provider's counts."""
    person = identities.person_of(answer.subject)
    words = ""
    if person is None:
        words = f"身份{answer.name or answer.subject}没有关联本平台的账号。请用账号和密码登录，再到{settings.OIDC_NAME}页关联。"
    elif not person.is_active:
        words = "关联的账号已停用，请联系本单位管理员。"
    elif is_keeper(person):
        words = f"{identities.NOT_FOR_KEEPERS}。"
    if person is None or words:
        data = {"reason": words, "subject": answer.subject}
        audit.record(action="signin.identity_refused", by=person, obj=person, data=data, name="" if person else "未登录")
        return _refused(request, words)
    identities.used(person)
    second = "provider" if answer.counts_as_second else ""
    if not second and factors.has_factor(person):
        sessions.wait(request, person, target=answer.target, id_token=answer.id_token)
        return redirect("signin:second")
    response = HttpResponseRedirect(answer.target)
    return sessions.enter(request, response, person, second=second, backend=sessions.BACKEND, id_token=answer.id_token)


def _found(request: HttpRequest, answer: ProviderAnswer) -> HttpResponse:
    """Store the proved identity until the person confirms it, because another site may have started this redirect."""
    request.session[FOUND] = {"subject": answer.subject, "name": answer.name, "at": stamps.now()}
    return redirect("signin:identity")


def _proved(request: HttpRequest, user: User, answer: ProviderAnswer) -> HttpResponse:
    """Accept the provider's renewed proof: the linked identity, a fresh sign-in, and two factors if the person has a second one."""
    known = identities.identity_of(user)
    is_same = known is not None and known.subject == answer.subject
    if not (is_same and answer.is_fresh and (answer.counts_as_second or not factors.has_factor(user))):
        audit.record(action="signin.proof_refused", by=user, obj=user)
        return _refused(request, "没有确认是您本人：须用关联的身份重新登录，已启用双因素的用动态码、通行密钥或恢复码确认。")
    stamps.change(request.session, proved=stamps.now(), **({"second": "provider"} if answer.counts_as_second else {}))
    return HttpResponseRedirect(answer.target)


def _found_in(request: HttpRequest) -> dict[str, str] | None:
    """Identity waiting for the person's confirmation, for ten minutes."""
    found = request.session.get(FOUND)
    return found if found and stamps.now() - found["at"] <= sessions.WAITS_SECONDS else None


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The linked identity, or one waiting to be confirmed."""
    user = signed_in(request)
    if not provider.is_on():
        raise Http404
    context = {"identity": identities.identity_of(user), "found": _found_in(request), "provider": settings.OIDC_NAME}
    return render(request, "signin/identity.html", {**context, "is_keeper": is_keeper(user), "hint": identities.NOT_FOR_KEEPERS})


@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Link the identity that was just proved."""
    user = signed_in(request)
    found = _found_in(request)
    request.session.pop(FOUND, None)
    if not provider.is_on():
        raise Http404
    if found is None:
        messages.error(request, "请重新发起关联")
        return redirect("signin:identity")
    try:
        identities.link(user=user, subject=found["subject"], name=found["name"])
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已关联，下次可以用{settings.OIDC_NAME}登录")
    return redirect("signin:identity")


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Unlink the own identity, or discard one waiting to be confirmed."""
    user = signed_in(request)
    if request.session.pop(FOUND, None):
        messages.success(request, "已放弃，没有关联")
        return redirect("signin:identity")
    if response := asked(request):
        return response
    try:
        identities.unlink(person=user, by=user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已解除关联，用账号和密码登录")
    return redirect("signin:identity")


def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """A keeper unlinks somebody's identity, for example one of another person; or proposes a new one to another keeper."""
    user = signed_in(request)
    person = get_object_or_404(User, pk=pk)
    if not provider.is_on() or user.pk == person.pk or not identities.may_unlink(user, person):
        raise Http404
    identity = identities.identity_of(person)
    two = identity is None or identities.needs_second(person, user)
    form = (ResetForm if identity else SubjectForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = identities.propose_link if not identity else identities.propose_unlink if two else identities.unlink
        try:
            act(person=person, by=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            done = f"解除{person.name}的关联" if identity else f"关联{person.name}的身份"
            messages.success(request, f"已提出{done}，由另一名管理员决定" if two else f"已{done}")
            return redirect("accounts:proposal_list" if two else "accounts:user_list")
    context = {"form": form, "person": person, "identity": identity, "provider": settings.OIDC_NAME, "two": two}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "signin/identity_of.html", context, status=status)
