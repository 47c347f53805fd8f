"""专家评审意见汇总: the concluded opinion of a panel with names, and its requirements by clause."""

from decimal import Decimal

from django.db.models import QuerySet

from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.opinions.lifecycle import OPINION
from assessments.common.enums import CommentKind
from assessments.opinions.columns import LINE
from assessments.opinions.models import OpinionState, PanelOpinion
from assessments.reviews.enums import ReviewState
from assessments.reviews.models import Review
from assessments.reviews.selectors.agenda import opinion_of
from assessments.reviews.selectors.reviews import reviews_visible_to
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.acting import named
from greendistrict.accounts.viewer import Viewer
from reports.composition.blocks import Cell, Composition, Pairs, PaperColumn, PaperTable, Paragraph, Signature, Wide
from reports.composition.columns import paper_columns
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.words import day, moment, section, subject_facts, text_of

SCORES = (
    PaperColumn("章", kind=ColumnKind.NAME),
    PaperColumn("得分", 24, ColumnKind.NUMBER),
    PaperColumn("可得", 24, ColumnKind.NUMBER),
    PaperColumn("折算", 24, ColumnKind.NUMBER, missing="—"),
)
AGREED = (PaperColumn("条文", 44, ColumnKind.NAME), PaperColumn("商定", 20), PaperColumn("理由", 46), PaperColumn("保留意见", 46))
MEMBERS = (PaperColumn("专家", kind=ColumnKind.NAME), PaperColumn("表决", 36), PaperColumn("确认时间", 54))
ASKED = paper_columns(LINE, 12, 22, 40, 46, 16, 28, 40, 32, 18, named="item_title")


def visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Concluded reviews that the user sees."""
    return reviews_visible_to(viewer).filter(status=ReviewState.CONCLUDED)


def name_of(review: Review) -> str:
    """Name of a review in titles of papers."""
    return f"{review.subject['title']}专家评审"


def compose(viewer: Viewer, review: Review) -> Composition:
    """The page 评审意见, and the list of opinions if the user sees the matter."""
    said, edition = opinion_of(review), review.table.edition
    rows: tuple[tuple[Cell, ...], ...] = tuple((title, *map(_number, figures)) for title, *figures in said["chapters"])
    agreed = tuple((f"{one.item_id} {title}", words, one.reason, "\n".join(dissents)) for one, title, words, dissents in said["agreed"])
    members = tuple(
        (
            f"{member.expert.user.name}（组长）" if member.chair else member.expert.user.name,
            member.get_vote_display() if member.present_at else "未到会",
            moment(member.signed_at),
        )
        for member in said["members"]
    )
    matter = matter_of(viewer, review)
    blocks = [
        *section("一、评审对象和结论", Pairs((*subject_facts(review), ("评审结论", review.concluded_words)))),
        *section("二、意见", text_of(review.opinion, "没有写意见。")),
        *section(
            "三、评定得分",
            PaperTable("各章得分", SCORES, rows, total=("总分", "", "", _number(said["total"])), key="chapters"),
            Paragraph(f"{said['level']}，含加分{said['bonus']}。", ParagraphStyle.NOTE),
        ),
        *section("四、会议商定的条文", PaperTable("会议商定的条文", AGREED, agreed, empty="没有会议商定的条文。")),
        *section("五、须修改和建议的内容", asked_table(opinions_of(matter, review) if matter else None, "没有向本岗位公开的评审意见。")),
        *section("六、专家组", PaperTable("专家组", MEMBERS, members)),
        Signature((day(review.concluded_at),)),
    ]
    number = str(review.subject["number"])
    return Composition(
        f"{name_of(review)}意见汇总", tuple(blocks), cover=(("编号", number), ("结论", review.concluded_words)),
        is_demo=review.table.district.is_demo, reference=not edition.official,
    )  # fmt: skip


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def matter_of(viewer: Viewer, review: Review) -> Case | StageAssessment | None:
    """The matter judged by the panel if the user sees it, or None."""
    case = cases_visible_to(viewer).filter(review=review).first()
    return case or stages_visible_to(viewer).filter(review=review).first()


def opinions_of(matter: Case | StageAssessment, review: Review | None = None) -> list[PanelOpinion]:
    """Opinions on a matter in order, of one review or of all."""
    rows = matter.review_opinions.select_related("document", "replied_by", "checked_by").order_by("number")
    return list(rows if review is None else rows.filter(review=review))


def asked_table(rows: list[PanelOpinion] | None, none_yet: str = "尚无评审意见。") -> Wide | PaperTable:
    """Opinions by clause with reply, check and state; ``rows`` is None, and ``none_yet`` says why, where they are not known."""
    if not rows:
        return PaperTable("评审意见逐条办理", ASKED, (), empty=none_yet if rows is None else "专家没有对条文提出须修改的内容或建议。")
    lines = []
    for row in rows:
        reply = check = "—"
        if row.replied_at and row.replied_by:
            file = row.document.printed_title if row.document else ""
            reply = "\n".join(part for part in (row.reply, file, f"{day(row.replied_at)}，{named(row, 'replied_by')}") if part)
        if row.checked_at and row.checked_by:
            check = f"{row.note or '同意'}\n{day(row.checked_at)}，{named(row, 'checked_by')}"
        head = (str(row.number), row.field, f"{row.item_id} {row.item_title}", row.text, row.get_kind_display(), row.body)
        lines.append((*head, reply, check, OPINION.state(row.status).label))
    left = [row for row in rows if row.status != OpinionState.CLOSED]
    musts = sum(row.kind == CommentKind.MUST for row in left)
    note = f"共{len(rows)}条，未销号{len(left)}条，其中须修改{musts}条。"
    return Wide((PaperTable("评审意见逐条办理", ASKED, tuple(lines), note=note),))
