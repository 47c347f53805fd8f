"""评审会材料: agenda, disputed clauses, sign-in, confirmations, ballots, signature page, declarations of the members."""

from django.db.models import QuerySet

from assessments.common.enums import Conclusion
from assessments.reviews.enums import FROM_MEETING, MemberState
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.rules import oversees_reviews
from assessments.reviews.selectors.agenda import COMMITMENTS, MeetingPack, pack_of
from assessments.reviews.selectors.pool import parties_of
from assessments.reviews.selectors.reviews import reviews_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import num
from reports.composition.blocks import Block, Composition, Heading, PageBreak, Pairs, PaperColumn, PaperTable, Paragraph, Signature, Wide
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.words import section, subject_facts, text_of

DISPUTED = (
    PaperColumn("条文", 46, ColumnKind.NAME),
    PaperColumn("列入原因", 34),
    PaperColumn("申报", 20),
    PaperColumn("各人评分和意见", 92),
    PaperColumn("未商定时", 22),
    PaperColumn("商定", 22),
)
SIGN_IN = (
    PaperColumn("席位", 32, ColumnKind.NAME),
    PaperColumn("姓名", 22),
    PaperColumn("专业", 43),
    PaperColumn("签到", 33),
    PaperColumn("时间", 26),
)
SIGNED = (PaperColumn("席位", 36, ColumnKind.NAME), PaperColumn("姓名", 36), PaperColumn("签名", 48), PaperColumn("日期", 36))
BLANK = "\u200b"  # a cell to write into: white space alone is printed as —


def visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Reviews with open readings, for members and overseers of the meeting."""
    rows = reviews_visible_to(viewer).filter(status__in=FROM_MEETING)
    if oversees_reviews(viewer.held):
        return rows
    return rows.filter(pk__in=PanelMember.objects.filter(expert__user=viewer.person, state=MemberState.ACCEPTED).values("review_id"))


def compose(viewer: Viewer, review: Review) -> Composition:
    """The page 会议材料 with blank sheets, then commitment and recusal statement to sign."""
    pack = pack_of(review, viewer)
    numbers = iter("一二三四五六七八")
    present = tuple((*_seat(pack, place), one.chapters or "综合", BLANK, BLANK) for place, one in enumerate(pack.people))
    signed = tuple((*_seat(pack, place), BLANK, BLANK) for place in range(len(pack.people)))
    blocks: list[Block] = [
        Pairs(subject_facts(review)),
        Heading(f"{next(numbers)}、议程"),
        *(Paragraph(f"{place}. {step}") for place, step in enumerate(pack.steps, start=1)),
        *_disputed(pack, f"{next(numbers)}、有争议的条文"),
        Heading(f"{next(numbers)}、签到表"),
        PaperTable("签到表", SIGN_IN, present),
    ]
    if pack.agenda.lines:
        members = tuple(PaperColumn(str(member)) for member in pack.members)
        columns = (PaperColumn("条文", 46, ColumnKind.NAME), PaperColumn("商定", 22), *members)
        blanks = (BLANK,) * len(members)
        agreed = tuple((f"{line.item.id} {line.item.title}", line.agreed_words or BLANK, *blanks) for line in pack.agenda.lines)
        blocks += [
            PageBreak(),
            Heading(f"{next(numbers)}、商定结果确认单"),
            Paragraph("同意的签名，不同意的写明保留意见并签名。"),
            PaperTable("商定结果确认单", columns, agreed),
        ]
    ballot = (*(PaperColumn(label) for label in Conclusion.labels), PaperColumn("签名", 30), PaperColumn("日期", 26))
    whose = f"{review.subject['title']}（{review.subject['number']}）"
    blank_vote = (*("□" for _ in Conclusion.labels), BLANK, BLANK)
    blocks += [
        PageBreak(),
        Heading(f"{next(numbers)}、表决票"),
        *(PaperTable(f"{whose}表决票　{member}", ballot, (blank_vote,)) for member in pack.members),
    ]
    blocks += [
        PageBreak(),
        Heading(f"{next(numbers)}、评审意见签名页"),
        text_of(review.opinion, "评审意见尚未写定，写定后重新打印本页。"),
        PaperTable("评审意见签名页", SIGNED, signed),
    ]
    blocks += [PageBreak(), *_declarations(review, next(numbers), next(numbers))]
    cover = (("编号", str(review.subject["number"])), ("评审对象", str(review.subject["title"])))
    return Composition(
        f"{review.subject['title']}评审会材料",
        tuple(blocks),
        cover=cover,
        is_demo=review.table.district.is_demo,
        reference=not review.table.edition.official,
    )


def _disputed(pack: MeetingPack, title: str) -> list[Block]:
    if not pack.agenda.lines:
        return section(title, Paragraph("没有。各专家评分一致，直接按评分取定。"))
    rows = []
    for line in pack.agenda.lines:
        name = f"{line.item.id} {line.item.title}" + (f"\n满分{num(line.item.points)}" if line.kind == "points" else "")
        said = "\n".join(
            f"专家{dot.number}：{dot.words}{'（存疑）' if dot.judgement == '存疑' else ''}{f'，{dot.comment}' if dot.comment else ''}"
            for dot in line.dots
        )
        rows.append((name, "、".join(line.causes_on_paper), line.claimed, said, line.by_rule or "须商定", line.agreed_words or BLANK))
    return section(title, Wide((PaperTable("有争议的条文和各人评分", DISPUTED, tuple(rows)),)))


def _seat(pack: MeetingPack, place: int) -> tuple[str, str]:
    member = pack.members[place]
    return f"{member}（组长）" if member.chair else str(member), member.expert.user.name if pack.named else BLANK


def _declarations(review: Review, first: str, second: str) -> list[Block]:
    parties = "\n".join(f"{party.role}：{party.name}" for party in parties_of(review))
    sign = Signature(("签名：＿＿＿＿＿＿＿＿＿＿", "＿＿＿＿年＿＿月＿＿日"))
    about = Pairs((("评审对象", str(review.subject["title"])), ("编号", str(review.subject["number"])), ("有关单位", parties or "—")))
    return [
        *section(
            f"{first}、评审专家承诺书",
            about,
            Paragraph("本人接受邀请，参加上述绿色生态城区专家评审，承诺："),
            *map(Paragraph, COMMITMENTS),
            sign,
        ),
        PageBreak(),
        *section(
            f"{second}、回避声明",
            about,
            Paragraph("本人受邀参加上述绿色生态城区专家评审，因下列情形应当回避，不参加本次评审，不再接触评审材料："),
            Paragraph("（手写）", ParagraphStyle.CENTER),
            sign,
        ),
    ]
