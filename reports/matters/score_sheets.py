"""专家打分表: the clauses of one member with claim and judgement; blank for printing while scores are hidden."""

from django.db.models import Q, QuerySet

from assessments.reviews.enums import FROM_MEETING, WITH_PANEL, MemberState, ReviewState
from assessments.reviews.models import PanelMember
from assessments.reviews.rules import is_this_member, oversees_reviews, runs_reviews, scores_are_open
from assessments.reviews.selectors.papers import sheet_of
from assessments.reviews.selectors.workspace import desk_of
from greendistrict.accounts.viewer import Viewer
from indicators.scoring.numbers import plain
from reports.composition.blocks import Composition, Pairs, PaperColumn, PaperTable, Paragraph, Signature, Wide
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.words import day, moment, section, subject_facts

COLUMNS = (
    PaperColumn("条文", 46, ColumnKind.NAME),
    PaperColumn("分派", 16),
    PaperColumn("规则", 56),
    PaperColumn("申报", 34),
    PaperColumn("判断", 22),
    PaperColumn("评分", 16),
    PaperColumn("意见", 34),
    PaperColumn("性质", 16),
)
HOW = (
    "每条勾选一项：一致为同意申报；不同的写明所给分数，须是规则的一档；不同和存疑的写明意见。意见勾选“须修改”或“建议”，不勾的按建议计。"
    "评分纸由评审秘书录入，另一人复核后计入。"
)


def visible_to(viewer: Viewer) -> QuerySet[PanelMember]:
    """Sheets of sitting members: the own one until the conclusion; for the secretariat during scoring, then for all overseers."""
    asked = Q(expert__user=viewer.person, review__status__in=WITH_PANEL)
    held = viewer.held
    if runs_reviews(held):
        asked |= Q(review__status=ReviewState.SCORING)
    if oversees_reviews(held):
        asked |= Q(review__status__in=FROM_MEETING)
    members = PanelMember.objects.select_related("expert__user", "review__table__district", "review__table__edition")
    return members.filter(asked, state=MemberState.ACCEPTED)


def name_of(member: PanelMember) -> str:
    """Name of the sheet: the member's number, never a person's name."""
    return f"{member.review.subject['title']}{member}"


def is_filled(viewer: Viewer, member: PanelMember) -> bool:
    """Whether the sheet includes the judgements: for the member, and for overseers from the meeting on."""
    return is_this_member(viewer.held, member) or scores_are_open(member.review)


def compose(viewer: Viewer, member: PanelMember) -> Composition:
    """Subject, clauses and a signature line; the name is printed once scores are open, and for overseers."""
    review, filled = member.review, is_filled(viewer, member)
    entries = {
        item_id: {
            "judgement": score.judgement,
            "points": "" if score.points is None else plain(score.points),
            "comment": score.comment,
            "comment_kind": score.comment_kind,
        }
        for item_id, score in (desk_of(member).scores.items() if filled else ())
    }
    rows: list[tuple[str, ...]] = []
    for line in sheet_of(member, entries):
        clause = line.clause
        claim = "\n".join((clause.value or "没有填报", clause.claimed))
        head = (f"{clause.item.id} {clause.item.title}", clause.reading, clause.rule, claim)
        if filled:
            points = f"{line.typed['points']}分" if line.typed["points"] else "—"
            rows.append((*head, line.judgement or "未评", points, line.typed["comment"], line.kind))
        else:
            boxes = "\n".join(f"□ {choice.label}" for choice in clause.choices)
            rows.append((*head, boxes, "＿＿分" if clause.asks_points else "—", "＿＿＿＿＿＿＿＿", "□ 须修改\n□ 建议"))
    named = oversees_reviews(viewer.held) and filled
    who = f"{member} {member.expert.user.name}" if named else str(member)
    facts = (*subject_facts(review), ("专家", who), ("评分提交", moment(member.submitted_at, "未提交")))
    blocks = (
        Wide(
            (
                *section("一、评审对象", Pairs(facts)),
                *section("二、逐条评分", Paragraph(HOW, ParagraphStyle.NOTE)),
                PaperTable("专家打分表", COLUMNS, tuple(rows), empty="没有分派条文。", key="scores"),
                Signature(("专家签名：＿＿＿＿＿＿＿＿", "日期：＿＿＿＿年＿＿月＿＿日")),
            )
        ),
    )
    cover = (("编号", str(review.subject["number"])), ("席位", str(member)), ("评分截止", day(review.score_due)))
    return Composition(
        f"{name_of(member)}打分表", blocks, cover=cover, marks=("草稿",) if filled and not member.submitted_at else (),
        is_demo=review.table.district.is_demo, reference=not review.table.edition.official,
    )  # fmt: skip
