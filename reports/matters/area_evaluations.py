"""跟踪评估报告 (follow-up evaluation) of an area's year: self-report, check, conclusion, lights of its tasks, resulting adjustments."""

from django.db.models import QuerySet

from beautiful.evaluations.columns import USE
from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding
from beautiful.evaluations.selectors import evaluations_visible_to, lines_of, uses_of
from beautiful.frame.programme import programme
from beautiful.plans.columns import PLANNED_TOLD
from greendistrict.accounts.acting import named
from greendistrict.accounts.viewer import Viewer
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph
from reports.composition.columns import paper_columns
from reports.composition.enums import ColumnKind
from reports.matters.words import day, given, moment, section, text_of

TASKS = (
    *paper_columns(PLANNED_TOLD.part("title", "owner", "target"), 38, 30, 32),
    PaperColumn("最近季度", 18, missing="–"),
    PaperColumn("累计完成值", 20, missing="–"),
    PaperColumn("红绿灯", 28),
)
USES = (
    PaperColumn("任务", 34, ColumnKind.NAME),
    PaperColumn("调整", 38),
    PaperColumn("变化", 38),
    *paper_columns(USE.part("note"), 28, named="adjustment"),
    PaperColumn("登记", 28),
)
REGISTERED = "责任单位、目标和时间由“美丽上海统筹”的岗位登记，不是原文的内容。"
CONCLUSION = "原文只写明建立跟踪评估机制、加强评估结果应用；评估的步骤和结论的用语由本平台设置。"


def visible_to(viewer: Viewer) -> QuerySet[AreaEvaluation]:
    """Evaluations the user sees."""
    return evaluations_visible_to(viewer)


def compose(viewer: Viewer, found: AreaEvaluation) -> Composition:
    """Contents of the evaluation's page; equal for everybody who sees it."""
    concluded = found.standing == EvaluationStanding.CONCLUDED
    tasks = tuple(
        (line["task"], line["owner"], line["target"], line["quarter"] or None, line["value"] or None, line["light"])
        for line in lines_of(found)
    )
    uses = tuple(
        (
            str(use.adjustment.planned),
            f"{day(use.adjustment.decided_on)}，{use.adjustment.basis}：{use.adjustment.reason}",
            "\n".join(f"{label}：{before} → {after}" for label, before, after in use.adjustment.lines),
            use.note,
            f"{named(use, 'recorded_by')}，{day(use.recorded_at)}",
        )
        for use in uses_of(found)
    )
    conclusion: list[Block] = [Paragraph("未作出。")]
    if found.concluded_at is not None:
        facts = given([("结论", found.get_conclusion_display()), ("结论人", _acted(found, "concluded"))])
        conclusion = [Pairs(facts, key="结论"), Heading("结论说明", 2), text_of(found.conclusion_text, "未填。")]
    draft = f"框架取自《{programme().title}》（{programme().mark}），不作任何决定的依据。{REGISTERED}"
    blocks: list[Block] = [
        *section("一、自评", text_of(found.report, "未填。"), *_by("自评人", found, "reported")),
        *section("二、核对意见", text_of(found.check_text, "未填。"), *_by("核对人", found, "checked")),
        *section("三、结论", *conclusion),
        *section(
            f"四、任务进展（{'结论时' if concluded else day(viewer.today)}）",
            PaperTable("任务进展", TASKS, tasks, empty="本计划在这一领域没有任务。", key="tasks"),
        ),
        *section("五、结果应用", PaperTable("结果应用", USES, uses, empty="没有因评估结果调整的任务。", key="uses")),
        *section("六、说明", Paragraph(draft), Paragraph(CONCLUSION)),
    ]
    cover = (
        ("计划", str(found.plan)),
        ("年度", f"{found.year}年度"),
        ("重点领域", found.get_area_display()),
        ("状态", found.standing.label),
    )
    return Composition(f"{found}报告", tuple(blocks), cover=cover, marks=(programme().mark,), is_demo=found.is_demo)


def _acted(found: AreaEvaluation, act: str) -> str:
    """Person and time of the step; empty before it was taken."""
    at = getattr(found, f"{act}_at")
    return f"{named(found, f'{act}_by')}，{moment(at)}" if at else ""


def _by(title: str, found: AreaEvaluation, act: str) -> list[Block]:
    told = _acted(found, act)
    return [Pairs(((title, told),), key=title)] if told else []
