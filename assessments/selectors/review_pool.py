"""Who can sit on a review's panel: the pool with its conflicts of interest, computed before the long list is shown."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from assessments.models import ExpertEmployment, ExpertProfile, PanelMember, Review, RowChange
from assessments.panel import Candidate, Party, Terms, Tie, conflicts
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, Post
from greendistrict.core import clock
from greendistrict.policy.parameters import Parameters, load
from indicators.scoring import EditionRules
from indicators.selectors import rules_for

KEPT = ("invited", "accepted")
ON_LIST = "已在本次评审名单"
TOOK_PART = "参与过本评分表的填报"


def candidates(review: Review) -> list[Candidate]:
    """Return experts in term and available, by id, each with the reasons to step back."""
    day, district = clock.today(), review.table.district
    term = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    profiles = list(
        ExpertProfile.objects.filter(term, available=True, user__is_active=True, is_demo=district.is_demo)
        .select_related("user")
        .order_by("pk")
    )
    ties, parties = _ties(profiles), _parties(review)
    listed = set(review.members.values_list("expert_id", flat=True))
    busy = set(RowChange.objects.filter(row__table=review.table_id, by__isnull=False).values_list("by_id", flat=True).distinct())
    found = []
    for profile in profiles:
        reasons = [*conflicts(ties[profile.pk], parties, day)]
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


def _parties(review: Review) -> list[Party]:
    given = [
        Party(party.get("role", ""), party.get("organisation_id"), party.get("name", ""), party.get("group", ""))
        for party in review.subject.get("parties", ())
    ]
    bodies = Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT)
    return given + [Party("技术支撑单位", body.pk, body.name, body.group) for body in bodies]


def dimension_chapters(rules: EditionRules, kind: str, stage: str) -> dict[str, str]:
    """Return chapter key → dimension of the chapters that a panel must cover."""
    return {chapter.key: chapter.dimension for chapter in rules.table(kind, stage).chapters if chapter.dimension and not chapter.bonus}


def rules_of(review: Review) -> EditionRules:
    """Return the edition locked in the reviewed table."""
    return rules_for(review.table.edition)


def chapter_words(review: Review) -> dict[str, str]:
    """Return chapter key → title, in order."""
    return {chapter.key: chapter.title for chapter in rules_of(review).table(review.table.type, review.table.stage).chapters}


def dimensions_of(review: Review) -> dict[str, str]:
    """Return what this panel must cover: chapter key → words."""
    return dimension_chapters(rules_of(review), review.table.type, review.table.stage)


def terms_of(review: Review, settings: Parameters | None = None) -> Terms:
    """Return the terms of the next draw: those invited or accepted stay."""
    size = (settings or load()).integer("panel.size")
    members = review.members.filter(state__in=KEPT).select_related("expert__user")
    return Terms(size, tuple(dimensions_of(review)), tuple(as_candidate(member) for member in members))


def as_candidate(member: PanelMember) -> Candidate:
    """Return a member as one of those kept."""
    return Candidate(member.expert_id, member.expert.user.name, frozenset(member.expert.specialties))
