"""Page for registering a district."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from districts.file.rules import may_edit_district, may_register
from districts.file.views.common import UNPROCESSABLE
from districts.profile import services as profile
from districts.profile.forms import DistrictRegistrationForm
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn


def district_create(request: HttpRequest) -> HttpResponse:
    """Register a district; the applicant's preparer is redirected to its profile."""
    viewer = viewer_of(request)
    held = viewer.held
    NotAllowed.unless(may_register(held), "城区由申报主体的填报人或市级经办登记")
    form = DistrictRegistrationForm(request.POST or None, by_city=not held.has(Role.PREPARER), demo=viewer.user.is_demo)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            district = profile.register_district(by=viewer.user, **form.values())
            messages.success(request, f"已登记{district.name}")
            target = "districts:profile_edit" if may_edit_district(held, district) else "districts:district_detail"
            return redirect(target, code=district.code)
    return render(request, "districts/profile/district_create.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)
