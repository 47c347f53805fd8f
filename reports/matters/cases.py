"""Sections common to papers on a case: bodies, numbers, check, corrections, questions, consultations, panel, notice, decision."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from approvals.applications.views.materials import check_groups
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_secretary
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.verdicts import verdicts_or_none
from approvals.common.enums import CaseKind
from approvals.common.wording import UNANSWERED
from approvals.consultations.selectors import consultations_visible_to
from approvals.titles.enums import PUBLIC_STATES
from greendistrict.accounts.acting import named
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.rounding import fixed
from greendistrict.core.workdays import term_in_words
from greendistrict.policy.parameters import default_mark
from reports.composition.blocks import Block, Heading, Pairs, PaperColumn, PaperTable, Paragraph
from reports.composition.columns import ORDINAL
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.opinions import asked_table, opinions_of
from reports.matters.words import day, given, matter_code, moment, verdict_tables

ASKED = (ORDINAL, PaperColumn("对应", 36, ColumnKind.NAME), PaperColumn("问题", 54), PaperColumn("答复", 54))
CONSULTED = (PaperColumn("部门", 36, ColumnKind.NAME), PaperColumn("征询内容", 46), PaperColumn("期限", 30), PaperColumn("意见", 44))
OBJECTIONS = (ORDINAL, PaperColumn("时间", 30), PaperColumn("提出人", 26), PaperColumn("意见", 44), PaperColumn("答复", 44))
SCORED = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})
NO_POLICY = "今天没有现行政策，不能核对。"


def cases_of(viewer: Viewer, *kinds: str) -> QuerySet[Case]:
    """Cases of these kinds that the user sees."""
    rows = cases_visible_to(viewer).filter(kind__in=kinds)
    return rows.select_related("district__edition", "applicant", "table__edition", "table__district", "review")


def is_inside(viewer: Viewer, case: Case) -> bool:
    """Whether the user handles cases: city and secretariat."""
    held = viewer.held
    return is_city(held) or is_secretary(held, case)


def about(case: Case) -> tuple[tuple[str, Any], ...]:
    """Rows of 概况 on the page of a case."""
    edition = case.table.edition if case.table else None
    rows: list[tuple[str, Any]] = [
        ("编号", case.number or "未提交"),
        matter_code(case),
        ("城区", case.district.name),
        ("申报主体", case.applicant.name),
        ("批复单位", case.get_endorsement_mode_display() if case.kind == "SQ" else ""),
    ]
    for row in case.endorsements.select_related("authority"):
        rows += [
            ("批复", "，".join(part for part in (row.approval_number or "未登记", day(row.approval_on, "")) if part)),
            ("报送函", "，".join(part for part in (row.letter_number or "未登记", day(row.letter_on, "")) if part)),
        ]
    rows += [
        ("原件核对", f"{day(case.originals_checked_on)}　{case.originals_note}" if case.originals_checked_on else ""),
        ("申报星级", (case.get_star_asked_display() or "未定") if case.kind in SCORED else ""),
        ("适用标准", f"{case.edition_words}{f'（{edition.mark}）' if edition and edition.mark else ''}" if case.kind in SCORED else ""),
        ("提交时间", moment(case.submitted_at, "")),
        ("报送时间", moment(case.sent_at, "")),
        ("受理时间", moment(case.accepted_at, "")),
    ]
    return given(rows)


def checks(case: Case, today: dt.date) -> list[Block]:
    """The policy check as shown to users who do not edit the file."""
    return verdict_tables(check_groups(case, verdicts_or_none(case, today), edits=False)) or [Paragraph(NO_POLICY)]


def corrections(case: Case) -> list[Block]:
    """Each correction notice with its answers."""
    blocks: list[Block] = []
    for notice in case.corrections.prefetch_related("findings__files__document").order_by("round"):
        rows = tuple(
            (
                str(place),
                finding.bound_label,
                finding.text,
                "\n".join([finding.answer or "未答复", *(laid.document.printed_title for laid in finding.files.all())]),
            )
            for place, finding in enumerate(notice.findings.all(), start=1)
        )
        answered = f"，{day(notice.answered_at)}补正" if notice.answered_at else ""
        term = f"{term_in_words(notice.due)}{default_mark('supplement.days', '拟', since=notice.issued_at, due=notice.due)}"
        told = f"{day(notice.issued_at)}一次告知{len(rows)}条，期限{term}{answered}"
        blocks += [Heading(f"第{notice.round}次补正", 2), Paragraph(told, ParagraphStyle.NOTE)]
        blocks.append(PaperTable("补正内容和答复", ASKED, rows))
    return blocks or [Paragraph("没有要求补正。")]


def questions(case: Case) -> PaperTable:
    """Questions and answers of the preliminary review (预评审)."""
    rows = tuple(
        (
            str(row.number),
            row.bound_label,
            f"{row.text}\n{day(row.asked_at)}提出",
            f"{row.answer}\n{day(row.answered_at)}，{named(row, 'answered_by')}" if row.answered_at and row.answered_by else UNANSWERED,
        )
        for row in case.questions.select_related("asked_by", "answered_by")
    )
    return PaperTable("预评审问题和答复", ASKED, rows, empty="没有提出预评审问题。")


def consultations(viewer: Viewer, case: Case) -> PaperTable:
    """Consultations of departments (部门意见) visible to the user."""
    rows = tuple(
        (
            row.department.name,
            row.question,
            f"{term_in_words(row.due)}{default_mark('consult_days', '拟', since=row.asked_at, due=row.due)}",
            "\n".join(part for part in (f"{row.get_opinion_display()}，{day(row.answered_at)}", row.text) if part)
            if row.answered_at
            else UNANSWERED,
        )
        for row in consultations_visible_to(viewer).filter(case=case)
    )
    reads_all = viewer.held.is_city or viewer.held.has(Role.SECRETARIAT)
    empty = "没有征询部门意见。" if reads_all else "没有向本岗位公开的部门意见。"
    return PaperTable("征询的部门和意见", CONSULTED, rows, empty=empty)


def review(case: Case) -> list[Block]:
    """Conclusion of the panel, and its opinions."""
    found = case.review
    if found is None:
        return [Paragraph("没有组织评审。")]
    star = case.star_words
    facts = [
        ("结论", found.get_conclusion_display() or "尚无结论"),
        ("形成结论", day(found.concluded_at, "")),
        ("评定星级", "　".join(part for part in (star, found.star_grounds) if part) if star else ""),
        ("修改完善复核", f"{day(case.recheck_on)}　{case.recheck_note}" if case.recheck_on else ""),
    ]
    return [Pairs(given(facts)), asked_table(opinions_of(case) if found.concluded_at else None)]


def outcome(case: Case) -> Paragraph:
    """What came of the case so far, in a sentence: conclusion of the panel with its score and star, decision, announcement."""
    found, said = case.review, []
    if found is not None and found.conclusion:
        total = f"，评定总分{fixed(Decimal(found.result['total']))}分" if found.result.get("total") else ""
        star = f"，评定星级为{case.star_words}{f'（{found.star_grounds}）' if found.star_grounds else ''}" if case.star_words else ""
        said.append(f"{case.panel_name}于{day(found.concluded_at)}形成结论：{found.get_conclusion_display()}{total}{star}")
    else:
        said.append(f"{case.panel_name}尚无结论")
    said.append(f"{day(case.decided_on)}作出决定（{case.decision_number or '文号待填'}）" if case.decided_on else "没有作出决定")
    line = getattr(case, "announcement_line", None)
    if line and line.announcement.status in PUBLIC_STATES:
        said.append(f"{day(line.announcement.announced_on)}公告（{line.announcement}）")
    return Paragraph(f"{'；'.join(said)}。")


def notice(viewer: Viewer, case: Case) -> list[Block]:
    """Public notice (公示), with objections for users who handle cases."""
    found = case.notices.order_by("-pk").first()
    if found is None:
        return [Paragraph("没有公示。")]
    longer = "".join(f"，{day(row.at)}由{day(row.was)}延长" for row in found.extensions.all())
    days = Paragraph(f"{day(found.opens_on)}至{day(found.closes_on)}{longer}。")
    if not is_inside(viewer, case):
        return [days, Paragraph("公示期内的意见由市级经办答复。")]
    rows = tuple(
        (
            str(place),
            day(row.filed_at),
            row.name or "不具名，留作线索",
            row.text,
            f"{'成立' if row.held else '不成立'}　{row.reply}" if row.replied_at else UNANSWERED,
        )
        for place, row in enumerate(found.objections.all(), start=1)
    )
    return [days, PaperTable("公示期内的意见", OBJECTIONS, rows, empty="没有收到意见。")]


def decision(case: Case) -> list[Block]:
    """Decision (审定) and announcement (公告)."""
    line = getattr(case, "announcement_line", None)
    batch = ""
    if line:
        published = line.announcement.status in PUBLIC_STATES
        batch = f"{line.announcement}，{day(line.announcement.announced_on)}" if published else f"{line.announcement}（拟）"
    decided = f"{day(case.decided_on)}，{case.decision_number or '文号待填'}" if case.decided_on else "没有作出决定"
    return [Pairs(given([("审定", decided), ("公告批次", batch)]))]
