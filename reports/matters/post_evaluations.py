"""后评估报告: the district's report on both aspects, the city's findings, the conclusion, and the draw that selected it."""

from django.db.models import QuerySet

from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from assessments.post_evaluations.selectors import contents_of, evaluations_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import fours
from greendistrict.policy.parameters import default_mark
from reports.common.states import printed_state
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable
from reports.composition.enums import ColumnKind
from reports.matters.words import day, files_table, given, matter_code, moment, operation_table, section, text_of

JUDGED = (PaperColumn("方面", 60, ColumnKind.NAME), PaperColumn("核定", 24), PaperColumn("说明", 72))


def visible_to(viewer: Viewer) -> QuerySet[PostEvaluation]:
    """Post-evaluations the user sees."""
    return evaluations_visible_to(viewer)


def compose(viewer: Viewer, found: PostEvaluation) -> Composition:
    """Contents of the evaluation's record, as the viewer sees it."""
    said = contents_of(viewer, found)
    mark = default_mark("post_evaluation.report_days", "拟", unless=said["moved"])
    told: list[Block] = [block for title, text in said["report_sections"] for block in (Heading(title, 2), text_of(text, "未填。"))]
    concluded = f"{found.get_conclusion_display()}　{day(found.concluded_at)}" if found.conclusion else ""
    opinion = given([("评估意见", found.opinion or "未填"), ("结论", concluded)])
    rows = [
        ("编号", found.number or "未编号"),
        matter_code(found),
        ("城区", str(found.district)),
        ("年度", f"{found.year}年"),
        ("抽取", moment(found.draw.drawn_at)),
        ("名单校验值", fours(found.draw.list_digest)),
        ("报送期限", f"{day(found.due)}{mark}{'　逾期' if said['late'] else ''}"),
        ("报送时间", moment(found.filed_at, "")),
    ]
    blocks: list[Block] = [
        *section("一、基本情况", Pairs(given(rows))),
        *section("二、城区填报", *([*told, operation_table(said["figures"])] if told else [text_of("", "尚未报送。")])),
        *section(
            "三、核定和结论",
            PaperTable("后评估的核定", JUDGED, tuple(said["judged"]), empty="尚无核定。"),
            *([Pairs(opinion)] if said["judged"] else []),  # for whoever may read the findings
        ),
        *section("四、照片和文件", files_table(said["files"])),
    ]
    state = printed_state(POST_EVALUATION.state(found.status).label)
    cover = (("编号", found.number or "未编号"), ("城区", str(found.district)), ("状态", state))
    return Composition(f"{found}报告", tuple(blocks), cover=cover, is_demo=found.district.is_demo)
