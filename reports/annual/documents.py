"""The district's annual report as a composition: cover, eleven sections, signature, annexes."""

from typing import Any

from greendistrict.core.rounding import chinese
from greendistrict.core.templatetags.gd import cn_date
from reports.annual import sections
from reports.annual.figures import DistrictFigures
from reports.closings.figures import as_fact
from reports.common.definitions import DISTRICT_MEANINGS, AsOf, defined, terms
from reports.composition.blocks import Block, Composition, Heading

UNITS = {"km2": "km²", "tCO2": "tCO₂e"}


def district_composition(figures: DistrictFigures) -> Composition:
    """The whole report of one year."""
    blocks: list[Block] = []
    for number, (title, section) in enumerate(sections.SECTIONS, start=1):
        blocks.append(Heading(f"{chinese(number)}、{title}"))
        blocks += section(figures)
    blocks += [sections.signature(figures), sections.annex(figures)]
    scores, single = figures.scores, named(figures)
    days = {AsOf.STOCK: cn_date(figures.on), AsOf.FLOW: f"{cn_date(figures.closing.closes_on)}（含当日）前收到"}
    definitions = []
    for key in single:  # the name of a figure ends with its unit
        name, _, unit = key.partition("_")
        definitions.append(defined(DISTRICT_MEANINGS[name], name, UNITS.get(unit, unit), days))
    return Composition(
        title=title_of(figures),
        subtitle="上海市绿色生态城区",
        blocks=tuple(blocks),
        edition=figures.closing.edition_words,
        cover=(
            ("评估年度", f"{figures.year}年"),
            ("编制单位", figures.reporter.body or None),
            ("自查编号", f"{scores.number}（第{figures.version}版）" if scores else f"截至{cn_date(figures.judged_on)}没有已接收的自查"),
            ("报告版次", figures.closing.edition_words),
            ("统计截止日", as_fact(figures.on, figures.closing.snapshot_words)),
            ("生成日期", figures.made_on),
        ),
        is_demo=figures.is_demo,
        reference=figures.reference,
        figures=single,
        definitions=(*definitions, *terms()),
    )


def title_of(figures: DistrictFigures) -> str:
    """Title of the report."""
    return f"{figures.district.name}{figures.year}年度评估报告"


def named(figures: DistrictFigures) -> dict[str, Any]:
    """Single figures for the figures file; None if unknown."""
    scores, land, found = figures.scores, figures.land, figures.carbon.found
    return {
        "城区代码": figures.district.code,
        "年度": figures.year,
        "统计截止日": figures.on,
        "称号": figures.stage_words,
        "规划范围面积_km2": figures.area_km2,
        "总分_分": scores.total if scores else None,
        "加分_分": scores.bonus if scores else None,
        "预期总分_分": scores.planned_total if scores else None,
        "上年总分_分": scores.previous_total if scores else None,
        "目标总分_分": scores.target.least if scores and scores.target else None,
        "星级": scores.verdict if scores else None,
        "佐证材料_件": scores.evidence if scores else None,
        "数据校验值": scores.digest if scores else None,
        "地块_个": land.totals["plots"],
        "已出让或划拨地块_个": land.totals["acquired"],
        "建成且符合地块_个": land.totals["built"],
        "近期重点项目_个": len(land.projects),
        "市政设施_项": len(land.works),
        "年碳排放总量_tCO2": found.total if found else None,
        "未办结评审意见_条": len(figures.supervision.open_opinions),
    }
