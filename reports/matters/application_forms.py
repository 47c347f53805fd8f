"""Forms filled in by an applicant in the portal, as pages of the dossier: form, contents of a change, score table."""

import datetime as dt
from typing import Any

from approvals.applications.selectors import WholeForm, scores_of, whole_form
from approvals.applications.views.materials import check_groups
from approvals.cases.checklist import slot_of
from approvals.cases.models.cases import Case
from approvals.cases.verdicts import verdicts_or_none
from approvals.changes.change_kinds import change_kind
from approvals.common.enums import CaseKind
from assessments.findings.selectors.row_facts import frozen_counts
from assessments.score_page.selectors.table_rows import version_lines
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.selectors.tables import latest_version, sees_table
from districts.plausibility.comparisons import limit_mark
from districts.plots.columns import PLOT_FILED
from districts.projects.columns import PROJECT_FILED, WORK, WORK_FILED
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import cn_date, fours, num
from greendistrict.documents.citations import Citation
from indicators.editions.selectors import rules_for
from reports.composition.blocks import Block, Cell, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Wide
from reports.composition.columns import ORDINAL, paper_columns
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.words import day, given, moment, text_of, verdict_tables

NAME = ColumnKind.NAME
NOT_FILLED = "未填"
DAY = 35  # mm that the longest day takes in one line
PROJECTS = (ORDINAL, *paper_columns(PROJECT_FILED, None, 19, 20, DAY, DAY, 13))
PLOTS = (ORDINAL, *paper_columns(PLOT_FILED, 30, None, 24, 20, DAY))
WORKS = (ORDINAL, *paper_columns(WORK_FILED, None, 30, 22, DAY))
CHANGED = (ORDINAL, PaperColumn("内容", 44, NAME), PaperColumn("变更前", 50), PaperColumn("变更后", 50))
CLAUSES = (
    PaperColumn("条文号", 16),
    PaperColumn("条文", 44, NAME),
    PaperColumn("取值", 46),
    PaperColumn("自评得分", 34),
    PaperColumn("说明"),
    PaperColumn("佐证", 46),
)
HIDDEN = "评分表不在生成人的查看范围。"
UNSUBMITTED = "评分表尚未提交，提交后列出各条取值和得分。"
OATH = ("本单位对所填内容和所附材料的真实性负责。", "填报人、签发人的签字和单位盖章以上传的扫描件为准。")


def form_title(case: Case) -> str:
    """Name of the form in the checklist."""
    slot = slot_of(case.kind, "application")
    return slot.title if slot else "申请"


def form_blocks(viewer: Viewer, case: Case) -> list[Block]:
    """The form as printed by its page: as locked at submission, before that with the current lists."""
    if case.kind != CaseKind.CHANGE:
        return _form(case, whole_form(case), viewer.today)
    change = case.change  # reason, old and new values are frozen when the change is signed
    rows = tuple((str(place), line["what"], line["before"], line["after"]) for place, line in enumerate(change.lines, start=1))
    return [
        Pairs((("变更事项", change_kind(change.kind).label),)),
        Heading("（一）变更理由", 2),
        text_of(change.reason, "未填写变更理由。"),
        Heading("（二）变更前后对照", 2),
        PaperTable("变更前后对照", CHANGED, rows, empty="变更前后对照在签发提交时锁定，尚未提交。"),
    ]


def score_blocks(viewer: Viewer, case: Case) -> list[Block]:
    """The newest submitted version of the score table, as its page shows it to this user."""
    table = case.table
    if table is None or not sees_table(viewer, table.pk):
        return [Paragraph("没有评分表。" if table is None else HIDDEN)]
    version = latest_version(table)
    return [Paragraph(UNSUBMITTED)] if version is None else [Pairs(_version(table, version)), Wide((_clauses(table, version),))]


