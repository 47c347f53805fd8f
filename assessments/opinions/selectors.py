"""Read panel opinions: possible responsible bodies, open binding opinions, people who reply."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.common.enums import CommentKind
from assessments.opinions.models import OpinionState, PanelOpinion
from assessments.opinions.rules import REPLYING, ReviewedMatter
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.post_rules import held_on
from greendistrict.accounts.selectors import holders

LEFT = (OpinionState.OPEN, OpinionState.REPLIED)


def bodies_to_answer(matter: ReviewedMatter) -> QuerySet[Organisation]:
    """Organisations that can be made responsible: applicant, authorities and their bodies, if somebody there can reply."""
    leading, posts = matter.district.authorities.values("pk"), Post.objects.filter(held_on())
    own = posts.filter(organisation=OuterRef("pk"), role__in=(*REPLYING, Role.AUTHORITY))
    below = posts.filter(organisation__parent=OuterRef("pk"), role=Role.AUTHORITY)
    near = Q(pk=matter.applicant_id) | Q(pk__in=leading) | Q(parent__in=leading)
    return Organisation.objects.filter(near).filter(Exists(own) | Exists(below)).order_by("name_pinyin", "pk")


def musts_left(matter: ReviewedMatter, *statuses: str) -> list[str]:
    """Binding opinions that are not closed (or that are in one of ``statuses``), in words."""
    rows: QuerySet[PanelOpinion] = matter.review_opinions.filter(kind=CommentKind.MUST, status__in=statuses or LEFT)
    return [f"第{row.number}条 {row.item_id} {row.item_title}（{OpinionState(row.status).label}）" for row in rows.order_by("number")]


def people_answering(opinion: PanelOpinion) -> list[User]:
    """People who reply for the responsible body."""
    body = opinion.organisation
    if body is None:
        return []
    found = list(holders(*REPLYING, organisation_ids={body.pk}))
    if body.kind in {OrganisationKind.AUTHORITY, OrganisationKind.BUREAU}:
        found += holders(Role.AUTHORITY, organisation_ids={body.pk, *body.bodies.values_list("pk", flat=True)})
    return found
