"""Page that sets which bodies must endorse an application."""

from django.http import Http404, HttpRequest, HttpResponse

from approvals.applications.forms import ModeForm
from approvals.applications.services.endorsing_bodies import set_endorsement_mode
from approvals.cases.rules import may_set_mode
from approvals.cases.views import form_context, posted, seen_case, typed_version
from greendistrict.accounts.viewer import viewer_of


def case_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """批复单位: set by the preparer in the draft, by the officer at receipt, with a reason."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not may_set_mode(viewer.held, case):
        raise Http404
    form = ModeForm(request.POST or None, case=case)
    hint = "决定需要谁的批复，以及原件由谁核对；改变后，已登记的批复保留，缺的须补齐。"
    context = form_context(case, form, "批复单位", hint)
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: set_endorsement_mode(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="已确认批复单位",
    )
