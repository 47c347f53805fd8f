"""Self-checks for the year: owed, filed, in time, late, missing, returned; by leading body."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheckState
from obligations import yearly_duties
from obligations.duties import RETURNED, Obligation, ObligationState
from obligations.filing_words import Filing, counted, filing_of
from reports.city.figures.bodies import CityBody
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, SourceRow
from reports.closings.registry import owed_in_time

COLUMNS = {word.value: str(word.label) for word in Filing}
OF_SCORES = Filing.RECEIVED  # the figure on what was received is that of the scores


@dataclass(frozen=True)
class CheckLine:
    """Duty of one district for the year and its state; ``counts`` are keys of ``COLUMNS``."""

    district: str
    bodies: tuple[int, ...]
    title: str
    due: dt.date
    met_on: dt.date | None
    state: str
    counts: frozenset[str]
    href: str
    is_default: bool = False  # of ``due``; unknown in editions closed before it was kept, but for what was late

    @property
    def is_proposed(self) -> bool:
        """Whether the city has not confirmed the rule of the due date."""
        return self.is_default or "待市级确认" in self.state


@dataclass(frozen=True)
class CityChecks:
    """Lines of all duties of the year, self-checks separately, and counts by leading body."""

    lines: tuple[CheckLine, ...]
    duties: tuple[CheckLine, ...]
    figures: tuple[CityFigure, ...]
    by_body: tuple[tuple[str, Counter[str]], ...]
    total: Counter[str]

    @property
    def reckoned(self) -> str:
        """That in time and late are told by a term that the city has not confirmed; empty if it has."""
        return "，按时和逾期按拟定期限计" if any(line.is_proposed for line in self.lines) else ""


def check_figures(stood: TitleStand, bodies: Sequence[CityBody], judged_on: dt.date) -> CityChecks:
    """Duties of districts with a title on the snapshot day, as of the year's last day of receipt; a constant number of queries."""
    rows = [row for row in owed_in_time(stood.year) if row.district_id in stood.by_district]
    own = tuple(_line(row, judged_on) for row in rows if row.kind == yearly_duties.SELF_CHECK)
    by_body = [(body.name, _sum(line for line in own if body.key in line.bodies)) for body in bodies if body.pilots + body.demonstrations]
    sources = [(line, SourceRow(line.district, f"{line.title}，{line.state}", line.href)) for line in own]
    figures = tuple(
        CityFigure(f"check_{key}", f"年度自查{word}", "个", tuple(source for line, source in sources if key in line.counts))
        for key, word in COLUMNS.items()
        if key != OF_SCORES
    )
    return CityChecks(own, tuple(_line(row, judged_on) for row in rows), figures, tuple(by_body), _sum(own))


def _sum(lines: Iterable[CheckLine]) -> Counter[str]:
    return counted(line.counts for line in lines)


def in_words_of_today(counts: Counter[str]) -> Counter[str]:
    """Counts in which LATE are those filed late, with MISSING and OVERDUE.

    Closings made before these were counted apart have what was missing after its day among LATE, and know no other words than OWED, FILED
    and TIMELY.
    """
    if Filing.OVERDUE in counts:
        return counts
    late, missing = counts[Filing.FILED] - counts[Filing.TIMELY], counts[Filing.OWED] - counts[Filing.FILED]
    return Counter({**counts, Filing.LATE: late, Filing.MISSING: missing, Filing.OVERDUE: counts[Filing.LATE] - late})


def _line(row: Obligation, today: dt.date) -> CheckLine:
    state = row.state(today)
    href = (
        row.link if row.record else f"{reverse('obligations:obligation_list')}?kind={row.kind}&year={row.year}&district={row.district_id}"
    )
    counts = frozenset(map(str, filing_of(row, today)))
    words = f"{_words(row, state)}{row.proposed}"
    return CheckLine(row.district, row.authority_ids, row.title, row.due, row.met_on, words, counts, href, row.is_default_date)


def _words(row: Obligation, state: ObligationState) -> str:
    if state == ObligationState.ENDED:
        return str(Filing.ENDED.label)
    if row.status in RETURNED:
        late = "，逾期" if state == ObligationState.OVERDUE else ""
        return f"{SELF_CHECK.state(SelfCheckState.RETURNED).label}{late}"
    if row.met_on is not None:
        received, filed = SELF_CHECK.state(SelfCheckState.RECEIVED).label, SELF_CHECK.state(SelfCheckState.FILED).public
        return f"{received if row.is_received else filed}{'（逾期报送）' if state == ObligationState.LATE else ''}"
    missing = {ObligationState.OVERDUE: "未报送，逾期", ObligationState.WAIVED: str(ObligationState.WAIVED.label)}
    return missing.get(state, "未报送，未到期")
