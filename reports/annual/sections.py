"""Sections of a district's annual report, in the order in which they are printed."""

import re
from collections.abc import Iterable, Iterator, Mapping

from assessments.self_checks.report import printed
from assessments.self_checks.selectors.self_checks import pictures_in
from districts.file.selectors.parties import renewal_of
from greendistrict.core.layout_text import INSET, LayoutKind, depth_of, layout_blocks, tidied
from greendistrict.core.marked_text import marked
from greendistrict.core.rounding import chinese
from greendistrict.core.templatetags.gd import cn_date, fours
from reports.annual import carbon_tables, sentences, tables
from reports.annual.figures import OUT, AnnualFigures, DistrictFigures
from reports.annual.figures.coming import PLAN_SECTION
from reports.annual.figures.items import FAILS, UNBUILT
from reports.annual.parts import ChapterFigures, ItemFigures
from reports.annual.scorecard import scorecard
from reports.common.own_words import quoted
from reports.composition.blocks import (
    BLANK,
    Block,
    Cell,
    Heading,
    Listing,
    Pairs,
    PaperColumn,
    PaperTable,
    Paragraph,
    Picture,
    Signature,
    Wide,
)
from reports.composition.enums import ParagraphStyle

CARBON_NOTE = (
    "目标取自专业规划，历年核查数值取自城区报送的碳排放核查报告；与目标路径对照的数值取自城区报送的碳排放清单，由平台按活动数据和排放因子算出，"
    "首个目标年以前最早的清单年度为基准年，目标年之间按直线内插。"
)
HEAD = re.compile(r"^[一二三四五六七八九十]+、")


def basics(figures: DistrictFigures) -> Iterator[Block]:
    """基本情况."""
    yield Paragraph(sentences.standing(figures))
    yield Paragraph(sentences.handed_in(figures))
    yield Paragraph(sentences.basis(figures))
    yield Pairs(facts(figures), key="district")


def facts(figures: DistrictFigures) -> tuple[tuple[str, Cell], ...]:
    """Single facts about the district as of the snapshot day."""
    district = figures.district
    scores = figures.scores
    edition = f"{scores.edition_title}（{scores.edition_code}）" if scores else district.edition_text
    return (
        ("城区", district.name),
        ("类型", figures.type_words or None),
        *_renewal(figures),
        ("阶段", f"{figures.stage_words}（截至{cn_date(figures.on)}）"),
        ("称号星级", sentences.star(figures)),
        ("目标星级", district.get_target_star_display() or "未设"),
        ("规划范围面积", sentences.area_words(figures)),
        ("规划人口", sentences.population(figures)),
        ("实施主体", "、".join(figures.parties) or None),
        ("申报主体", figures.reporter.body or None),
        ("适用标准", edition or None),
    )


def _renewal(figures: DistrictFigures) -> Iterator[tuple[str, Cell]]:
    """Drives and projects of a renewal district, those of a closed year as they were then."""
    renewal = renewal_of(figures.district)
    if renewal is None:
        return
    kept = figures.renewal_projects
    yield "更新导向", renewal.drive_words
    yield "美丽街区、美丽家园项目", (renewal.by_drive if kept is None else kept) or "没有登记"


def result(figures: DistrictFigures) -> Iterator[Block]:
    """评分结果."""
    scores = figures.scores
    if scores is None:
        yield Paragraph(sentences.no_scores(figures))
        return
    yield Paragraph(f"{sentences.result(scores)}{sentences.verdict(scores)}")
    yield Paragraph(sentences.controls(scores))
    yield tables.chapters(scores)
    yield tables.bars(scores, figures.judged_on)


def chapters(figures: DistrictFigures) -> Iterator[Block]:
    """Section 各章: what takes part, what falls short and what is proven, by chapter."""
    scores = figures.scores
    if scores is None:
        yield Paragraph(sentences.no_scores(figures))
        return
    for number, chapter in enumerate(scores.chapters, start=1):
        yield Heading(f"{number}. {chapter.title}", 3)
        yield Paragraph(_chapter(scores, chapter))


DRAWN = "没有设当年目标的，按指标体系现状值与各年目标之间的直线推算（目标路径）。"


