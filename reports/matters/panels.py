"""评审组与抽取记录: the panel as the user may see it, and for overseers each draw with the data to repeat it."""

from django.db.models import QuerySet

from assessments.reviews.enums import ReviewState
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import Draw, Review
from assessments.reviews.rules import oversees_reviews
from assessments.reviews.selectors.reviews import panel_for, reviews_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import fours
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.opinions import name_of
from reports.matters.words import day, given, moment, section

SEATS = (
    PaperColumn("席位", 28, ColumnKind.NAME),
    PaperColumn("专业", 42),
    PaperColumn("答复", 17),
    PaperColumn("已评 / 分派", 18),
    PaperColumn("评分提交", 35),
)
VOTE = PaperColumn("表决", 16)
HOW = "种子的校验值在名单冻结前登记。用平台上的核对数据和核对程序可以重算抽取结果。"


def visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Reviews whose page the user may open: all for overseers, concluded ones for others."""
    rows = reviews_visible_to(viewer)
    return rows if oversees_reviews(viewer.held) else rows.filter(status=ReviewState.CONCLUDED)


def compose(viewer: Viewer, review: Review) -> Composition:
    """The page of the review: subject, panel, and for overseers the draws."""
    oversees = oversees_reviews(viewer.held)
    voted = review.status == ReviewState.CONCLUDED
    rows = []
    for one in panel_for(review, viewer):
        member = one.member
        label = f"{one.label}（组长）" if member.chair else one.label
        reply = "\n".join(part for part in (member.get_state_display(), member.reason if oversees else "") if part)
        read = f"{one.done} / {one.assigned}" if one.assigned else "—"
        vote = (member.get_vote_display() or "—",) if voted else ()
        rows.append((label, one.chapters or "综合", reply, read, moment(member.submitted_at), *vote))
    blocks: list[Block] = [
        *section("一、评审对象", Pairs(_about(review))),
        *section("二、专家组", PaperTable("专家组", (*SEATS, VOTE) if voted else SEATS, tuple(rows), empty="尚未抽取专家。")),
    ]
    if oversees:
        draws = review.draws.select_related("drawn_by").order_by("number")
        blocks += [Heading("三、抽取记录"), *(block for draw in draws for block in _draw(draw)), Paragraph(HOW, ParagraphStyle.NOTE)]
    cover = (("编号", str(review.subject["number"])), ("状态", REVIEW.state(review.status).label))
    return Composition(
        f"{name_of(review)}组和抽取记录",
        tuple(blocks),
        cover=cover,
        is_demo=review.table.district.is_demo,
        reference=not review.table.edition.official,
    )


def _about(review: Review) -> tuple[tuple[str, str], ...]:
    table = review.table
    ended = review.status == ReviewState.CONCLUDED
    return given(
        [
            ("城区", str(table.district)),
            ("评分表", f"{table.get_stage_display()}，{table.edition.code}"),
            ("申报星级", review.asked_words),
            *((party["role"], party["name"]) for party in review.subject["parties"]),
            ("评分截止", day(review.score_due, "")),
            ("评审会", f"{moment(review.meeting_at)}，{review.meeting_place}" if review.meeting_at else ""),
            ("评审结论", review.concluded_words if ended else ""),
            ("结论时间", moment(review.concluded_at, "")),
        ]
    )


def _draw(draw: Draw) -> list[Block]:
    if draw.reason:
        how = f"指定：{draw.reason}"
    elif draw.drawn_at:
        how = f"{moment(draw.drawn_at)}抽取，{draw.drawn_by.name if draw.drawn_by else '系统'}"
    else:
        how = f"{moment(draw.committed_at)}登记种子校验值，等待抽取"
    by_lot = draw.drawn_at and not draw.reason
    facts = [
        (f"第{draw.number}次", how),
        ("种子校验值", fours(draw.secret_digest)),
        ("名单校验值", fours(draw.list_digest) if draw.drawn_at else ""),
        ("种子", fours(draw.secret) if by_lot else ""),
        ("候选", f"{len(draw.pool)}人，第{draw.tries}次抽取即符合专业要求" if by_lot else ""),
    ]
    return [Heading(f"第{draw.number}次抽取", 2), Pairs(given(facts))]
