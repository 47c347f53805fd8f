"""Letters of a member to print and sign, replacement of a member by the secretariat, and hours and fees of experts."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.experts.forms import PeriodForm
from assessments.experts.models import ExpertEmployment
from assessments.experts.views import pool_reader
from assessments.reviews.columns import FEE_PANELS, FEE_TOTALS
from assessments.reviews.enums import FROM_MEETING, ON_PANEL, MemberState
from assessments.reviews.forms import HoursForm, MemberReasonForm
from assessments.reviews.models import PanelMember
from assessments.reviews.rules import is_this_member, oversees_reviews
from assessments.reviews.selectors.agenda import COMMITMENTS
from assessments.reviews.selectors.panels import fee_lines
from assessments.reviews.selectors.pool import parties_of
from assessments.reviews.services.meeting_records import note_hours
from assessments.reviews.views.reviews import run_review, seen_review, with_refusals
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.list_workbook import lists_book
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered

LETTERS = {"commitment": "评审专家承诺书", "recusal": "回避声明"}
NO_PLACE = (MemberState.DECLINED, MemberState.RECUSED, MemberState.LAPSED)


@require_safe
def review_letter(request: HttpRequest, pk: int, key: int, kind: str) -> HttpResponse:
    """A letter of one member: for the expert their own while it concerns them, for overseers any."""
    viewer, found = viewer_of(request), seen_review(request, pk)
    member = get_object_or_404(found.members.select_related("expert__user"), pk=key)
    held = viewer.held
    own = is_this_member(held, member) and member.state in ON_PANEL
    if kind not in LETTERS or not (own or oversees_reviews(held)):
        raise Http404
    context = {
        "review": found,
        "member": member,
        "kind": kind,
        "title": LETTERS[kind],
        "parties": parties_of(found),
        "employments": member.expert.employments.select_related("organisation").order_by("-valid_from", "-pk"),
        "said": member.reason if kind == "recusal" and member.state == MemberState.RECUSED else "",
        "back": reverse("assessments:review" if oversees_reviews(held) else "assessments:review_invitation", args=[pk]),
        "commitments": COMMITMENTS,
        "today": viewer.today,
    }
    return render(request, "assessments/reviews/review_letter.html", context)


def review_release(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Release a member with a conflict of interest from the panel; the page asks for the reason."""
    found = run_review(request, pk)
    member: PanelMember = get_object_or_404(found.members.select_related("expert__user").exclude(state__in=NO_PLACE), pk=key)
    if request.method != "POST":
        return _releasing(request, member, MemberReasonForm(), 200)
    page = StepPage(
        back=reverse("assessments:review", args=[pk]),
        again=partial(_not_released, request, member),
        done=lambda _: redirect_saying(request, f"已确认{member}回避，请补抽", "assessments:review", pk),
        action="release",
    )
    return act(request, member, page)


def _releasing(request: HttpRequest, member: PanelMember, form: MemberReasonForm, status: int) -> HttpResponse:
    context = {"review": member.review, "member": member, "offered": offered(member, signed_in(request)), "form": form}
    return render(request, "assessments/reviews/review_release.html", context, status=status)


def _not_released(request: HttpRequest, member: PanelMember, refused: Refused | None, **_typed: Any) -> HttpResponse:
    member.refresh_from_db()
    return _releasing(request, member, with_refusals(MemberReasonForm(request.POST), refused), refused.status if refused else UNPROCESSABLE)


def _lines(request: HttpRequest) -> dict[str, Any]:
    viewer, form = pool_reader(request), PeriodForm(request.GET or None)
    first, last = form.period(viewer.today)
    lines = fee_lines(viewer, first, last)
    return {
        "form": form,
        "first": first,
        "last": last,
        "lines": lines,
        "panels": sum(line.panels for line in lines),
        "hours": sum(line.hours for line in lines),
        "export": reverse("assessments:expert_fees_export"),
    }


@require_safe
def expert_fees(request: HttpRequest) -> HttpResponse:
    """Show panels and hours per expert for a period."""
    return render(request, "assessments/reviews/expert_fees.html", _lines(request))


@require_safe
def expert_fees_export(request: HttpRequest) -> HttpResponse:
    """Download the list as a workbook; the download is audited."""
    found, user = _lines(request), signed_in(request)
    audit.record(action="experts.export_fees", by=user, obj=user, data={"experts": len(found["lines"])})
    bodies = ExpertEmployment.objects.filter(expert__in=[line.expert for line in found["lines"]], valid_to__isnull=True)
    employers = dict(bodies.order_by("valid_from", "pk").values_list("expert_id", "organisation__name"))
    title = f"专家评审工时　{cn_date(found['first'])}至{cn_date(found['last'])}"
    lines = [line._replace(employer=employers.get(line.expert.pk, "")) for line in found["lines"]]
    members = [member for line in lines for member in line.memberships]
    both = ((FEE_TOTALS, lines), (FEE_PANELS, members))
    sheets = [table.sheet(table.rows_of(rows), found["last"], table.caption, title) for table, rows in both]
    content = lists_book(sheets, demo=any(line.expert.is_demo for line in lines))
    return as_workbook(content, f"专家工时-{found['first']:%Y%m%d}-{found['last']:%Y%m%d}.xlsx")


def review_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the hours of the members of one panel."""
    user, found = signed_in(request), run_review(request, pk)
    if found.status not in FROM_MEETING:
        raise Http404
    sitting = found.members.filter(state=MemberState.ACCEPTED).select_related("expert__user")
    form = HoursForm(request.POST if request.method == "POST" else None, members=sitting)
    if form.is_valid():
        with RefusalsIn(form, passing=()):
            note_hours(review=found, hours=form.hours, by=user)
            return redirect_saying(request, "已登记工时", "assessments:review", pk)
    return render(
        request, "assessments/reviews/review_hours.html", {"review": found, "form": form}, status=UNPROCESSABLE if form.errors else 200
    )
