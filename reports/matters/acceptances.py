"""终期验收报告 (acceptance report): gates, site visit, panel, notice and decision."""

from django.db.models import QuerySet

from approvals.acceptances.facts import latest_visit
from approvals.acceptances.selectors import groups_of
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import cn_date
from reports.common.states import printed_state
from reports.composition.blocks import Block, Composition, Pairs, Paragraph
from reports.composition.enums import ParagraphStyle
from reports.matters import cases, site_visits
from reports.matters.words import section


def visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Acceptances the user sees."""
    return cases.cases_of(viewer, CaseKind.ACCEPTANCE)


def compose(viewer: Viewer, case: Case) -> Composition:
    """Contents of the acceptance's page and of its site visit's, as the viewer sees them."""
    rows = case.district.baselines.filter(kind="pilot").order_by("number")
    named = "；".join(f"第{row.number}版（{cn_date(row.frozen_at)}，{row.reason}）" for row in rows)
    words = f"试点基线：{named}。基线只能经批准的变更调整，从清单中去掉项目不会使条件满足。"
    baselines = [Paragraph(words, ParagraphStyle.NOTE)] if named else []
    visit = latest_visit(case)
    visited: list[Block] = [Pairs(site_visits.about(visit))] if visit else [Paragraph("没有组织现场核查。")]
    for group in groups_of(visit) if visit else ():
        visited += site_visits.group_blocks(group, "", 2, is_over=bool(visit and visit.closed_at))
    blocks = (
        *section("一、申请情况和结果", cases.outcome(case), Pairs(cases.about(case))),
        *section("二、验收条件核对", *cases.checks(case, viewer.today), *baselines),
        *section("三、补正", *cases.corrections(case)),
        *section("四、现场核查", *visited),
        *section("五、部门意见", cases.consultations(viewer, case)),
        *section("六、终期验收评审", *cases.review(case)),
        *section("七、公示", *cases.notice(viewer, case)),
        *section("八、审定和公告", *cases.decision(case)),
    )
    cover = (("编号", case.number or "未提交"), ("城区", case.district.name), ("状态", printed_state(state_of(case).label)))
    reference = bool(case.table and not case.table.edition.official)
    return Composition(f"{case}报告", blocks, cover=cover, is_demo=case.is_demo, reference=reference)
