"""The papers on single matters in the registry of kinds.

Each is made for seats: ``visible_to`` are matters for which one may request the paper, whose content equals the matter's pages for whoever
holds these seats.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from approvals.cases.lifecycle import state_of
from assessments.inspections.models import InspectionState
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.reviews.enums import ENDED_STATES
from assessments.stage_assessments.models import CONCLUDED
from assessments.yearly_reports.lifecycle import HANDED_IN
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Refused
from greendistrict.policy.citing import Sentence
from obligations.authority_duties import FILED as SENT_UP
from reports.composition.blocks import Composition
from reports.composition.enums import FileFormat
from reports.jobs.enums import Scope, Sight
from reports.jobs.kinds import Made, Progress, Report
from reports.jobs.models import ExportJob
from reports.jobs.sights import reader_of
from reports.matters import (
    acceptances,
    area_evaluations,
    carbon,
    dossier,
    inspections,
    meeting_packs,
    minutes,
    notices,
    obligations_plan,
    operation_reports,
    opinions,
    panels,
    post_evaluations,
    score_sheets,
    site_visits,
    stages,
    technical_reviews,
    verifications,
    yearly_plans,
)

DRAFT = "草稿"
GONE = "没有这一事项，或您已看不到它"
Visible = Callable[[Viewer], QuerySet[Any]]


def matter_of(viewer: Viewer, job: ExportJob, visible_to: Visible) -> Any:
    """The matter as the seats see it now. Raises ``Refused``."""
    matter = visible_to(viewer).filter(pk=job.subject).first()
    if matter is None:
        raise Refused(GONE)
    return matter


def _paper(
    title: str,
    about: str,
    visible_to: Visible,
    compose: Callable[[Viewer, Any], Composition],
    name_of: Callable[[Any], str] = str,
    *,
    is_settled: Callable[[Any], bool] | None,
    named: Sentence | None = None,
) -> Report:
    """A kind of paper, marked 草稿 until ``is_settled``; None if it is never a draft, or marks itself because the viewer decides."""

    def composed(job: ExportJob, report_progress: Progress) -> Composition:
        del report_progress
        viewer = reader_of(job)
        matter = matter_of(viewer, job, visible_to)
        paper = replace(compose(viewer, matter), short=True)
        return paper if is_settled is None or is_settled(matter) else replace(paper, marks=(*paper.marks, DRAFT))

    return Report(
        f"{{subject}}{title}",
        compose=composed,
        name=about.partition("：")[0],
        about=about,
        scope=Scope.MATTER,
        may=lambda _: True,  # whose page it is decides ``matters``
        matters=visible_to,
        matter_name=name_of,
        sight=Sight.SEATS,
        offered=False,  # asked for on the page of the matter
        named=named,
    )


def _dossier_files(job: ExportJob, code: str, report_progress: Progress) -> Made:
    viewer = reader_of(job)
    case = matter_of(viewer, job, dossier.visible_to)
    attachments = dossier.attachments_of(viewer, case)
    job.total = len(attachments) + 1  # the binding
    job.save(update_fields=["total"])
    return dossier.files_of(viewer, case, attachments, code, report_progress)


def _obligations(job: ExportJob, report_progress: Progress) -> Composition:
    del report_progress
    return obligations_plan.compose(reader_of(job), job.year)


KINDS: Mapping[str, Report] = {
    "review_opinion": _paper(
        "意见汇总",
        "专家评审意见汇总：结论、意见、得分、商定的条文、逐条意见、专家表决。",
        opinions.visible_to,
        opinions.compose,
        opinions.name_of,
        is_settled=None,  # visible once concluded
    ),
    "score_sheet": _paper(
        "打分表",
        "专家打分表：逐条规则、申报、判断、评分和意见。",
        score_sheets.visible_to,
        score_sheets.compose,
        score_sheets.name_of,
        is_settled=None,
    ),
    "meeting_pack": _paper(
        "评审会材料",
        "评审会材料：议程、有争议的条文、签到表、确认单、表决票、签名页、承诺书、回避声明。",
        meeting_packs.visible_to,
        meeting_packs.compose,
        lambda review: review.subject["title"],
        is_settled=None,  # forms to be filled in
    ),
    "meeting_minutes": _paper(
        "评审会会议纪要",
        "评审会会议纪要：到会专家、逐条商定、评定得分、评审意见、表决和结论。",
        meeting_packs.visible_to,
        minutes.compose,
        lambda review: review.subject["title"],
        is_settled=lambda review: review.status in ENDED_STATES,
    ),
    "panel_record": _paper(
        "组和抽取记录",
        "评审组和抽取记录：席位、答复、进度、抽取种子和校验值。",
        panels.visible_to,
        panels.compose,
        opinions.name_of,
        is_settled=lambda review: review.status in ENDED_STATES,
    ),
    "technical_review": _paper(
        "审查记录",
        "审查记录：补正、形式审查、预评审、部门意见、评审结论、条款核对。",
        technical_reviews.visible_to,
        technical_reviews.compose,
        is_settled=lambda case: state_of(case).final or bool(case.review and case.review.conclusion),
    ),
    "stage_assessment": _paper(
        "报告",
        "阶段评估报告：判定和结论、管理机制、逐条意见、整改。",
        stages.visible_to,
        stages.compose,
        is_settled=lambda stage: stage.status in CONCLUDED,
    ),
    "post_evaluation": _paper(
        "报告",
        "后评估报告：城区填报、核定和结论。",
        post_evaluations.visible_to,
        post_evaluations.compose,
        is_settled=lambda found: POST_EVALUATION.state(found.status).final,
    ),
    "operation_report": _paper(
        "",
        "运营工作报告：正文、报告数据、材料。",
        operation_reports.visible_to,
        operation_reports.compose,
        is_settled=lambda report: report.status in HANDED_IN,
        named=Sentence("八（四）", "运营工作报告"),
    ),
    "acceptance": _paper(
        "报告",
        "终期验收报告：条件核对、现场核查、评审、公示、审定。",
        acceptances.visible_to,
        acceptances.compose,
        is_settled=lambda case: state_of(case).final,
    ),
    "site_visit": _paper(
        "现场核查记录",
        "现场核查记录：逐项结论、情况和照片。",
        site_visits.visible_to,
        site_visits.compose,
        is_settled=site_visits.is_closed,
    ),
    "inspection": _paper(
        "记录",
        "监督检查记录：检查情况、问题、整改、照片。",
        inspections.visible_to,
        inspections.compose,
        is_settled=lambda found: found.status != InspectionState.DRAFT,
    ),
    "yearly_plan": _paper(
        "",
        "年度实施计划：列入的城区和工作、与上一年度比较。",
        yearly_plans.visible_to,
        yearly_plans.compose,
        is_settled=lambda plan: plan.status in SENT_UP,
        named=Sentence("六（三）", "绿色生态城区实施计划"),
    ),
    "area_evaluation": _paper(
        "报告",
        "跟踪评估报告：自评、核对意见、结论、任务进展、结果应用。",
        area_evaluations.visible_to,
        area_evaluations.compose,
        is_settled=lambda found: bool(found.concluded_at),
    ),
    "carbon": _paper(
        "碳排放报告",
        "碳排放报告：控制目标、各年度核查。",
        carbon.visible_to,
        carbon.compose,
        is_settled=None,
    ),
    "carbon_verification": _paper(
        "报告",
        "碳排放核查报告：核查声明、核查的清单、核查发现和处理、附件。",
        verifications.visible_to,
        verifications.compose,
        is_settled=None,  # signed
        named=Sentence("七（三）4", "碳排放核查报告"),
    ),
    notices.KIND: notices.REPORT,
    "dossier": Report(
        "{subject}材料汇编",
        files=_dossier_files,
        name="材料汇编",
        about="材料汇编：材料目录、申报表、评分表和全部附件合并为一个PDF，有书签和页码。",
        formats=(FileFormat.PDF, FileFormat.XLSX),
        scope=Scope.MATTER,
        may=lambda _: True,  # as above
        matters=dossier.visible_to,
        sight=Sight.SEATS,
        offered=False,
    ),
    "obligations_plan": Report(
        "{year}年度应报事项计划",
        compose=_obligations,
        name="年度应报事项计划",
        about="年度应报事项计划：一年内到期的事项、应报单位、期限、状态、依据。",
        may=obligations_plan.may_have,
        years=obligations_plan.years,
        sight=Sight.SEATS,
        offered=False,  # asked for on the list of duties
    ),
}