def _chapter(scores: AnnualFigures, chapter: ChapterFigures) -> str:
    items = [item for item in scores.items if item.chapter == chapter.key]
    counted = [item for item in items if item.state != OUT]
    failed = [item for item in items if item.state == FAILS]
    below = [item for item in scores.short if item.chapter == chapter.key and item not in failed]
    if not counted:
        return f"本章条文{len(items)}项均不参评，没有得分。"
    score = f"加分{sentences.points(chapter.obtained)}分" if chapter.bonus else f"得{sentences.points(chapter.score)}分"
    first = "，".join(part for part in (f"本章{score}", sentences.beside(chapter)) if part)
    out = f"，不参评{len(items) - len(counted)}项" if len(items) > len(counted) else ""
    first += f"。参评条文{len(counted)}项{out}，佐证材料{sum(item.evidence for item in items)}件"
    second = f"控制项不满足的{len(failed)}项：{sentences.named(failed)}。" if failed else ""
    third = (
        f"低于年度目标、目标路径或预期的{len(below)}项：{sentences.named(below)}。"
        if below
        else ""
        if failed
        else sentences.none_below(scores, [chapter])
    )
    return f"{first}。{second}{third}{_told(failed + below)}"


def _told(items: Iterable[ItemFigures]) -> str:
    """What the district says of the first of these clauses that it explains; empty if it explains none."""
    return next((f"城区对{item.id}说明：{quoted(item.reason)}（自评分表）。" for item in items if item.reason), "")


def short(figures: DistrictFigures) -> Iterator[Block]:
    """Section 未达目标的条文及原因: clauses below target, with reasons."""
    scores = figures.scores
    if scores is None:
        yield Paragraph(sentences.no_scores(figures))
        return
    found = scores.short
    if found:
        idle = sum(item.state == UNBUILT for item in found)
        begun = f"，其中未启动{idle}项" if idle else ""
        yield Paragraph(
            f"低于年度目标、目标路径或预期的条文{len(found)}项{begun}，按控制项、差距排列，原因为城区在自评分表中的说明。{DRAWN}"
        )
    yield tables.short(scores, found)
    yield from tables.below((f"{item.id} {item.title}", item.reason) for item in found)


def dimensions(figures: DistrictFigures) -> Iterator[Block]:
    """五个方面."""
    scores = figures.scores
    if scores is None:
        yield Paragraph(sentences.no_scores(figures))
        return
    yield from tables.radar(scores, figures.judged_on)
    yield tables.dimensions(scores)


def narrative(figures: DistrictFigures) -> Iterator[Block]:
    """Section with the district's own self-check report (自评报告)."""
    scores = figures.scores
    if scores is None:
        yield Paragraph(sentences.no_scores(figures))
        return
    if not scores.sections:
        yield Paragraph("接收的自查没有附自评报告文字。")
    pictures = pictures_in((text for _, text in scores.sections), figures.district.pk)
    sections = printed((HEAD.sub("", title), text) for title, text in scores.sections)
    for number, (title, text, source) in enumerate(sections, start=1):
        yield Heading(f"（{chinese(number)}）{title}", 2)
        yield from laid_out(text, title, level=3, pictures=pictures) if text.strip() else (Paragraph("未填。"),)
        if source:
            yield Paragraph(source, ParagraphStyle.NOTE)


def laid_out(text: str, caption: str, *, level: int, pictures: Mapping[str, bytes] | None = None) -> Iterator[Block]:
    """A text with the district's layout; a table's caption is the heading above it, unless ``caption`` is off."""
    for block in tidied(layout_blocks(text)):
        match block.kind:
            case LayoutKind.HEADING:
                caption = caption and block.lines[0]
                yield Heading(block.lines[0], level)
            case LayoutKind.TABLE:
                rows = block.rows or (("",) * len(block.head),)
                yield PaperTable(
                    caption, tuple(map(PaperColumn, block.head)), tuple(tuple(marked(cell) or BLANK for cell in row) for row in rows)
                )
            case LayoutKind.PICTURE:
                yield Picture(block.lines[0], (pictures or {}).get(block.file), block.file)
            case LayoutKind.BULLETS:
                yield Listing(tuple((None, marked(line.lstrip(INSET)), depth_of(line)) for line in block.lines))
            case LayoutKind.NUMBERS:
                yield Listing(tuple((number, marked(line.lstrip(INSET)), depth_of(line)) for number, line in block.numbered))
            case LayoutKind.PARAGRAPH:
                yield Paragraph(marked(*block.lines))


