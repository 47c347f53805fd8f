"""Opinions of the panel of a stage assessment: drawn up from its review, told to those who answer."""

from collections.abc import Iterable

from django.urls import reverse

from assessments.common.services.parties import people_of
from assessments.opinions.services import OpinionLife
from assessments.reviews.models.review import Review
from assessments.stage_assessments.lifecycle.opinions import STAGE_OPINION
from assessments.stage_assessments.models.opinions import StageOpinion
from assessments.stage_assessments.models.stage import StageAssessment
from greendistrict.accounts.models import User
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify


def _tell_of_stage(stage: StageAssessment, key: str, parties: tuple[str, ...], words: str, also: Iterable[User]) -> None:
    notify(
        kind=Message.STAGE_TODO,
        key=f"stage:{stage.pk}:{key}",
        receivers=dict.fromkeys((*people_of(stage.district, parties), *also)),
        title=f"{stage.number or ''} {stage}：{words}".strip()[:200],
        link=reverse("assessments:stage_opinions", args=[stage.pk]),
        demo=stage.district.is_demo,
    )


STAGE_OPINIONS = OpinionLife(STAGE_OPINION, _tell_of_stage)


def draw_up_stage(stage: StageAssessment, review: Review) -> list[StageOpinion]:
    """The list of a stage assessment, whatever its panel concluded."""
    return STAGE_OPINIONS.draw_up(matter=stage, review=review, model=StageOpinion, by=None)