def _form(case: Case, whole: WholeForm, today: dt.date) -> list[Block]:
    projects = tuple(
        (
            str(place), row["name"], row["category"], num(row["investment"]), day(row["planned_start"]), day(row["planned_finish"]),
            row["state"],
        )
        for place, row in enumerate(whole.key_projects, start=1)
    )  # fmt: skip
    plots = tuple(
        (str(place), row["number"], row["land_use"], row["area_ha"], row["acquisition"], day(row["acquired_on"]))
        for place, row in enumerate(whole.plots, start=1)
    )
    works = tuple(
        (str(place), row["name"], row["kind"], WORK["main"].words(row["main"]), day(row["built_on"]))
        for place, row in enumerate(whole.works, start=1)
    )
    checks = check_groups(case, verdicts_or_none(case, today), edits=False)[:1]
    conditions = verdict_tables(checks) or [Paragraph("今天没有现行政策，不能核对。")]
    return [
        Paragraph(_as_of(whole, form_title(case), cn_date(today)), ParagraphStyle.NOTE),
        Heading("（一）基本情况", 2),
        Pairs(tuple((name, value) for name, value in whole.facts)),
        Heading("（二）绿色生态专业规划", 2),
        _plan(whole.plan),
        Heading("（三）近期重点项目", 2),
        PaperTable("近期重点项目", PROJECTS, projects, empty="未填近期重点项目。"),
        Heading("（四）地块", 2),
        PaperTable("地块", PLOTS, plots, empty="未填地块。"),
        Heading("（五）道路、管线", 2),
        PaperTable("道路、管线", WORKS, works, empty="未填道路、管线。"),
        Heading("（六）条件核对", 2),
        *conditions,
        *([Pairs(tuple(whole.reasons))] if whole.reasons else []),
        Heading("（七）申报主体意见", 2),
        *map(Paragraph, OATH),
    ]


def _as_of(whole: WholeForm, title: str, today: str) -> str:
    """Reference day of the form, in the words of its page."""
    if whole.submission:
        given_in = f"以下按第{whole.submission.number}次提交时锁定的内容，{day(whole.submission.at)}提交"
        return f"{given_in}，校验值（SHA-256） {fours(whole.submission.digest)}。以后城区资料的变化不改变这份{title}。"
    if whole.is_late:
        return f"这一件提交时没有留存清单：基本情况、专业规划、项目、地块和市政设施是{today}的资料，评分表是提交时锁定的。"
    return f"未锁定：以下是{today}的资料，签发提交时才锁定。"


def _plan(plan: dict[str, Any] | None) -> Block:
    if plan is None:
        return Paragraph("未填专业规划。")
    approved = f"{day(plan['approved_on'])}，{plan['approval_number']}" if plan["approved_on"] else "未登记批准"
    target = f"{plan['carbon_intensity_target']} kgCO₂e/(m²·a)" if plan["carbon_intensity_target"] else NOT_FILLED
    rows = [
        ("版次", f"第{plan['number']}版"),
        ("批准", approved),
        *([("前期工作", "、".join(plan["diagnosis_parts"]) or NOT_FILLED)] if "diagnosis_parts" in plan else []),
        *((name, plan[key]) for name, key in (("城市设计", "urban_design"), ("同步编制", "synchrony")) if plan.get(key)),
        ("碳排放强度控制目标", target),
    ]
    for section in plan.get("sections", ()):  # without texts in forms submitted before sections had content
        files = f"，附件：{'、'.join(section['files'])}" if section["files"] else ""
        rows.append((section["name"], section["state"] + files))
        rows += [(f"{section['name']}：{label}", text) for label, text in section["texts"]]
    return Pairs(tuple(rows))


def _version(table: ScoreTable, version: TableVersion) -> tuple[tuple[str, Cell], ...]:
    content = version.content
    building = "（按建设期填报，不试算星级）" if content["building"] else ""
    counts = frozen_counts(content, rules_for(table.edition).items)
    files = sum(len(row["evidence"]) for row in content["rows"])
    return given(
        [
            ("版次", f"第{version.number}版"),
            ("标准", f"{content['edition']['code']}　{content['edition']['title']}"),
            ("提交", f"{moment(version.frozen_at)}　{version.frozen_by or '系统'}"),
            ("自评总分", f"{(content['result'] or {}).get('total', '—')}{building}"),
            ("条文", f"{counts.words}；佐证{files}件次"),
            ("校验值（SHA-256）", fours(version.digest)),
        ]
    )


def _clauses(table: ScoreTable, version: TableVersion) -> PaperTable:
    scored = {clause: words for clause, _, words in scores_of(version)}
    rows = []
    for line in version_lines(table, version.content):
        note = "\n".join(part for part in (line["note"], *map(_remark, line.get("findings", ()))) if part)
        proofs = "\n".join(f"{file['title']}{Citation.of(file).words}" for file in line["evidence"])
        rows.append((line["item_id"], line["title"], line["words"], scored.get(line["item_id"], line["points"]), note, proofs))
    return PaperTable("评分表", CLAUSES, tuple(rows), empty="没有条文。", key="scores")


def _remark(finding: dict[str, Any]) -> str:
    limit = f"界限：{finding['limit']}{limit_mark(finding['rule'], '拟定')}" if finding["limit"] else ""
    answer = f"说明：{finding['answer']}　{finding['answered_by']}" if finding["answer"] else "申报主体没有说明"
    return "　".join(part for part in (f"{finding['title']}：{finding['text']}", limit, answer) if part)