def land(figures: DistrictFigures) -> Iterator[Block]:
    """地块、重点项目和市政设施."""
    for sentence in (sentences.plots(figures), sentences.projects(figures), sentences.works(figures)):
        yield Paragraph(sentence)
    if late := sentences.late(figures):
        yield Paragraph(late)
    if gaps := sentences.operation_gaps(figures):
        yield Paragraph(gaps)
        yield tables.operation_gaps(figures)
    yield tables.gates(figures)
    yield Paragraph("地块、近期重点项目和市政设施的清单见附件1。")


def carbon(figures: DistrictFigures) -> Iterator[Block]:
    """碳排放."""
    yield Paragraph(sentences.carbon(figures))
    yield from carbon_tables.carbon(figures)
    yield from carbon_tables.path(figures)
    yield from carbon_tables.carbon_compared(figures)
    yield Paragraph(CARBON_NOTE, ParagraphStyle.NOTE)


def supervision(figures: DistrictFigures) -> Iterator[Block]:
    """监督检查和意见."""
    yield Heading("（一）监督检查", 2)
    yield from tables.inspections(figures)
    for number, found in enumerate(figures.supervision.findings, start=1):
        yield Paragraph(f"问题{number}：{found.finding.text}\n整改要求：{found.finding.demand}")
    yield Heading("（二）市级评估", 2)
    yield tables.results(figures)
    yield Heading("（三）评审意见", 2)
    yield tables.opinions(figures)
    for number, row in enumerate(figures.supervision.opinions, start=1):
        yield Paragraph(f"意见{number}：{row.opinion.text}")


def duties(figures: DistrictFigures) -> Iterator[Block]:
    """本年应报事项."""
    yield tables.duties(figures)


def coming(figures: DistrictFigures) -> Iterator[Block]:
    """下一年计划."""
    yield tables.planned(figures)
    own = [text for title, text in (figures.scores.sections if figures.scores else ()) if PLAN_SECTION in title and text.strip()]
    if own:
        yield Paragraph("城区对存在问题和下一年工作的说明见第七部分“自评报告”。")
    yield Paragraph(sentences.next_step(figures))
    if figures.coming.step and figures.coming.step.open and not figures.is_recorded_only:
        yield tables.needs(figures)


SECTIONS = (
    ("年度评估概览", scorecard),
    ("基本情况", basics),
    ("评分结果", result),
    ("各章情况", chapters),
    ("未达目标的条文及原因", short),
    ("五个方面", dimensions),
    ("自评报告", narrative),
    ("地块、近期重点项目和市政设施", land),
    ("碳排放", carbon),
    ("监督检查和意见", supervision),
    ("本年应报事项", duties),
    ("下一年计划", coming),
)


def signature(figures: DistrictFigures) -> Signature:
    """Signature lines of the filing body; unrecorded values are left blank to be written."""
    who = figures.reporter
    contact = f"{who.contact}　{who.phone}".strip() if who.contact else ""
    day = cn_date(who.on) if who.on else "　　年　　月　　日"
    return Signature(
        (
            f"单位名称：{who.body or '　　　　　　　　'}",
            f"负责人：{who.head or '　　　　'}",
            f"联系人：{contact or '　　　　'}",
            f"日期：{day}",
        )
    )


def annex(figures: DistrictFigures) -> Wide:
    """Annexes on landscape pages: lists, score table, excluded clauses, evidence."""
    scores = figures.scores
    blocks: list[Block] = [Heading("附件1　地块、近期重点项目和市政设施清单")]
    for title, table in (("1. 地块", tables.plots), ("2. 近期重点项目", tables.projects), ("3. 市政设施", tables.works)):
        blocks += [Heading(title, 3), table(figures)]
    blocks += [Heading(f"附件2　{figures.year}年度自评分表"), tables.clauses(figures)]
    if scores is None:
        return Wide(tuple(blocks))
    blocks += tables.below((f"{item.id} {item.title}", item.reason) for item in scores.items if item.state != OUT)
    blocks += [Heading("附件3　不参评条文及理由"), tables.excluded(scores)]
    blocks += tables.below((f"{item.id} {item.title}", item.reason) for item in scores.excluded)
    blocks += [Heading("附件4　佐证材料清单"), tables.evidence(scores)]
    blocks.append(Paragraph(f"数据校验值（SHA-256）{fours(scores.digest)}", ParagraphStyle.NOTE))
    return Wide(tuple(blocks))
