"""The city's annual report as a composition: thirteen parts in two editions."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.urls import reverse

from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing
from reports.city.enums import ReportEdition
from reports.city.figures.standing import figures_of
from reports.city.figures.whole import CityReport, figures_in
from reports.city.sections.ahead import ahead
from reports.city.sections.annexes import annexes, methods, year_end_lists
from reports.city.sections.operation import operation, renewal
from reports.city.sections.overview import overall, summary
from reports.city.sections.progress import assessments, carbon, land
from reports.city.sections.scores import checks
from reports.city.sections.watch import districts, outlook, practice, supervision
from reports.city.sources import CityFigure
from reports.closings.figures import UNSETTLED, as_fact
from reports.common.definitions import CITY_MEANINGS, AsOf, Definition, defined, terms
from reports.composition.blocks import Block, Cell, Composition, Heading, PageBreak, Wide

NUMBERS = "一二三四五六七八九十"
Section = Callable[[CityReport, ReportEdition], Iterator[Block]]
# The cover is the first of the parts; these are the others in order.
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("摘要", summary),
    ("总体情况", overall),
    ("年度自查", checks),
    ("阶段评估、后评估、终期验收", assessments),
    ("土地与项目", land),
    ("碳排放", carbon),
    ("运营", operation),
    ("美丽街区和美丽家园", renewal),
    ("监督检查、整改、意见", supervision),
    ("经验与典型", practice),
    ("预警与建议", outlook),
    ("存在问题和下一步工作", ahead),
    ("分城区", districts),
    ("方法与口径", methods),
    ("附表", annexes),
)


def title_of(year: int) -> str:
    """Title of the report."""
    return f"上海市绿色生态城区年度评估报告（{year}）"


def city_composition(report: CityReport, edition: ReportEdition) -> Composition:
    """The whole report; the external edition warns of nothing and asks nothing, years closed before lack parts that were not kept then.

    Streets and homes have a part only where a renewal district holds a title. A long report begins each part on a page of its own.
    """
    blocks: list[Block] = []
    hidden = () if edition is ReportEdition.INTERNAL else (outlook, ahead)
    unknown = {
        ahead: not report.is_kept_whole,
        practice: report.themes.stories is None,
        operation: not report.operation.figures,
        renewal: not report.renewal.lines,
    }
    left_out = {*hidden, *(part for part, is_unknown in unknown.items() if is_unknown)}
    kept = [one for one in SECTIONS if one[1] not in left_out]
    for at, (title, section) in enumerate(kept):
        if at and report.is_long:
            blocks.append(PageBreak())
        number = NUMBERS[at] if at < len(NUMBERS) else f"十{NUMBERS[at - len(NUMBERS)]}"
        heading, content = Heading(f"{number}、{title}"), list(section(report, edition))
        first = content[0]  # a heading moves to a landscape page together with its content
        blocks += [Wide((heading, *first.blocks)), *content[1:]] if isinstance(first, Wide) else [heading, *content]
    issuer = _issuer(demo=report.is_demo)
    cover: tuple[tuple[str, Cell], ...] = (
        ("编制单位", issuer),
        ("报告版次", f"{report.edition_words}，{edition}"),
        ("统计截止日", as_fact(report.stood.on, report.stood_on)),
        ("数据核定", f"{cn_date(report.closing.closed_on)}核定" if report.closing else f"{UNSETTLED}，数据截至{cn_date(report.made_on)}"),
        ("生成日期", report.made_on),
    )
    return Composition(
        title=title_of(report.year),
        blocks=tuple(blocks),
        edition=report.edition_words,
        cover=cover,
        is_demo=report.is_demo,
        reference=report.reference,
        figures=named(report, edition),
        definitions=(*_defined(figures_in(report, edition).values(), report.stood.on, report.days.closes_on), *terms()),
    )


def year_end_composition(report: CityReport) -> Composition:
    """The lists of the last day of a year (年末名录)."""
    cover: tuple[tuple[str, Cell], ...] = (
        ("编制单位", _issuer(demo=report.is_demo)),
        ("名录版次", report.edition_words),
        ("统计截止日", as_fact(report.stood.on, report.stood_on)),
        ("生成日期", report.made_on),
    )
    return Composition(
        title=f"上海市绿色生态城区年末名录（{report.year}）",
        blocks=tuple(year_end_lists(report)),
        edition=report.edition_words,
        cover=cover,
        is_demo=report.is_demo,
        figures={figure.key: figure.value for figure in figures_of(report.stood)},
        definitions=(*_defined(figures_of(report.stood), report.stood.on, report.days.closes_on), *terms()),
    )


def _defined(figures: Iterable[CityFigure], stock: dt.date, receipts: dt.date) -> Iterator[Definition]:
    """Meaning of each figure; medians of dimensions share one definition."""
    days = {AsOf.STOCK: cn_date(stock), AsOf.FLOW: f"{cn_date(receipts)}（含当日）前收到"}
    for figure in figures:
        key = "dimension" if figure.key.startswith("dimension_") else figure.key
        yield defined(CITY_MEANINGS[key], figure.label, figure.unit, days)


def _issuer(*, demo: bool) -> str:
    """Full name of the city's body; in demonstration data as it is entered."""
    if not demo:
        return citing.issuer()
    found = Organisation.objects.filter(kind=OrganisationKind.CITY, is_demo=demo).order_by("pk").values_list("name", flat=True).first()
    return found or str(OrganisationKind.CITY.label)


def named(report: CityReport, edition: ReportEdition) -> dict[str, Any]:
    """Figures for the figures file, each with the URL of its source rows, where readers of the edition may open them."""
    internal = edition is ReportEdition.INTERNAL
    return {
        key: {
            "label": figure.label,
            "value": figure.value,
            "before": figure.before,
            "unit": figure.unit,
            "reckoning": figure.reckoning.value,
            **({"href": reverse("reports:city_figure", args=[report.year, key])} if internal else {}),
        }
        for key, figure in figures_in(report, edition).items()
    }
