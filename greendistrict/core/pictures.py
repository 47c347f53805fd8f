"""A picture of a page with all that it needs to be read: legend, source with its day, and its figures as a table one press away."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from greendistrict.core.bullet_chart import Bullet, bullets
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.days import day_in_words


@dataclass(frozen=True)
class BarPicture:
    """Bars within bars of ``rows``; ``each``: what a row is, ``part`` and ``whole``: what the narrow and the wide bar count, in ``unit``.

    Shown by ``components/picture.html``.
    """

    title: str
    rows: Sequence[Bullet]
    each: str
    part: str
    whole: str
    unit: str
    source: str
    day: dt.date
    is_demo: bool = False

    @property
    def drawing(self) -> ChartDrawing:
        """The bars; its label says of the two figures of a row which is which."""
        title = f"{self.title}（{self.part} / {self.whole}，{self.unit}）"
        return ChartDrawing(bullets, self.rows, title=title, unknown="", unit=self.unit)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Class and words of each bar."""
        return [("bar", f"窄条：{self.part}"), ("bar-2", f"宽条：{self.whole}")]

    @property
    def from_where(self) -> str:
        """Source and day."""
        return f"来源：{self.source}，截至{day_in_words(self.day)}"
