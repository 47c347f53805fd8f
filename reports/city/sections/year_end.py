"""Lists of the last day of a year: titles, districts, leading bodies."""

from collections.abc import Iterator

from greendistrict.core.days import day_in_words
from reports.city.enums import ReportEdition
from reports.city.figures.standing import figures_of
from reports.city.figures.whole import CityReport
from reports.city.sections.annexes import register_table
from reports.city.sections.overview import bodies_table, places_table, schematic_map
from reports.city.sections.shapes import name, number, table, text
from reports.composition.blocks import Block, Cell, Heading, Paragraph, Wide


def year_end_lists(report: CityReport) -> Iterator[Block]:
    """Figures, leading bodies, locations, then every district and every title on the day."""
    stood = report.stood
    yield Heading("一、数量")
    yield Paragraph(f"本名录列出{day_in_words(stood.on)}持有称号的绿色生态城区，此后的授予、变更和终止不计入。")
    figures = [(one.label, one.unit, one.value, one.before) for one in figures_of(stood)]
    columns = (name("指标", 60), text("单位", 25), number(f"{report.year}年末", 35), number(f"{report.year - 1}年末", 35, missing="—"))
    yield table("年末数量", columns, figures, key="counts")
    yield Heading("二、各实施主体")
    yield bodies_table(report, ReportEdition.HANDED_ON)
    yield Heading("三、分布")
    yield from schematic_map(stood)
    yield places_table(report)
    yield Wide((
        Heading("四、城区一览"),
        _districts(report),
        Heading("五、称号名录"),
        register_table(report),
    ))  # fmt: skip


def _districts(report: CityReport) -> Block:
    bodies = {body.key: body.name for body in report.bodies}
    rows: list[tuple[Cell, ...]] = [
        (
            at, row.name, "、".join(row.areas) or "未查明", row.type_words, row.held.text, row.star_words, row.area_km2,
            "、".join(bodies[key] for key in row.bodies if key in bodies) or "未查明",
        )
        for at, row in enumerate(report.stood.rows, start=1)
    ]  # fmt: skip
    columns = (
        number("序号", 12), name("城区", 50), text("行政区", 24), text("类型", 24), text("称号", 37), text("星级", 18),
        number("面积", 22, unit="km²"), text("实施主体", 53),
    )  # fmt: skip
    return table("城区一览", columns, rows, key="districts", wide=True, empty="没有持有称号的城区。")
