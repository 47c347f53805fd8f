"""Candidates for a panel with their conflicts of interest, and the readings of a review with its score.

Also here: Readings of a review: claims, judgements, what the meeting must settle, and the resulting score. Callers check
``rules.scores_are_open`` before showing any of it to others than the reader.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from assessments.common.enums import BodyRole, PoolState, RecusalState
from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie
from assessments.reviews.enums import ENDED_STATES, ON_PANEL, Judgement, MemberState
from assessments.reviews.models import AgreedScore, ExpertScore, PanelMember, Review
from assessments.reviews.panel import Candidate, ConcernedParty, Terms, Tie, avoided, conflicts
from assessments.reviews.settlement import Claim, ClauseOutcome, Opinion, Point, agenda, own_outcome, settled
from assessments.tables.models import RowChange
from assessments.tables.selectors.scoring import star_of
from assessments.yearly_reports.selectors.yearly_reports import verifiers_of
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, Post
from greendistrict.core import clock
from greendistrict.policy.parameters import Parameters, load
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import Result, aggregate
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


def claim_from(item_id: str, data: Mapping[str, Any]) -> Claim:
    """Parse one frozen claim."""
    outcome = outcome_from(data)
    return Claim(item_id, bool(data["control"]), Decimal(data["most"]), outcome)


def outcome_from(data: Mapping[str, Any]) -> ClauseOutcome:
    """Parse a stored outcome, whose figures are text."""
    if data["excluded"]:
        return ClauseOutcome(excluded=True)
    points = data.get("points")
    return ClauseOutcome(points=None if points is None else Decimal(points), holds=data.get("holds"))


def claims_of(review: Review) -> list[Claim]:
    """The district's claims in table order."""
    return [claim_from(item_id, data) for item_id, data in review.claims.items()]


def opinion_of(claim: Claim, score: ExpertScore, number: int) -> Opinion:
    """Opinion that a stored judgement expresses about its clause."""
    judgement = Judgement(score.judgement)
    return Opinion(number, judgement, own_outcome(claim, judgement, score.points), score.comment_kind)


def opinions_of(review: Review) -> dict[str, list[Opinion]]:
    """Judgements of the sitting members, by clause and member."""
    claims = {claim.item_id: claim for claim in claims_of(review)}
    scores = ExpertScore.objects.filter(
        assignment__member__review=review, assignment__member__state=MemberState.ACCEPTED, assignment__member__submitted_at__isnull=False
    ).exclude(judgement="")
    opinions: dict[str, list[Opinion]] = defaultdict(list)
    for score in scores.select_related("assignment__member").order_by("assignment__member__number"):
        item_id = score.assignment.item_id
        opinions[item_id].append(opinion_of(claims[item_id], score, score.assignment.member.number))
    return opinions


def agreed_outcome(agreed: AgreedScore) -> ClauseOutcome:
    """Outcome of an agreement of the meeting."""
    if agreed.exclusion_founded:
        return ClauseOutcome(excluded=True)
    return ClauseOutcome(points=agreed.points, holds=agreed.holds)


@dataclass(frozen=True)
class MeetingScores:
    """Scores in the meeting. ``result`` is None while some clause is settled neither by agreement nor by rule."""

    points: tuple[Point, ...]
    agreed: dict[str, AgreedScore]
    open_items: tuple[str, ...]
    outcomes: dict[str, ClauseOutcome]
    result: Result | None

    @property
    def star_reached(self) -> int:
        """Star of the settled score; 0 if there is none or it is not known yet."""
        return star_of(self.result)

    @property
    def controls_hold(self) -> bool:
        """Whether every control item holds, whatever the score; False while the result is not known yet."""
        return self.result is not None and {chapter.key for chapter in self.result.chapters}.issuperset(self.result.blocked_by)


def findings_of(review: Review) -> MeetingScores:
    """Compute the agenda, the agreed outcomes and the score on settled points."""
    claims, opinions, limit = claims_of(review), opinions_of(review), load().number("spread_limit")
    points = agenda(claims, opinions, limit)
    agreed = {one.item_id: one for one in review.agreed.select_related("by").prefetch_related("confirmations__member")}
    open_items = tuple(point.claim.item_id for point in points if point.by_rule is None and point.claim.item_id not in agreed)
    unread = tuple(claim.item_id for claim in claims if not opinions.get(claim.item_id) and claim.item_id not in agreed)
    if left := tuple(dict.fromkeys((*open_items, *unread))):
        return MeetingScores(points, agreed, left, {}, None)
    outcomes = settled(claims, opinions, {key: agreed_outcome(one) for key, one in agreed.items()}, limit)
    return MeetingScores(points, agreed, (), outcomes, result_of(review, rules_of(review), outcomes))


def result_of(review: Review, rules: EditionRules, outcomes: Mapping[str, ClauseOutcome]) -> Result:
    """Score settled outcomes with the scoring function used everywhere."""
    points = {key: one.points for key, one in outcomes.items() if one.points is not None}
    holds = {key: one.holds for key, one in outcomes.items() if one.holds is not None}
    excluded = [key for key, one in outcomes.items() if one.excluded]
    return aggregate(rules, review.table.type, review.table.stage, points, holds, excluded)
