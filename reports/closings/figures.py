"""Data that reports print about a year's closing: reference days, edition, and the sentence about both."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from greendistrict.core import clock, memoisation
from greendistrict.core.days import day_in_words
from greendistrict.policy.parameters import default_mark
from reports.closings.lifecycle import YEAR_CLOSING
from reports.closings.models import ClosingState, YearClosing
from reports.closings.registry import CLOSES, NamedFigure, closes_day, edition_in_force, frozen, receipts_day, stock_day

NOT_CLOSED = YEAR_CLOSING.state(ClosingState.OPEN).label
UNSETTLED = "未核定"  # the same on papers
LATE = "closing.late"  # key under which the late papers are frozen
NAMED = 5  # names in a sentence, more are counted


def as_fact(day: dt.date, words: str) -> dt.date | str:
    """The day itself, which a workbook keeps as one, or its words where these bear a mark."""
    return day if words == day_in_words(day) else words


@dataclass(frozen=True)
class YearFigures:
    """The two reference days of a year, and the state of its closing.

    ``edition`` is the latest edition, 0 before the first; ``as_of`` is the day of the figures: the day of closing, or today if not closed.
    ``late`` are papers received after the last day of receipt, which do not count.
    """

    year: int
    snapshot_day: dt.date
    closes_on: dt.date
    state: ClosingState
    edition: int
    as_of: dt.date
    reason: str = ""
    late: tuple[str, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the figures are frozen."""
        return self.state == ClosingState.CLOSED

    @property
    def is_stated(self) -> bool:
        """Whether the last day of receipt is one that the city stated, in closing the year or for its correction."""
        return self.is_closed or self.closes_on != closes_day(self.year)

    @property
    def snapshot_words(self) -> str:
        """The snapshot day as papers name it: marked while it rests on a setting that the city has not confirmed."""
        return day_in_words(self.snapshot_day) + default_mark("snapshot.day", "拟定", unless=self.is_closed)

    @property
    def state_words(self) -> str:
        """未关账, 已关账（第n版）, or a note that a correction is prepared."""
        if self.is_closed:
            return f"已关账（第{self.edition}版）"
        return f"{NOT_CLOSED}（第{self.edition}版更正中）" if self.edition else NOT_CLOSED

    @property
    def edition_words(self) -> str:
        """Edition as printed on the cover: 第1版, 更正第2版; 未核定 before closing (pages of the portal say 关账, papers 核定)."""
        if not self.is_closed:
            return f"{UNSETTLED}（第{self.edition}版更正中）" if self.edition else UNSETTLED
        return "第1版" if self.edition == 1 else f"更正第{self.edition}版"

    @property
    def basis(self) -> str:
        """Sentences about reference days and edition, printed in every report."""
        closes = day_in_words(self.closes_on) + default_mark(CLOSES, "拟定", unless=self.is_stated)
        days = (
            f"称号、阶段、面积、地块和机构以{self.snapshot_words}为准；"
            f"{self.year}年度自查、评分、报告和核查以{closes}（含当日）前收到的为准。"
        )
        names = "、".join(self.late[:NAMED]) + ("等" if len(self.late) > NAMED else "")
        late = f"此后收到的{len(self.late)}份未计入：{names}。" if self.late else ""
        return f"{days}{late}{self._closed_words}"

    @property
    def _closed_words(self) -> str:
        if not self.is_closed:
            before = f"第{self.edition}版更正中，" if self.edition else ""
            return f"{self.year}年度数据{UNSETTLED}，{before}数据截至{day_in_words(self.as_of)}。"
        if self.edition == 1:
            return f"{self.year}年度数据于{day_in_words(self.as_of)}核定，本报告为第1版。"
        return f"本报告为更正第{self.edition}版，{day_in_words(self.as_of)}核定，更正理由：{self.reason.rstrip('。')}。"


def year_figures(year: int, today: dt.date) -> YearFigures:
    """Reference days, state and edition of a year as of today."""
    return memoisation.once(_read, year, today)


def _read(year: int, today: dt.date) -> YearFigures:
    edition = edition_in_force(year)
    if edition is not None:
        return YearFigures(
            year=year,
            snapshot_day=edition.snapshot_day,
            closes_on=edition.closes_on,
            state=ClosingState.CLOSED,
            edition=edition.number,
            as_of=edition.closed_at.astimezone(clock.SHANGHAI).date(),
            reason=edition.reason,
            late=tuple(frozen(year, LATE) or ()),
        )
    closing = YearClosing.objects.filter(year=year).first()
    number = closing.edition if closing else 0
    return YearFigures(
        year=year,
        snapshot_day=stock_day(year, today),
        closes_on=receipts_day(year),
        state=ClosingState(closing.status) if closing else ClosingState.OPEN,
        edition=number,
        as_of=today,
        reason=closing.reason if closing else "",
        late=tuple(late_papers(year)),
    )


def late_papers(year: int) -> list[str]:
    """Self-checks and reports for ``year`` received after the last day of receipt."""
    after = clock.end_of(receipts_day(year))
    kinds: tuple[tuple[type[Model], str], ...] = ((SelfCheck, SelfCheckState.RECEIVED), (YearlyReport, YearlyReportState.RECEIVED))
    found: list[str] = []
    for model, received in kinds:
        rows: QuerySet[Model] = model._default_manager.filter(year=year, status=received, received_at__gte=after)
        found += [str(row) for row in rows.select_related("district").order_by("district__name_pinyin", "pk")]
    return found


def named_late(data: Any) -> Iterator[NamedFigure]:
    """Late papers as figures for comparing two editions."""
    return (NamedFigure("全市", f"截止日后收到：{name}", "未计入") for name in data)
