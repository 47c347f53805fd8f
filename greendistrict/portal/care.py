"""The switch of the 关怀版: kept in this browser by a cookie, and with the person when somebody is signed in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from greendistrict.accounts.models import User
from greendistrict.portal.context import CARE_COOKIE

YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def switch_care(request: HttpRequest) -> HttpResponse:
    """Post ``care`` = on or off and ``next``; goes back to where it was pressed."""
    on = request.POST.get("care") == "on"
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(CARE_COOKIE, "on" if on else "off", max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True)
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(care_mode=on)
    return response
