"""The annual report as a workbook: the figures of the PDF, every text as text."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from reports.annual.figures import AnnualFigures, CityMarks, means_of
from reports.common.book import ReportBook, Row, Sheet, marks


def _figure(text: str) -> Decimal | str:
    return Decimal(text) if text else ""


class CityBook:
    """Sheets 城区 and 条文 over all received tables; districts are handed in one by one, their clauses not kept. A context."""

    def __init__(self, about: CityMarks) -> None:
        self._book, self._about = ReportBook(flat=True), about
        self._title = f"{about.year}年度绿色生态城区评估报告"
        self._districts, self._items = Sheet(self._book, "城区"), Sheet(self._book, "条文")
        head = ["城区", "条文号", "条文", "现状值", "得分", "满分", "状态"]
        self._items.begin(self._title, self._mark, head=head, widths=[28, 10, 30, 40, 10, 10, 10])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.drop()

    @property
    def _mark(self) -> str:
        return marks(demo=self._about.is_demo, reference=self._about.reference)

    def add(self, row: AnnualFigures) -> None:
        """The clauses of one district."""
        name = row.district.name
        for item in row.items:
            self._items.add([name, item.id, item.title, item.value, _figure(item.points), _figure(item.most), item.state])

    def content(self, districts: Sequence[AnnualFigures]) -> bytes:
        """The finished file, with a line for each district."""
        means = means_of(districts)
        names = [name for name, _ in means]
        head = ["序号", "城区", "类型", "阶段", "面积（km²）", "面积说明", "总分", "星级", "预期总分", *names]
        self._districts.begin(self._title, self._mark, head=head, widths=[6, 28, 12, 10, 12, 10, 10, 14, 10, *[12] * len(names)])
        for number, row in enumerate(districts, start=1):
            self._districts.add(_district_row(number, row, names))
        self._districts.add(["", "平均", "", "", "", "", "", "", "", *(mean for _, mean in means)])
        return self._book.content()


def _district_row(number: int, row: AnnualFigures, names: Sequence[str]) -> Row:
    scores = {chapter.dimension: chapter.score for chapter in row.dimensions}
    district = row.district
    head = [number, district.name, row.type_words, row.stage_words, row.area_km2, "推定" if row.area_is_inferred else ""]
    return [*head, row.total, row.verdict, row.planned_total, *(scores.get(name) for name in names)]
