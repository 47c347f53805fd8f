"""Page to extend a public notice."""

from django.http import Http404, HttpRequest, HttpResponse

from approvals.cases.enums import CaseState
from approvals.cases.rules import is_officer
from approvals.cases.views import form_context, posted, seen_case, typed_version
from approvals.publicity.forms import ExtendNoticeForm
from approvals.publicity.services import notices
from greendistrict.accounts.viewer import viewer_of


def case_extend_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """延长公示, after a justified objection."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not is_officer(viewer.held, case) or case.status != CaseState.NOTICE:
        raise Http404
    form = ExtendNoticeForm(request.POST or None)
    context = form_context(case, form, "延长公示", "有意见查实成立的，处理后继续公示；公众页显示新的截止日期。")
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: notices.extend_notice(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="已延长公示",
    )
