"""评审会会议纪要 (minutes): what the meeting recorded, in the form of an official letter (GB/T 9704); a draft until the conclusion."""

from assessments.reviews.models import Review
from assessments.reviews.selectors.screen import minutes_of
from greendistrict.accounts.viewer import Viewer
from reports.composition.blocks import Block, Composition, Heading, Pairs, Paragraph, Signature
from reports.composition.enums import Style
from reports.matters.words import day, given, section, subject_facts, text_of

NONE = "没有议题，各专家评分一致，直接按评分取定。"
UNSAVED = "评审意见尚未保存。"
BLANK = "＿＿＿＿＿＿＿＿"  # written by hand: the portal does not know who presided, sat in, took the minutes and issues them


def compose(viewer: Viewer, review: Review) -> Composition:
    """Contents of the page 会议纪要."""
    minutes = minutes_of(review)
    present, absent = minutes.seats(viewer.held)
    lines: list[Block] = []
    for place, line in enumerate(minutes.lines, start=1):
        dissents = (Paragraph(f"保留意见：{words}") for words in line.dissents)
        lines += [Heading(f"{place}. {line.title}", 3), Paragraph(line.grounds), Paragraph(line.result), *dissents]
    blocks: list[Block] = [
        Pairs((*subject_facts(review), *given((("到会专家", present), ("未到会", absent))))),
        *section("一、逐条商定", *(lines or [Paragraph(NONE)])),
        *section("二、评定得分", Paragraph(minutes.score_words)),
        *section("三、评审意见", text_of(review.opinion, UNSAVED)),
        *section("四、表决和结论", Paragraph(minutes.vote_words)),
        *section("五、列席人员", Paragraph(BLANK)),
        Signature((f"主持：{BLANK}", f"记录：{BLANK}", f"签发：{BLANK}", day(review.concluded_at, "　　年　　月　　日"))),
    ]
    return Composition(
        f"{review.subject['title']}评审会会议纪要",
        tuple(blocks),
        Style.LETTER,
        is_demo=review.table.district.is_demo,
        reference=not review.table.edition.official,
    )
