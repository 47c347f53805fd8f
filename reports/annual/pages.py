"""Pages of one district in the city's annual report: card, scores, gaps, land, carbon, duties, opinions, next step."""

from collections.abc import Iterator
from dataclasses import replace

from reports.annual import sentences, tables
from reports.annual.figures import WORST, DistrictFigures
from reports.composition.blocks import Block, Chart, Heading, PaperTable, Paragraph


def district_pages(figures: DistrictFigures, *, internal: bool) -> tuple[Block, ...]:
    """One to two pages. Unknown figures are replaced by a sentence with the reason.

    The external edition (``internal`` False) omits unfulfilled control items, clauses below target, delays, duties, findings and opinions.
    """
    blocks = (
        Heading(figures.district.name, 2),
        tables.card(figures),
        *_scores(figures, internal=internal),
        *_rest(figures, internal=internal),
    )
    code = figures.district.code  # the figures file names tables and charts of each district apart
    return tuple(replace(block, key=f"{block.key}_{code}") if isinstance(block, PaperTable | Chart) else block for block in blocks)


def _scores(figures: DistrictFigures, *, internal: bool) -> Iterator[Block]:
    scores = figures.scores
    if scores is None:
        yield Paragraph(f"得分：{sentences.no_scores(figures) if internal else sentences.nothing_received(figures)}")
        return
    yield Paragraph(f"得分：{sentences.result(scores)}{sentences.verdict(scores)}{sentences.controls(scores) if internal else ''}")
    yield tables.chapters(scores)
    if internal:
        worst = scores.short[:WORST]
        yield Paragraph(f"与目标差距最大的条文：{'' if worst else tables.short(scores, ()).empty}")
        for number, item in enumerate(worst, start=1):
            yield Paragraph(f"{number}. {sentences.below_target(item)}")
    yield tables.bars(scores, figures.judged_on)
    yield from tables.radar(scores, figures.judged_on)


def _rest(figures: DistrictFigures, *, internal: bool) -> Iterator[Block]:
    if figures.is_recorded_only:
        yield Paragraph(f"地块、项目、碳排放、应报事项、意见和下一步：{sentences.NOT_WORKING}")
        return
    lists = "".join(one(figures, behind=internal) for one in (sentences.plots, sentences.projects, sentences.works))
    yield Paragraph(f"地块和项目：{lists}{sentences.late(figures) if internal else ''}按基线计：{sentences.gates(figures)}。")
    yield Paragraph(f"碳排放：{sentences.carbon(figures)}")
    if internal:
        yield Paragraph(f"应报事项：{sentences.duties(figures)}")
        opinions = sentences.open_opinions(figures)
        yield Paragraph(f"监督检查和意见：{sentences.supervision(figures)}{f'未办结的意见：{opinions}。' if opinions else ''}")
    needs = sentences.needs(figures) if internal else ""
    yield Paragraph(f"下一步：{sentences.next_step(figures)}{f'尚需：{needs}。' if needs else ''}")
