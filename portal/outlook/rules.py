"""Work of a month and of a year, counted from what falls due; seats of panels against the pool. Pure."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from obligations.duties import Obligation
from obligations.workloads import BELONGS, Workload

MONTHS = range(1, 13)


@dataclass(frozen=True)
class PeriodLoad:
    """What falls due in a month, or in all months of a year (``month`` 0), by whose work it is; ``experts`` are those in the pool then."""

    year: int
    month: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    size: int = 0
    experts: int = 0

    def _of(self, workload: Workload) -> int:
        return self.counts.get(workload, 0)

    @property
    def reporting(self) -> int:
        """Filings owed."""
        return self._of(Workload.REPORTING)

    @property
    def receiving(self) -> int:
        """Filings that the city has to receive."""
        return self._of(Workload.RECEIVING)

    @property
    def city(self) -> int:
        """Duties of the city's own."""
        return self._of(Workload.CITY)

    @property
    def panels(self) -> int:
        """Panels to be set up."""
        return self._of(Workload.PANELS)

    @property
    def seats(self) -> int:
        """Seats of these panels."""
        return self.panels * self.size

    @property
    def missing(self) -> int:
        """Seats beyond one for each expert of the pool; of a month alone, for an expert sits on several panels of a year."""
        return max(self.seats - self.experts, 0) if self.month else 0


def month_loads(rows: Iterable[Obligation], year: int, *, size: int, experts: Sequence[int]) -> list[PeriodLoad]:
    """The twelve months of a year; ``experts`` are those in the pool in each month."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row.due.month].update(workload.value for workload, belongs in BELONGS.items() if belongs(row))
    return [PeriodLoad(year, month, found[month], size, experts[month - 1]) for month in MONTHS]


def year_load(months: Sequence[PeriodLoad]) -> PeriodLoad:
    """The months of a year together."""
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
