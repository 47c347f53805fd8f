"""Opinions of panels in sight, and whom they wait for."""

from collections.abc import Iterable

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from approvals.lifecycle.opinion import GONE
from approvals.models import Case, ReviewOpinion
from approvals.rules import REPLYING, answers_for
from approvals.selectors.cases import cases_visible_to
from assessments.enums import CommentKind
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.selectors import seats
from greendistrict.core import clock
from greendistrict.workflow.todo import Task


def opinions_visible_to(user: User) -> QuerySet[ReviewOpinion]:
    """Opinions of the cases that the person sees, and those given to a body for which the person replies."""
    return ReviewOpinion.objects.filter(Q(case__in=cases_visible_to(user)) | Q(organisation_id__in=answers_for(user)))


def bodies_to_answer(case: Case) -> QuerySet[Organisation]:
    """Bodies of the portal that can answer for an opinion: applicant, authorities and their bodies where somebody can reply."""
    day, leading = clock.today(), case.district.authorities.values("pk")
    posts = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    own = posts.filter(organisation=OuterRef("pk"), role__in=(*REPLYING, Role.AUTHORITY))
    below = posts.filter(organisation__parent=OuterRef("pk"), role=Role.AUTHORITY)
    near = Q(pk=case.applicant_id) | Q(pk__in=leading) | Q(parent__in=leading)
    return Organisation.objects.filter(near).filter(Exists(own) | Exists(below)).order_by("name_pinyin", "pk")


def opinion_tasks(user: User) -> Iterable[Task]:
    """One line per case: to be replied by the responsible body, to be compared by officers and the secretariat.

    What was given to a body outside the portal waits for the applicant.
    """
    held = seats(user)
    open_ones = ReviewOpinion.objects.exclude(case__status__in=GONE)
    if bodies := answers_for(user):
        outside = Q(organisation=None, case__applicant_id__in=held.organisations_as(Role.PREPARER, Role.REVIEWER))
        yield from _tasks(open_ones.filter(Q(organisation_id__in=bodies) | outside, status="open"), "评审意见待答复")
    if held.has(Role.CITY_OFFICER, Role.SECRETARIAT):
        yield from _tasks(open_ones.filter(status="replied"), "评审意见待复核")


def _tasks(rows: QuerySet[ReviewOpinion], words: str) -> Iterable[Task]:
    grouped = rows.order_by().values("case", "case__number", "case__district__name", "case__district__is_demo")
    counted = grouped.annotate(count=Count("pk"), musts=Count("pk", filter=Q(kind=CommentKind.MUST)), since=Min("drawn_up_at"))
    for row in counted.order_by("since", "case"):
        musts = f"，其中须修改{row['musts']}条" if row["musts"] else ""
        yield Task(
            title=f"{words}{row['count']}条{musts}",
            subject=f"{row['case__district__name']} {row['case__number']}",
            link=reverse("approvals:case_opinions", args=[row["case"]]),
            since=row["since"],
            kind="case",
            is_demo=row["case__district__is_demo"],
        )
