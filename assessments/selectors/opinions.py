"""Opinions of panels: which bodies can answer, which must still be followed, those of stage assessments in sight."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.enums import CommentKind
from assessments.models import StageAssessment, StageOpinion
from assessments.models.opinion import PanelOpinion
from assessments.rules.opinions import REPLYING, Judged, answers_for
from assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.core import clock

OPINION_WORDS = {"open": "待答复", "replied": "待复核"}


def bodies_to_answer(matter: Judged) -> QuerySet[Organisation]:
    """Bodies of the portal that can answer for an opinion: applicant, authorities and their bodies where somebody can reply."""
    day, leading = clock.today(), matter.district.authorities.values("pk")
    posts = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    own = posts.filter(organisation=OuterRef("pk"), role__in=(*REPLYING, Role.AUTHORITY))
    below = posts.filter(organisation__parent=OuterRef("pk"), role=Role.AUTHORITY)
    near = Q(pk=matter.applicant_id) | Q(pk__in=leading) | Q(parent__in=leading)
    return Organisation.objects.filter(near).filter(Exists(own) | Exists(below)).order_by("name_pinyin", "pk")


def musts_left(matter: Judged, *statuses: str) -> list[str]:
    """Opinions that must be followed and are not closed (or stand in one of ``statuses``), in words."""
    rows: QuerySet[PanelOpinion] = matter.review_opinions.filter(kind=CommentKind.MUST, status__in=statuses or tuple(OPINION_WORDS))
    return [f"第{row.number}条 {row.item_id} {row.item_title}（{OPINION_WORDS[row.status]}）" for row in rows.order_by("number")]


def stage_opinions_visible_to(user: User) -> QuerySet[StageOpinion]:
    """Opinions of the stage assessments that the person sees, and those given to a body for which the person replies."""
    return StageOpinion.objects.filter(Q(stage__in=stages_visible_to(user)) | Q(organisation_id__in=answers_for(user)))


def opinions_summary(stage: StageAssessment) -> dict[str, Any] | None:
    """How many lines there are, how many are not closed, and those of them that must be followed; None before there is a list."""
    rows = list(stage.review_opinions.order_by("number"))
    left = [row for row in rows if row.status != "closed"]
    musts = [(row, OPINION_WORDS[row.status]) for row in left if row.kind == CommentKind.MUST]
    return {"count": len(rows), "left": len(left), "musts": musts} if rows else None
