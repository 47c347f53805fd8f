"""Who answers for a line of a panel's opinions and who compares it: the same whatever the panel judged."""

from typing import Any, Protocol

from django.db.models import Model

from assessments.opinions.enums import OpinionState
from assessments.opinions.models import PanelOpinion
from districts.file.models.district import District
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of

SIGNING = (Role.PREPARER, Role.REVIEWER)
REPLYING = (*SIGNING, Role.BUREAU)


class ReviewedMatter(Protocol):
    """Protocol of what a panel judged: a case or a stage assessment."""

    pk: Any
    district: District
    review_opinions: Any

    @property
    def applicant(self) -> Organisation | None:
        """Who filed it."""

    @property
    def applicant_id(self) -> Any:
        """Key of ``applicant``."""


def prepares_for(user: User, matter: ReviewedMatter) -> bool:
    """Whether the person prepares for the applicant."""
    return matter.applicant_id in posts_of(user).organisations_as(Role.PREPARER)


def signs_for(user: User, matter: ReviewedMatter) -> bool:
    """Whether the person reviews and signs for the applicant."""
    return matter.applicant_id in posts_of(user).organisations_as(Role.REVIEWER)


def handles(user: User, _matter: ReviewedMatter) -> bool:
    """Whether the person handles matters at the city (经办)."""
    return posts_of(user).has(Role.CITY_OFFICER)


def keeps_reviews(user: User, _matter: ReviewedMatter) -> bool:
    """Whether the person keeps the reviews."""
    return posts_of(user).has(Role.SECRETARIAT)


def answers_for(user: User) -> frozenset[int]:
    """Bodies for which the person may reply to opinions: applicant, bureau, and as 区专门机构 also the authority."""
    return posts_of(user).organisations_as(*REPLYING) | bodies_as(user, Role.AUTHORITY)


def is_responsible(user: User, opinion: Model) -> bool:
    """Whether the person works for the body that answers for this opinion."""
    return getattr(opinion, "organisation_id", None) in answers_for(user)


def may_reply_opinion(user: User, opinion: Model) -> bool:
    """Whether the person may add a file to the reply: the responsible body or the applicant, until the opinion is closed."""
    if not isinstance(opinion, PanelOpinion) or opinion.status == OpinionState.CLOSED:
        return False
    return is_responsible(user, opinion) or prepares_for(user, opinion.matter) or signs_for(user, opinion.matter)


def may_name_body(user: User, matter: ReviewedMatter) -> bool:
    """Whether the person says which body answers for an opinion: officer, secretary, the applicant's people."""
    return any(holds(user, matter) for holds in (handles, keeps_reviews, prepares_for, signs_for))
