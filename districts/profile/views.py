"""Pages for registering a district and editing its profile."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from districts.boundaries.selectors import outline_of
from districts.common.enums import BOUNDARY_PROOF
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import may_authorise, may_edit_district, may_register
from districts.file.selectors.visibility import district_seen
from districts.file.services import hold_editor
from districts.file.views.common import (
    UNPROCESSABLE,
    after_saving,
    conflicts_of,
    district_of_form,
    district_to_edit,
    district_to_fill,
    read_only,
    section_address,
    section_context,
    stale_page,
)
from districts.plausibility.selectors import answers_to
from districts.profile.forms import DistrictRegistrationForm, MandateForm, ProfileForm
from districts.profile.services import authorise_consultant, end_mandate, register_district, save_profile
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow.pages import as_of

# Pages of the profile and of the consultants' mandates.

TEMPLATE = "districts/profile/profile_edit.html"


def profile_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Show and save type, areas, parties, size, key areas, target; a draft may leave anything empty. A locked file is read-only."""
    district, editable = district_to_fill(request, code)
    if request.method != "POST":
        return _page(request, district, read_only(ProfileForm(district=district), editable=editable), editable=editable)
    form = ProfileForm(request.POST, request.FILES, district=district)
    if form.is_valid():
        try:
            save_profile(
                district=district,
                values=form.values(),
                proof=form.cleaned_data["boundary_proof"],
                source=form.cleaned_data["source"],
                explanation=form.explained,
                version=form.version_read(),
                by=signed_in(request),
            )
        except Stale as stale:
            return _stale(request, stale)
        except NotAllowed:
            raise
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return after_saving(request, section_context(request, district, "profile_edit"), "基本情况已暂存")
    return _page(request, district, form)


def _page(request: HttpRequest, district: District, form: ProfileForm, *, editable: bool = True, **more: Any) -> HttpResponse:
    status = UNPROCESSABLE if any(one.is_bound and one.errors for one in (form, more.get("mandate_form", form))) else 200
    return render(request, TEMPLATE, _context(request, district, form, editable=editable, **more), status=status)


def _context(request: HttpRequest, district: District, form: ProfileForm, *, editable: bool = True, **more: Any) -> dict[str, Any]:
    return {
        **section_context(request, district, "profile_edit"),
        "form": form,
        "outline": outline_of(district),
        "answers": answers_to(district),
        "proofs": evidence_of(district).filter(kind=BOUNDARY_PROOF),
        "mandates": district.mandates.select_related("organisation").order_by("-valid_from"),
        "editable": editable,
        "mandate_form": MandateForm() if editable and may_authorise(viewer_of(request).held, district) else None,
        **more,
    }


def _stale(request: HttpRequest, stale: Stale) -> HttpResponse:
    """Show a version conflict: stored values beside the typed ones; saving again overwrites."""
    if not isinstance(stale.current, District):
        raise stale
    stored = district_seen(viewer_of(request), stale.current.code)
    form = ProfileForm(as_of(request.POST, stored), request.FILES, district=stored)
    form.is_valid()
    conflicts = conflicts_of(ProfileForm(district=stored), form)
    return stale_page(request, TEMPLATE, _context(request, stored, form, conflicts=conflicts), stale)


@require_POST
def mandate_add(request: HttpRequest, code: str) -> HttpResponse:
    """Authorise a consultant for a period."""
    district = district_of_form(request, code)
    form = MandateForm(request.POST)
    if form.is_valid():
        with RefusalsIn(form):
            hold_editor(signed_in(request), district)
            authorise_consultant(district=district, by=signed_in(request), **form.cleaned_data)
            messages.success(request, f"已授权{form.cleaned_data['organisation']}")
            return HttpResponseRedirect(section_address("profile_edit", district, ""))
    editable = not lock_reasons(district)
    return _page(request, district, read_only(ProfileForm(district=district), editable=editable), editable=editable, mandate_form=form)


@require_POST
def mandate_end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a consultant's mandate."""
    district = district_to_edit(request, code)
    mandate = get_object_or_404(district.mandates, pk=pk)
    back = section_address("profile_edit", district, "")
    loss = "该单位从今天起不能再填写这个城区的材料。"
    if asking := deletion_question(request, f"{mandate.organisation}的授权", back=back, label="终止", loss=loss):
        return asking
    end_mandate(mandate=mandate, by=signed_in(request))
    messages.success(request, f"已终止对{mandate.organisation}的授权")
    return HttpResponseRedirect(back)


# Page for registering a district.


def district_create(request: HttpRequest) -> HttpResponse:
    """Register a district; the applicant's preparer is redirected to its profile."""
    viewer = viewer_of(request)
    held = viewer.held
    NotAllowed.unless(may_register(held), "城区由申报主体的填报人或市级经办登记")
    form = DistrictRegistrationForm(request.POST or None, by_city=not held.has(Role.PREPARER), demo=viewer.user.is_demo)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            district = register_district(by=viewer.user, **form.values())
            messages.success(request, f"已登记{district.name}")
            target = "districts:profile_edit" if may_edit_district(held, district) else "districts:district_detail"
            return redirect(target, code=district.code)
    return render(request, "districts/profile/district_create.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)
