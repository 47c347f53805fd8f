"""Work of a month or year, counted from obligations; panel seats compared with the pool of experts (pure functions)."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from obligations.duties import Obligation
from obligations.workloads import BELONGS, Workload

MONTHS = range(1, 13)


@dataclass(frozen=True)
class PeriodLoad:
    """Work falling due in a month, or in a year (``month`` 0), by workload; ``experts`` are in the pool at that time."""

    year: int
    month: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    size: int = 0
    experts: int = 0

    def _of(self, workload: Workload) -> int:
        return self.counts.get(workload, 0)

    @property
    def reporting(self) -> int:
        """Filings due."""
        return self._of(Workload.REPORTING)

    @property
    def receiving(self) -> int:
        """Filings for the city to receive."""
        return self._of(Workload.RECEIVING)

    @property
    def city(self) -> int:
        """The city's own duties."""
        return self._of(Workload.CITY)

    @property
    def panels(self) -> int:
        """Panels to be set up."""
        return self._of(Workload.PANELS)

    @property
    def seats(self) -> int:
        """Seats of all panels."""
        return self.panels * self.size

    @property
    def missing(self) -> int:
        """Seats beyond the number of experts; 0 for a year, in which an expert may sit on several panels."""
        return max(self.seats - self.experts, 0) if self.month else 0


def month_loads(rows: Iterable[Obligation], year: int, *, size: int, experts: Sequence[int]) -> list[PeriodLoad]:
    """The twelve months of a year; ``experts`` is the size of the pool in each."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row.due.month].update(workload.value for workload, belongs in BELONGS.items() if belongs(row))
    return [PeriodLoad(year, month, found[month], size, experts[month - 1]) for month in MONTHS]


def year_load(months: Sequence[PeriodLoad]) -> PeriodLoad:
    """Sum of the months of a year."""
    counts: Counter[str] = Counter()
    for month in months:
        counts.update(month.counts)
    return PeriodLoad(months[0].year, 0, counts, months[0].size)


def short_months(months: Iterable[PeriodLoad]) -> list[PeriodLoad]:
    """Months whose panels need more seats than there are experts."""
    return [month for month in months if month.missing]


def first_of(year: int, month: int) -> dt.date:
    """First day of a month."""
    return dt.date(year, month, 1)
