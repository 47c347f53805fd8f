"""Opinions of a case's panels, closed one by one: the life that every panel's opinions have, told as a case tells."""

from collections.abc import Iterable

from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.services.telling import people, tell_of
from approvals.opinions.lifecycle import OPINION
from approvals.opinions.models import ReviewOpinion
from assessments.opinions.services import OpinionLife
from assessments.reviews.models.review import Review
from greendistrict.accounts.models import User


def _tell(case: Case, key: str, parties: tuple[str, ...], words: str, also: Iterable[User]) -> None:
    receivers = dict.fromkeys((*people(case, *parties), *also))
    tell_of(case, receivers, key=key, words=words, page=reverse("approvals:case_opinions", args=[case.pk]))


CASE_OPINIONS = OpinionLife(OPINION, _tell)
reply, check, name_body = CASE_OPINIONS.reply, CASE_OPINIONS.check, CASE_OPINIONS.name_body


def draw_up(*, case: Case, review: Review, by: User) -> list[ReviewOpinion]:
    """Make the list of a case from what its panel wrote. Runs in the conclusion."""
    return CASE_OPINIONS.draw_up(matter=case, review=review, model=ReviewOpinion, by=by)
