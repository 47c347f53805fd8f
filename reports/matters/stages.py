"""阶段评估报告: verdict, mechanisms, opinions of the panel, rectification and files of one stage assessment."""

from typing import Any

from django.db.models import QuerySet

from assessments.common.recorded_assessments import ON_PAPER
from assessments.stage_assessments.columns import MEND
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import contents_of, stages_visible_to
from assessments.stage_assessments.verdict import RESULT_WORDS
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.parameters import default_mark
from reports.common.states import printed_state
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph
from reports.composition.columns import ORDINAL, paper_columns
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.opinions import asked_table, opinions_of
from reports.matters.words import day, files_table, given, matter_code, moment, operation_table, section, text_of

ASPECTS = (
    PaperColumn("方面", 36, ColumnKind.NAME),
    PaperColumn("结果", 18),
    PaperColumn("要求", 40),
    PaperColumn("现状", 28),
    PaperColumn("差距", 34),
)
TO_MEND = (ORDINAL, *paper_columns(MEND, 44, 70, 30))
MECHANISMS = (
    PaperColumn("机制", 34, ColumnKind.NAME),
    PaperColumn("要求", 16),
    PaperColumn("城区填报", 20),
    PaperColumn("说明", 52),
    PaperColumn("核定", 34),
)


def visible_to(viewer: Viewer) -> QuerySet[StageAssessment]:
    """Stage assessments the user sees."""
    return stages_visible_to(viewer)


def compose(viewer: Viewer, stage: StageAssessment) -> Composition:
    """Contents of the assessment's record, as the viewer sees it."""
    said = contents_of(viewer, stage)
    state = f"{printed_state(STAGE_ASSESSMENT.state(stage.status).label)}{f'，{ON_PAPER}' if said['on_paper'] else ''}"
    operation = [operation_table(said["figures"])] if said["mechanism_lines"] else []  # whoever may read the district's report
    rows = tuple(
        (
            line["mechanism"].title,
            line["mechanism"].asked,
            line["said"],
            line["text"] or "—",
            "\n".join(part for part in (line["holds"] or "未核定", line["note"]) if part) if stage.concluded_at else "—",
        )
        for line in said["mechanism_lines"]
    )
    is_reviewed = bool(stage.review and stage.review.concluded_at)
    unfiled, unasked = ("没有在平台报送。", "没有在平台办理整改。") if said["on_paper"] else ("尚未报送。", "没有要求整改。")
    rectified: list[Block] = [Paragraph("没有整改报告。" if stage.rectify_due else unasked)]
    if stage.rectification:
        filed = [Paragraph(f"{moment(stage.rectified_at)}报送", ParagraphStyle.NOTE)] if stage.rectified_at else []
        rectified = [Heading("整改报告", 2), *filed, text_of(stage.rectification, "没有整改报告。")]
    blocks: list[Block] = [
        *section("一、基本情况", Pairs(_about(stage, said))),
        *section("二、判定和结论", *_verdict(stage, said)),
        *section(
            "三、管理机制",
            PaperTable("管理机制（七（三）1）", MECHANISMS, rows, empty=unfiled),
            *operation,
        ),
        *section("四、评审意见逐条办理", asked_table(opinions_of(stage) or ([] if is_reviewed else None))),
        *section("五、整改", *_to_mend(said), *rectified),
        *section("六、照片和文件", files_table(said["files"])),
    ]
    cover = given(
        [
            ("编号", stage.number or "未编号"),
            ("城区", str(stage.district)),
            ("状态", state),
            ("结论", stage.get_conclusion_display() if stage.concluded_at else ""),
        ]
    )
    return Composition(
        f"{stage}报告", tuple(blocks), cover=cover, is_demo=stage.district.is_demo, reference=not stage.table.edition.official
    )


def _about(stage: StageAssessment, said: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    called, coming = said["called"], said["next_cycle"]
    if called:
        cycle = [("提前组织", f"{day(stage.due)}，监督检查{called.number or ''}发现严重问题")]
        cycle += [("周期到期", f"{day(coming.day)}（每三年；指自试点公告日起算，不因提前组织改变）")] if coming else []
    else:
        cycle = [("周期到期", f"{day(stage.due)}（每三年；指自试点公告日起算）")]
    settled = "不用报送" if said["on_paper"] else "免报" if said["last"].waived else ""
    last = settled or f"{day(said['last'].day)}{default_mark('stage.grace_days', '拟', unless=said['last'].moved)}"
    opens = said["cycle"].opens
    opening = default_mark("stage.window_opens_days_before", "拟", unless=opens == stage.due)  # not opened before its day
    mending = default_mark("rectify.days", "拟", since=stage.concluded_at, due=stage.rectify_due)
    rows = [
        ("编号", stage.number or "未编号"),
        matter_code(stage),
        *cycle,
        ("开放填报", f"{day(opens)}{opening}"),
        ("报送期限", f"{last}　{'' if settled else said['late']}".strip()),
        ("目标年度", f"{stage.year}年"),
        ("报送时间", moment(said["filed_at"], "")),
        ("整改期限", f"{day(stage.rectify_due)}{mending}{'（已延期一次）' if stage.extended else ''}" if stage.rectify_due else ""),
    ]
    return given(rows)


def _to_mend(said: dict[str, Any]) -> list[Block]:
    rows = tuple((str(order), *item) for order, item in enumerate(said["to_mend"], start=1))
    return [PaperTable("要求整改的内容", TO_MEND, rows)] if rows else []


def _verdict(stage: StageAssessment, said: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (one["title"], RESULT_WORDS[one["holds"]], one["required"], one["found"], "\n".join(one["short"])) for one in said["aspects"]
    )
    empty = f"没有在平台评估，{day(said['on_paper'])}已有补录的评估结论。" if said["on_paper"] else "尚无判定。"
    blocks: list[Block] = [PaperTable("三个方面和专家评审的判定", ASPECTS, rows, empty=empty, note=said["basis"])]
    if not said["aspects"] or not stage.concluded_at:
        return blocks
    visited = f"{day(stage.visited_on)}　{stage.visit_note}" if stage.visited_on else ""
    concluded = f"{stage.get_conclusion_display()}　{day(stage.concluded_at)}"
    return [*blocks, Pairs(given([("结论", concluded), ("依据", said["outcome"]), ("评估意见", stage.opinion), ("现场核查", visited)]))]
