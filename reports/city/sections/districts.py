"""Part 10: one to two pages for each district."""

from collections.abc import Iterator

from reports.annual.pages import district_pages
from reports.city.enums import ReportEdition
from reports.city.figures.whole import CityReport
from reports.composition.blocks import Block, PageBreak, Paragraph

TOGETHER = 5  # districts; a page break before each left pages of two lines
LEFT_OUT = "本版不列各城区不满足的控制项、未达目标的条文、建设进度滞后、应报事项和未办结的整改、意见。"


def districts(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Districts with a title on the snapshot day in sequence; a long report starts new pages where the document may be split."""
    internal = edition is ReportEdition.INTERNAL
    if not internal:
        yield Paragraph(LEFT_OUT)
    for number, figures in enumerate(report.districts):
        if report.is_long and number and number % TOGETHER == 0:
            yield PageBreak()
        yield from district_pages(figures, internal=internal)
