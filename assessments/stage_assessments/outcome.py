"""Why an assessment is concluded as it is, and what has to be mended: said alike on its page, in its report and in its letters."""

from typing import Any, NamedTuple

from assessments.common.enums import CommentKind, StageConclusion
from assessments.stage_assessments.models import StageAssessment


class MendItem(NamedTuple):
    """One thing to mend: aspect or clause, what is lacking, who has to do it."""

    subject: str
    text: str
    body: str


def unmet(stage: StageAssessment) -> list[dict[str, Any]]:
    """Aspects that were not fulfilled when the conclusion was proposed; not those of which too little was known."""
    return [one for one in stage.verdict.get("aspects", ()) if one["holds"] is False]


def grounds(stage: StageAssessment) -> str:
    """One sentence: what the panel concluded, which aspects are not fulfilled. Without it total and conclusion seem to disagree."""
    review, panel = stage.review, ""
    if not stage.verdict.get("aspects"):
        return ""
    if review and review.conclusion:
        total = review.result.get("total")
        score = f"（评定总分{total}分，总分不作为合格的条件）" if total else ""
        panel = f"专家组结论为“{review.get_conclusion_display()}”{score}；"
    return f"{panel}{results(stage)}。"


def results(stage: StageAssessment) -> str:
    """Which aspects were not fulfilled and of which too little was known, in words."""
    unknown = "、".join(one["title"] for one in stage.verdict.get("aspects", ()) if one["holds"] is None)
    short = "、".join(one["title"] for one in unmet(stage))
    told = (f"{short}不符合" if short else "", f"{unknown}资料不足，没有判定" if unknown else "")
    return "，".join(filter(None, told)) or "各方面均符合"


def by_whose_criterion(stage: StageAssessment, confirmer: str) -> str:
    """By whose criterion the conclusion was drawn, or that the city decided otherwise with reasons."""
    if stage.conclusion == StageConclusion.QUALIFIED and not stage.verdict.get("qualified", True):
        return "说明理由，"
    return f"按{confirmer}确认的标准，" if stage.verdict.get("confirmed") else ""


def to_mend(stage: StageAssessment) -> list[MendItem]:
    """What is lacking in the aspects that are not fulfilled, then the panel's binding opinions."""
    body = stage.applicant.name if stage.applicant else ""
    lacking = [MendItem(one["title"], text, body) for one in unmet(stage) for text in one["short"] or (one["found"],)]
    musts = stage.review_opinions.filter(kind=CommentKind.MUST).order_by("number")
    return [*lacking, *(MendItem(f"{row.item_id} {row.item_title}", row.text, row.body) for row in musts)]
