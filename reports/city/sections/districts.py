"""Part 10: one to two pages for each district."""

from collections.abc import Iterator

from reports.annual.figures import AnnualFigures
from reports.city.enums import ReportEdition
from reports.city.figures.carbon import CarbonLine
from reports.city.figures.land import LandLine
from reports.city.figures.standing import StandingDistrict
from reports.city.figures.whole import CityReport
from reports.city.sections.shapes import name, number, table, text
from reports.composition.blocks import Block, Cell, Chart, ChartSeries, Heading, PageBreak, Pairs, Paragraph
from reports.composition.enums import ChartKind

AXES = 3  # a radar needs as many


def districts(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Districts with a title on the snapshot day, each with its card; those without scores with one sentence why."""
    scores = {row.district.pk: row for row in report.scores.rows}
    later = False
    for place, land, carbon in zip(report.stood.rows, report.land.lines, report.carbon.lines, strict=True):
        found = scores.get(place.district.pk)
        if found and later:
            yield PageBreak()
        later = True
        yield Heading(place.name, 2)
        yield _card(place, land, carbon)
        if found is None:
            yield Paragraph(_no_scores(place))
        else:
            yield from _scores(found)
            if edition is ReportEdition.INTERNAL:
                yield _weakest(report, place)


def _no_scores(place: StandingDistrict) -> str:
    if place.district.applicant_id is None:
        return "申报主体未在平台办理，没有自查和得分的记录。"
    return "本年度的年度自查尚未接收，没有可列的得分。"


def _card(place: StandingDistrict, land: LandLine, carbon: CarbonLine) -> Block:
    bodies = "、".join(body.name for body in place.district.authorities.all())
    applicant = place.district.applicant.name if place.district.applicant else place.district.applicant_text
    area = "未查明" if place.area_km2 is None else f"{place.area_km2.normalize():f} km²{'（推定）' if place.area_is_inferred else ''}"
    counts = land.counts
    plots = f"可建设{counts['plots']}个，已取得{counts['granted']}个，在建{counts['building']}个，建成且符合{counts['conforming']}个"
    emitted = "无已接收的核查报告" if carbon.per_m2 is None else f"{carbon.per_m2} kgCO₂/(m²·a)"
    rows = (
        ("类型", place.type_words),
        ("称号", f"{place.held.text}，{place.star_words}"),
        ("授予日期", place.held.granted_on),
        ("规划范围面积", area),
        ("申报主体", applicant or None),
        ("实施主体", bodies or None),
        ("地块", plots if counts["plots"] else "无记录"),
        ("重点项目", f"{land.projects}个，已投用{land.in_use}个" if land.projects else "无记录"),
        ("碳排放", emitted),
    )
    return Pairs(rows, key=f"district_{place.district.code}")


def _scores(found: AnnualFigures) -> Iterator[Block]:
    columns = (
        text("章", 14), name("名称", 56), number("权重", 20, unit="%", missing="—"), number("得分", 20), number("满分", 20),
        number("章得分", 20, missing="—"), number("预期", 20, missing="无记录"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (one.number, one.title, one.weight, one.obtained, one.possible, one.share, one.planned) for one in found.chapters
    ]
    before = "无记录" if found.previous_total is None else f"{found.previous_total}分"
    planned = "无记录" if found.planned_total is None else f"{found.planned_total}分"
    total = "没有总分" if found.total is None else f"总分{found.total}分"
    yield Paragraph(f"年度自查{found.number}{total}，上年{before}，预期{planned}；星级：{found.verdict}。")
    yield table("各章得分", columns, rows, key=f"chapters_{found.district.code}")
    chapters = found.dimensions
    if len(chapters) >= AXES:
        actual = ChartSeries("已实现", tuple(one.score for one in chapters))
        goal = ChartSeries("预期", tuple(one.planned for one in chapters))
        series = (actual, goal) if all(value is not None for value in goal.values) else (actual,)
        yield Chart("五个方面得分", ChartKind.RADAR, tuple(one.dimension for one in chapters), series, key=f"radar_{found.district.code}")


def _weakest(report: CityReport, place: StandingDistrict) -> Block:
    losses = report.scores.losses.get(place.district.pk, ())
    rows = [(f"{one.clause} {one.title}", one.value, one.points, one.most, one.reason or "未填写") for one in losses]
    columns = (name("条文", 55), text("现状值", 32), number("得分", 16), number("满分", 16), text("城区说明", 51))
    return table("失分最多的条文", columns, rows, key=f"weakest_{place.district.code}", empty="没有失分的条文。")
