"""State machine of an opinion of a stage assessment."""

from assessments.opinions.lifecycle import ENDED, opinion_machine
from assessments.stage_assessments.models.opinions import StageOpinion
from greendistrict.workflow.registry import register

STAGE_OPINION = register(
    opinion_machine(
        "stage_opinion",
        "阶段评估意见条目",
        StageOpinion,
        ended=ENDED,
        over="整改未通过，评审意见不再办理",
        closing="须修改的意见全部销号后整改才能复核通过",
    )
)
