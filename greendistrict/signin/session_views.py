"""A person's own sessions: list, ending them, and requests of a page about its own session."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import at_the_page, signed_in
from greendistrict.audit import services as audit
from greendistrict.signin import sessions, stamps
from greendistrict.signin.factors import NAMES


@never_cache
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in now."""
    user = signed_in(request)
    own = request.session.session_key
    rows = [{"row": row, "is_own": row.session_key == own} for row in sessions.sessions_of(user)]
    second = NAMES.get(str(stamps.read(request.session).get("second", "")), "")
    limits = {"idle": stamps.idle_minutes(request.session), "hours": settings.SESSION_COOKIE_AGE // 3600, "most": settings.SESSIONS_AT_ONCE}
    return render(request, "signin/sessions.html", {"rows": rows, "second": second, **limits})


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """End one session of the person, or all but this one."""
    user = signed_in(request)
    name = request.POST.get("name", "")
    ended = sessions.end(user, name=name, but=request.session.session_key or "")
    if ended:
        audit.record(action="signin.end_sessions", by=user, obj=user, data={"sessions": ended})
    messages.success(request, f"已退出{ended}个登录" if ended else "没有其他登录")
    return redirect("signin:sessions")


@never_cache
@require_safe
@at_the_page
def session_left(request: HttpRequest) -> HttpResponse:
    """Seconds until the session ends; the request does not extend it."""
    return JsonResponse({"left": stamps.left(request.session)})


@require_POST
@at_the_page
def session_stay(request: HttpRequest) -> HttpResponse:
    """Extend the session because the person is still active."""
    stamps.change(request.session, seen=stamps.now())
    return JsonResponse({"left": stamps.left(request.session)})


@never_cache
@require_safe
@at_the_page
def session_warning(request: HttpRequest) -> HttpResponse:
    """Dialog that warns before the session ends, and signs in again on the same page afterwards."""
    return render(request, "signin/_warning.html")
