"""Candidates for a panel with their conflicts of interest."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q

from assessments.common.enums import BodyRole, PoolState, RecusalState
from assessments.experts.models.experts import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie
from assessments.reviews.enums import ENDED_STATES, ON_PANEL, MemberState
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.panel import Candidate, ConcernedParty, Terms, Tie, avoided, conflicts
from assessments.tables.models import RowChange
from assessments.yearly_reports.selectors.yearly_reports import verifiers_of
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, Post
from greendistrict.core import clock
from greendistrict.policy.parameters import Parameters, load
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import EditionRules

ON_LIST = "已在本次评审名单"
TOOK_PART = "参与过本评分表的填报"


def drawable(day: dt.date) -> Q:
    """Condition of an expert who can be drawn: active in the pool, in term, available, not absent on the day, able to sign in."""
    term = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    away = ExpertAbsence.objects.filter(valid_from__lte=day, valid_to__gte=day)
    return term & Q(status=PoolState.ACTIVE, available=True, user__is_active=True) & ~Q(pk__in=away.values("expert_id"))


def candidates(review: Review, day: dt.date) -> list[Candidate]:
    """Experts who can be drawn on a day, by id, each with their conflicts of interest."""
    district = review.table.district
    profiles = list(ExpertProfile.objects.filter(drawable(day), is_demo=district.is_demo).select_related("user").order_by("pk"))
    ties, parties = _ties(profiles), parties_of(review)
    declared = _declared(profiles, review, parties)
    avoid = list(review.table.recusals.filter(status=RecusalState.GRANTED).values_list("person", "body"))
    listed = set(review.members.values_list("expert_id", flat=True))
    busy = set(RowChange.objects.filter(row__table=review.table_id, by__isnull=False).values_list("by_id", flat=True).distinct())
    found = []
    for profile in profiles:
        reasons = [*conflicts(ties[profile.pk], parties, day), *declared[profile.pk]]
        reasons += avoided(profile.user.name, ties[profile.pk], avoid, day)
        reasons += [ON_LIST] * (profile.pk in listed) + [TOOK_PART] * (profile.user_id in busy)
        found.append(Candidate(profile.pk, profile.user.name, frozenset(profile.specialties), tuple(reasons)))
    return found


def _ties(profiles: Iterable[ExpertProfile]) -> dict[int, list[Tie]]:
    by_user = {profile.user_id: profile.pk for profile in profiles}
    found: dict[int, list[Tie]] = defaultdict(list)
    employments = ExpertEmployment.objects.filter(expert_id__in=by_user.values()).values_list(
        "expert_id", "organisation_id", "organisation__name", "organisation__group", "valid_to"
    )
    for expert, body, name, group, until in employments:
        found[expert].append(Tie(body, name, group, until))
    posts = Post.objects.filter(user_id__in=by_user).values_list(
        "user_id", "organisation_id", "organisation__name", "organisation__group", "valid_to"
    )
    for user, body, name, group, until in posts:
        found[by_user[user]].append(Tie(body, name, group, until))
    return found


def _declared(profiles: Iterable[ExpertProfile], review: Review, parties: Iterable[ConcernedParty]) -> dict[int, list[str]]:
    """Conflicts from experts' declarations: work on the district's project, a relation to a party or its group."""
    roles = {name: f"{party.role}{party.name}" for party in parties for name in (party.group, party.name) if name}
    district, found = review.table.district, defaultdict[int, list[str]](list)
    for row in ExpertTie.objects.filter(expert__in=profiles).order_by("pk"):
        if row.project and (row.project in district.name or district.name in row.project):
            found[row.expert_id].append(f"声明{row.get_kind_display()}：{row.project}，{row.note}")
        elif row.body in roles:
            found[row.expert_id].append(f"声明{row.get_kind_display()}：{roles[row.body]}，{row.note}")
    return found


def load_of(experts: Iterable[int], day: dt.date) -> dict[int, tuple[int, int]]:
    """Per expert: number of reviews in progress and of panels joined this year; one query."""
    members = (
        PanelMember.objects.filter(expert_id__in=list(experts), state__in=ON_PANEL)
        .values("expert_id")
        .annotate(
            open=Count("pk", filter=~Q(review__status__in=ENDED_STATES)),
            year=Count("pk", filter=Q(invited_at__gte=dt.datetime(day.year, 1, 1, tzinfo=clock.SHANGHAI), state=MemberState.ACCEPTED)),
        )
    )
    return {row["expert_id"]: (row["open"], row["year"]) for row in members}


def parties_of(review: Review) -> list[ConcernedParty]:
    """All parties to the reviewed matter: parties of the case, bodies named for the table, verifiers, the secretariat."""
    given = [
        ConcernedParty(party.get("role", ""), party.get("organisation_id"), party.get("name", ""), party.get("group", ""))
        for party in review.subject.get("parties", ())
    ]
    given += [ConcernedParty(str(body.get_role_display()), None, body.name, body.group) for body in review.table.project_bodies.all()]
    given += [ConcernedParty(str(BodyRole.VERIFYING.label), *verifier) for verifier in verifiers_of(review.table.district)]
    bodies = Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT)
    return given + [ConcernedParty("技术支撑单位", body.pk, body.name, body.group) for body in bodies]


def dimension_chapters(rules: EditionRules, kind: str, stage: str) -> dict[str, str]:
    """Chapter key → dimension, for the chapters that a panel must cover."""
    return {chapter.key: chapter.dimension for chapter in rules.table(kind, stage).chapters if chapter.dimension and not chapter.bonus}


def rules_of(review: Review) -> EditionRules:
    """Content of the edition locked in the reviewed table."""
    return rules_for(review.table.edition)


def chapter_words(review: Review) -> dict[str, str]:
    """Chapter key → title, in order."""
    return {chapter.key: chapter.title for chapter in rules_of(review).table(review.table.type, review.table.stage).chapters}


def dimensions_of(review: Review) -> dict[str, str]:
    """Dimensions that this panel must cover: chapter key → words."""
    return dimension_chapters(rules_of(review), review.table.type, review.table.stage)


def terms_of(review: Review, settings: Parameters | None = None) -> Terms:
    """Terms of the next draw; invited and accepted members are kept."""
    size = (settings or load()).integer("panel.size")
    members = review.members.filter(state__in=ON_PANEL).select_related("expert__user")
    return Terms(size, tuple(dimensions_of(review)), tuple(as_candidate(member) for member in members))


def as_candidate(member: PanelMember) -> Candidate:
    """A member as a candidate of the terms' ``kept``."""
    return Candidate(member.expert_id, member.expert.user.name, frozenset(member.expert.specialties))
