"""Draft letters of a stage assessment: panel opinion, conclusion, rectification notice, opinion on the rectification, extension."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from assessments.common.enums import CommentKind, StageConclusion
from assessments.opinions.models import OpinionState
from assessments.reviews.letters import panel_opinion
from assessments.stage_assessments.models import FOUND_UNQUALIFIED, StageAssessment, StageState
from assessments.stage_assessments.outcome import by_whose_criterion, grounds, to_mend
from assessments.stage_assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow import timeline
from greendistrict.workflow.letters import BLANK, Draft, Letter, LetterSource, sentence, sentences

PROPOSED = frozenset({StageState.CHECKING, StageState.DECIDING})
RECHECKED = {str(StageState.MENDED): "整改已经完成，复核通过", str(StageState.UNMENDED): "整改没有完成，复核不通过"}
RECHECK_DONE = frozenset(RECHECKED)


def stage_drafts(stage: StageAssessment, viewer: Viewer) -> Iterator[Draft]:
    """Letters of an assessment: for city and secretariat from the proposed conclusion on, for others once it is decided."""
    inside = viewer.held.has(*CITY, Role.SECRETARIAT)
    if stage.review_id and stage.review and stage.review.conclusion:
        yield Draft("panel", "专家评审意见", partial(_panel, stage))
    if stage.conclusion == StageConclusion.QUALIFIED or (inside and stage.status in PROPOSED):
        yield Draft("qualified", "阶段评估合格的通知", partial(_qualified, stage), ("qualify",))
    if stage.status in FOUND_UNQUALIFIED or (inside and stage.status in PROPOSED):
        yield Draft("rectify", "整改通知书", partial(_rectify, stage), ("disqualify",))
    if stage.extension_asked and inside:
        yield Draft("extension", "整改延期的复函", partial(_extension, stage), ("extend",))
    elif stage.extended:
        yield Draft("extension", "整改延期的复函", partial(_extension, stage))
    if stage.status in RECHECK_DONE or (inside and stage.status == StageState.RECHECKING):
        yield Draft("recheck", "整改复核意见", partial(_recheck, stage), ("recheck_pass", "recheck_return"))


def _name(stage: StageAssessment) -> str:
    return f"{stage.district.name}绿色生态城区{stage.name}"


def _to(stage: StageAssessment) -> str:
    return stage.applicant.name if stage.applicant else BLANK


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def _contact(stage: StageAssessment, day: dt.date | None) -> str:
    return letter_texts.wording("contact", {"城区": stage.district.name}, day)


def _leading(stage: StageAssessment) -> tuple[str, ...]:
    return tuple(stage.district.authorities.order_by("pk").values_list("name", flat=True))


def _panel(stage: StageAssessment) -> Letter:
    rows = [
        (row.item_id, row.item_title, row.text, CommentKind(row.kind), row.body)
        for row in stage.review_opinions.filter(review=stage.review).order_by("number")
    ]
    assert stage.review is not None  # noqa: S101 -- offered only with one
    return panel_opinion(stage.review, title=f"{_name(stage)}专家评审意见", rows=rows)


def _held(stage: StageAssessment, day: dt.date | None) -> str:
    """First paragraph of a conclusion: the basis on which the assessment was held."""
    filed = f"你单位于{cn_date(_day(stage.filed_at))}报送的{_name(stage)}材料收悉。" if stage.filed_at else ""
    visited = f"于{cn_date(stage.visited_on)}进行了现场核查，" if stage.visited_on else ""
    # only one of the cycle is the three-yearly one; an early one rests on the city's right to assess
    basis = citing.REPORTED if stage.round is None else citing.STAGE_ASSESSED
    return f"{filed}根据{citing.cited(basis, day)}，我委组织了评估，{visited}形成评估结论。"


def _qualified(stage: StageAssessment) -> Letter:
    day = _day(stage.concluded_at)
    return Letter(
        title=f"关于{_name(stage)}结论的通知",
        to=_to(stage),
        paragraphs=(
            _held(stage, day),
            *sentences(stage.opinion),
            f"{grounds(stage)}{by_whose_criterion(stage, '我委')}评估结论为合格。",
            "请继续按照绿色生态专业规划和相关标准组织建设，对评估中提出的意见认真研究落实。",
        ),
        day=day,
        by=citing.issuer(day),
        contact=_contact(stage, day),
        copied_to=_leading(stage),
    )


def _rectify(stage: StageAssessment) -> Letter:
    """The rectification notice (整改通知书): what must be rectified by when, and the consequences."""
    day = _day(stage.concluded_at)
    rows = to_mend(stage)
    by = by_whose_criterion(stage, "我委")
    asked = "需要整改的内容列表如下。" if rows else "整改的内容以评估意见为准。"
    return Letter(
        title=f"关于{_name(stage)}不合格的整改通知书",
        to=_to(stage),
        paragraphs=(_held(stage, day), *sentences(stage.opinion), f"{grounds(stage)}{by}评估结论为不合格。现要求你单位进行整改，{asked}"),
        heads=("序号", "方面或条文", "需要整改的内容", "责任单位") if rows else (),
        lines=tuple((f"{order}", *row) for order, row in enumerate(rows, start=1)),
        closing=(
            f"请于{cn_date(stage.rectify_due) or BLANK}（含当日）前完成整改，并在平台报送整改报告。期限届满前可以书面申请延期一次。",
            f"我委收到整改报告后组织复核。复核不是新的评估，不改变本次评估结论。{_consequence(day)}",
        ),
        day=day,
        by=citing.issuer(day),
        contact=_contact(stage, day),
        copied_to=_leading(stage),
    )


def _consequence(day: dt.date | None) -> str:
    return f"请你单位知悉{citing.cited(citing.TITLE_REVOKED, day)}。"


def _extension(stage: StageAssessment) -> Letter:
    record = next((row for row in reversed(timeline.of_subject(stage)) if row.action == "extend"), None)
    day = _day(record.at) if record else None
    return Letter(
        title=f"关于同意{_name(stage)}整改延期的复函",
        to=_to(stage),
        paragraphs=(
            f"你单位关于{_name(stage)}整改延期的申请收悉。",
            f"经研究，同意将整改期限延至{cn_date(stage.rectify_due) if record else BLANK}（含当日）。",
            "请抓紧完成整改并在平台报送整改报告，期满不再延期。",
        ),
        day=day,
        by=citing.issuer(day),
        contact=_contact(stage, day),
        copied_to=_leading(stage),
    )


def _recheck(stage: StageAssessment) -> Letter:
    """The opinion on the rectification (整改复核意见): what was reported and what was found."""
    record = next((row for row in reversed(timeline.of_subject(stage)) if row.target in RECHECK_DONE), None)
    day = _day(record.at) if record else None
    found = RECHECKED.get(str(stage.status), BLANK)
    said = (record.reason.strip() if record else "") or BLANK
    rows = list(stage.review_opinions.filter(kind=CommentKind.MUST).order_by("number"))
    reported = f"你单位于{cn_date(_day(stage.rectified_at))}报送的{_name(stage)}整改报告收悉。" if stage.rectified_at else ""
    return Letter(
        title=f"关于{_name(stage)}整改的复核意见",
        to=_to(stage),
        paragraphs=(
            f"{reported}根据我委的整改通知，我委组织了复核。",
            f"经复核，{sentence(said)}{found}。{'逐条复核情况列表如下。' if rows else ''}",
        ),
        heads=("序号", "条文", "整改情况", "复核情况") if rows else (),
        lines=tuple(
            (f"{order}", f"{row.item_id} {row.item_title}", row.reply or "未答复", row.note or _status(row.status))
            for order, row in enumerate(rows, start=1)
        ),
        closing=("本次复核不是新的评估，阶段评估结论仍为不合格。",),
        day=day,
        by=citing.issuer(day),
        contact=_contact(stage, day),
        copied_to=_leading(stage),
    )


def _status(status: str) -> str:
    return str(OpinionState.CLOSED.label) if status == OpinionState.CLOSED else "未销号"


SOURCE = LetterSource(
    StageAssessment,
    lambda viewer, pk: stages_visible_to(viewer).select_related("district__applicant", "review").filter(pk=pk).first(),
    stage_drafts,
    lambda stage: reverse("assessments:stage", args=[stage.pk]),
    lambda stage: stage.district.is_demo,
)
