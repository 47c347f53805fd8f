"""Permissions on panel opinions, common to all matters: who replies and who checks."""

from typing import Any, Protocol

from django.db.models import Model

from assessments.opinions.models import OpinionState, PanelOpinion
from districts.file.models.district import District
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.selectors import HeldPosts

SIGNING = (Role.PREPARER, Role.REVIEWER)
REPLYING = (*SIGNING, Role.BUREAU)


class ReviewedMatter(Protocol):
    """Protocol of what a panel judged: an application case or a stage assessment."""

    pk: Any
    district: District
    review_opinions: Any

    @property
    def applicant(self) -> Organisation | None:
        """Organisation that filed it."""

    @property
    def applicant_id(self) -> Any:
        """Primary key of ``applicant``."""


def prepares_for(held: HeldPosts, matter: ReviewedMatter) -> bool:
    """Whether the user is a preparer of the applicant."""
    return matter.applicant_id in held.organisations_as(Role.PREPARER)


def signs_for(held: HeldPosts, matter: ReviewedMatter) -> bool:
    """Whether the user is a reviewer of the applicant."""
    return matter.applicant_id in held.organisations_as(Role.REVIEWER)


def handles(held: HeldPosts, _matter: ReviewedMatter) -> bool:
    """Whether the user is the city's 经办."""
    return held.has(Role.CITY_OFFICER)


def keeps_reviews(held: HeldPosts, _matter: ReviewedMatter) -> bool:
    """Whether the user belongs to the secretariat, which runs reviews."""
    return held.has(Role.SECRETARIAT)


def answers_for(held: HeldPosts) -> frozenset[int]:
    """Keys of the bodies for which the user may reply: applicant, bureau, and for a 区专门机构 also the authority."""
    return held.organisations_as(*REPLYING) | bodies_as(held, Role.AUTHORITY)


def is_responsible(held: HeldPosts, opinion: Model) -> bool:
    """Whether the user works for the body responsible for the opinion."""
    return getattr(opinion, "organisation_id", None) in answers_for(held)


def may_reply_opinion(held: HeldPosts, opinion: Model) -> bool:
    """Whether the user may add a file to the reply: responsible body or applicant, until the opinion is closed."""
    if not isinstance(opinion, PanelOpinion) or opinion.status == OpinionState.CLOSED:
        return False
    return is_responsible(held, opinion) or prepares_for(held, opinion.matter) or signs_for(held, opinion.matter)


def may_name_body(held: HeldPosts, matter: ReviewedMatter) -> bool:
    """Whether the user may name the responsible body: 经办, secretariat or the applicant's people."""
    return any(holds(held, matter) for holds in (handles, keeps_reviews, prepares_for, signs_for))
